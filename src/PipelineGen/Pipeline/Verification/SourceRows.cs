using System.Runtime.CompilerServices;
using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// A table's rows as Postgres' own output functions print them, in key order. Text, never the binary format: the decoders
/// that are to be checked read that.
/// </summary>
internal static class SourceRows
{
    /// <summary>Under these settings each value has one text; <see cref="CanonicalForm"/> reads that text.</summary>
    public const string Session =
        "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 3; SET bytea_output = 'hex'; SET lc_monetary = 'C'; " +
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";

    /// <summary>The rows that the connection's transaction sees.</summary>
    public static async IAsyncEnumerable<CanonicalRow> ReadAsync(NpgsqlConnection connection, TableLayout layout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CanonicalForm[] forms = [.. layout.Columns.Select(CanonicalForm.Of)];
        await using var command = new NpgsqlCommand(Select(layout), connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Read(reader, forms);
        }
    }

    private static CanonicalRow Read(NpgsqlDataReader reader, CanonicalForm[] forms)
    {
        var values = new string?[forms.Length];
        bool isQuarantined = false;
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.IsDBNull(i) ? null : forms[i].FromPostgres(reader.GetString(i), ref isQuarantined);
        return new CanonicalRow(values, isQuarantined);
    }

    internal static string Select(TableLayout layout)
    {
        string columns = string.Join(", ", layout.Columns.Select(static column => Quote(column.Name)));
        string order = string.Join(", ", layout.Key.Select(index => OrderBy(layout.Columns[index])));
        // pgoutput and COPY give a partitioned table's rows under its root, and of an inheritance parent only its own.
        return $"SELECT {columns} FROM {(layout.IsPartitioned ? "" : "ONLY ")}{Quote(layout.Schema)}.{Quote(layout.Name)}{(order.Length == 0 ? "" : " ORDER BY " + order)}";
    }

    /// <summary>
    /// A text key stands in StarRocks in the order of its bytes. concat() prints by the type's output function: a cast to text
    /// would take char(n) its padding, and with it its order.
    /// </summary>
    private static string OrderBy(ColumnInfo column) =>
        column.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal) ? $"concat({Quote(column.Name)}) COLLATE \"C\"" : Quote(column.Name);

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
