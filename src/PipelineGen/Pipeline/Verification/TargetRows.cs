using System.Runtime.CompilerServices;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>A table's rows as StarRocks' SQL endpoint prints them.</summary>
internal static class TargetRows
{
    /// <summary>StarRocks ends a query after query_timeout, 300 s by default, also while its rows are being fetched. This is the most it takes.</summary>
    private const string Patient = "/*+ SET_VAR(query_timeout = 259200) */ ";

    /// <summary>All rows, in no order.</summary>
    public static IAsyncEnumerable<CanonicalRow> ReadAsync(SqlClient target, TableLayout layout, CancellationToken cancellationToken) =>
        ReadAsync(target, layout, Select(layout), cancellationToken);

    /// <summary>The first rows of a range, in key order.</summary>
    public static IAsyncEnumerable<CanonicalRow> ReadPageAsync(
        SqlClient target, TableLayout layout, IReadOnlyList<string>? after, IReadOnlyList<string>? through, int rows, CancellationToken cancellationToken) =>
        ReadAsync(target, layout, SelectPage(layout, after, through, rows), cancellationToken);

    /// <summary>The rows with these keys, so many at a time as one query takes.</summary>
    public static async IAsyncEnumerable<CanonicalRow> ReadByKeyAsync(
        SqlClient target, TableLayout layout, IReadOnlyList<CanonicalKey> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (CanonicalKey[] batch in keys.Chunk(TargetKeys.MostInQuery(layout)))
        {
            if (TargetKeys.AnyOf(layout, batch) is not { } condition)
                continue;
            await foreach (CanonicalRow row in ReadAsync(target, layout, $"{Select(layout)} WHERE {condition}", cancellationToken).ConfigureAwait(false))
                yield return row;
        }
    }

    internal static string SelectPage(TableLayout layout, IReadOnlyList<string>? after, IReadOnlyList<string>? through, int rows)
    {
        string range = TargetKeys.InRange(layout, after, through);
        string order = string.Join(", ", layout.Key.Select(index => SqlText.Identifier(layout.Columns[index].TargetName)));
        return FormattableString.Invariant($"{Select(layout)}{(range.Length == 0 ? "" : " WHERE " + range)} ORDER BY {order} LIMIT {rows}");
    }

    private static async IAsyncEnumerable<CanonicalRow> ReadAsync(SqlClient target, TableLayout layout, string select, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CanonicalForm[] forms = [.. layout.Columns.Select(CanonicalForm.Of)];
        bool[] isBinary = [.. layout.Columns.Select(static column => column.StarRocksType.StartsWith("VARBINARY", StringComparison.Ordinal))];
        await foreach (SqlRow row in target.StreamAsync(select, cancellationToken).ConfigureAwait(false))
        {
            var values = new string?[forms.Length];
            for (int i = 0; i < values.Length; i++)
            {
                string? text = row.IsNull(i) ? null : isBinary[i] ? Convert.ToHexStringLower(row.GetBytes(i).Span) : row[i];
                values[i] = forms[i].FromStarRocks(text);
            }

            yield return new CanonicalRow(values) { KeyTexts = [.. layout.Key.Select(index => row[index] ?? "")] };
        }
    }

    private static string Select(TableLayout layout) =>
        $"SELECT {Patient}{string.Join(", ", layout.Columns.Select(static column => SqlText.Identifier(column.TargetName)))} FROM {SqlText.Identifier(layout.TargetTable)}";
}
