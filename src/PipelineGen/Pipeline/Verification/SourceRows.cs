using System.Runtime.CompilerServices;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// A table's rows as Postgres' own output functions print them. Text, never the binary format: the decoders that are to be
/// checked read that.
/// </summary>
internal static class SourceRows
{
    /// <summary>Under these settings each value has one text; <see cref="CanonicalForm"/> reads that text. Row security would hide rows that the pipeline copies.</summary>
    public const string Session =
        "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 3; SET bytea_output = 'hex'; SET lc_monetary = 'C'; " +
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off";

    /// <summary>All rows that the connection's transaction sees; in key order when there is a key.</summary>
    public static IAsyncEnumerable<CanonicalRow> ReadAsync(NpgsqlConnection connection, TableLayout layout, CancellationToken cancellationToken) =>
        ReadAsync(connection, layout, Select(layout), [], cancellationToken);

    /// <summary>The rows of a query that begins with <see cref="Columns"/>.</summary>
    public static async IAsyncEnumerable<CanonicalRow> ReadAsync(
        NpgsqlConnection connection, TableLayout layout, string select, IReadOnlyList<NpgsqlParameter> parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CanonicalForm[] forms = [.. layout.Columns.Select(CanonicalForm.Of)];
        await using var command = new NpgsqlCommand(select, connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return Read(reader, layout, forms);
    }

    /// <summary>The compiled columns of the table under the alias t.</summary>
    public static string Columns(TableLayout layout) => string.Join(", ", layout.Columns.Select(static column => Column(column)));

    /// <summary>The table under the alias t. pgoutput and COPY give a partitioned table's rows under its root, and of an inheritance parent only its own.</summary>
    public static string Table(TableLayout layout) => $"{Name(layout)} AS t";

    /// <summary>Not MVCC-safe are TRUNCATE and rewriting ALTER TABLE: the lock stands before the snapshot (POSTGRES.md, F6).</summary>
    public static string Lock(TableLayout layout) => $"LOCK TABLE {Name(layout)} IN ACCESS SHARE MODE";

    public static string Column(ColumnInfo column) => $"t.{SourceNames.QuoteIdentifier(column.Name)}";

    /// <param name="isUtf8">Whether the server keeps text as UTF-8: "C" orders its bytes, whatever they are.</param>
    internal static string Select(TableLayout layout, bool isUtf8 = true)
    {
        string order = string.Join(", ", layout.Key.Select(index => Order(layout.Columns[index], isUtf8)));
        return $"SELECT {Columns(layout)} FROM {Table(layout)}{(order.Length == 0 ? "" : " ORDER BY " + order)}";
    }

    /// <summary>
    /// A text key stands in StarRocks in the order of its bytes. concat() prints by the type's output function: a cast to text
    /// would take char(n) its padding, and with it its order, unless the padding is to go.
    /// </summary>
    private static string Order(ColumnInfo column, bool isUtf8)
    {
        if (!column.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal))
            return Column(column);
        string text = column.Trim ? $"rtrim(concat({Column(column)}))" : $"concat({Column(column)})";
        return isUtf8 ? $"{text} COLLATE \"C\"" : $"convert_to({text}, 'UTF8')";
    }

    private static CanonicalRow Read(NpgsqlDataReader reader, TableLayout layout, CanonicalForm[] forms)
    {
        var values = new string?[forms.Length];
        var keyTexts = new string[layout.Key.Count];
        bool isQuarantined = false;
        for (int i = 0; i < values.Length; i++)
        {
            string? text = reader.IsDBNull(i) ? null : reader.GetString(i);
            values[i] = forms[i].FromPostgres(text, ref isQuarantined);
            for (int part = 0; part < keyTexts.Length; part++)
            {
                if (layout.Key[part] == i)
                    keyTexts[part] = text ?? "";
            }
        }

        return new CanonicalRow(values, isQuarantined) { KeyTexts = keyTexts, Version = reader.FieldCount > values.Length ? reader.GetString(values.Length) : null };
    }

    private static string Name(TableLayout layout) => $"{(layout.IsPartitioned ? "" : "ONLY ")}{SourceNames.QuoteTable(layout.Schema, layout.Name)}";
}
