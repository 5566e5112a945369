using System.Runtime.CompilerServices;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>A table's rows as StarRocks' SQL endpoint prints them, in key order.</summary>
internal static class TargetRows
{
    public static async IAsyncEnumerable<CanonicalRow> ReadAsync(SqlClient target, TableLayout layout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CanonicalForm[] forms = [.. layout.Columns.Select(CanonicalForm.Of)];
        bool[] isBinary = [.. layout.Columns.Select(static column => column.StarRocksType.StartsWith("VARBINARY", StringComparison.Ordinal))];
        await foreach (SqlRow row in target.StreamAsync(Select(layout), cancellationToken).ConfigureAwait(false))
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

    internal static string Select(TableLayout layout)
    {
        string columns = string.Join(", ", layout.Columns.Select(static column => SqlText.Identifier(column.TargetName)));
        string order = string.Join(", ", layout.Key.Select(index => SqlText.Identifier(layout.Columns[index].TargetName)));
        return $"SELECT {columns} FROM {SqlText.Identifier(layout.TargetTable)} ORDER BY {order}";
    }
}
