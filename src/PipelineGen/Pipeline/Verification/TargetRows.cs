using System.Runtime.CompilerServices;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>A table's rows as StarRocks' SQL endpoint prints them, in key order.</summary>
internal static class TargetRows
{
    /// <summary>StarRocks ends a query after query_timeout, 300 s by default, also while its rows are being fetched. This is the most it takes.</summary>
    private const string Patient = "/*+ SET_VAR(query_timeout = 259200) */ ";

    public static async IAsyncEnumerable<CanonicalRow> ReadAsync(SqlClient target, TableLayout layout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CanonicalForm[] forms = [.. layout.Columns.Select(CanonicalForm.Of)];
        bool[] isBinary = [.. layout.Columns.Select(static column => column.StarRocksType.StartsWith("VARBINARY", StringComparison.Ordinal))];
        await foreach (SqlRow row in target.StreamAsync(Select(layout, Patient), cancellationToken).ConfigureAwait(false))
        {
            var values = new string?[forms.Length];
            for (int i = 0; i < values.Length; i++)
            {
                string? text = row.IsNull(i) ? null : isBinary[i] ? Convert.ToHexStringLower(row.GetBytes(i).Span) : row[i];
                values[i] = forms[i].FromStarRocks(text);
            }

            yield return new CanonicalRow(values);
        }
    }

    internal static string Select(TableLayout layout, string hint = "")
    {
        string columns = string.Join(", ", layout.Columns.Select(static column => SqlText.Identifier(column.TargetName)));
        string order = string.Join(", ", layout.Key.Select(index => SqlText.Identifier(layout.Columns[index].TargetName)));
        return $"SELECT {hint}{columns} FROM {SqlText.Identifier(layout.TargetTable)}{(order.Length == 0 ? "" : " ORDER BY " + order)}";
    }
}
