using System.Globalization;
using System.Text;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>
/// Prints a table as SHOW CREATE TABLE does (STARROCKS.md, 7). The same text is what the stand-in keeps on disk,
/// so a definition that doesn't survive printing and parsing is lost at restart; the tests hold the two together.
/// </summary>
internal static class TableText
{
    public static string Print(TableDefinition table)
    {
        var text = new StringBuilder();
        text.Append("CREATE TABLE ").Append(Identifiers.Backtick(table.Name)).Append(" (\n");
        for (int i = 0; i < table.Columns.Count; i++)
        {
            text.Append("  ");
            text.Append(PrintColumn(table.Columns[i]));
            text.Append(i + 1 < table.Columns.Count || table.IndexTexts.Count > 0 ? ",\n" : "\n");
        }

        for (int i = 0; i < table.IndexTexts.Count; i++)
        {
            text.Append("  ").Append(table.IndexTexts[i]).Append(i + 1 < table.IndexTexts.Count ? ",\n" : "\n");
        }

        text.Append(") ENGINE=OLAP \n");
        text.Append(table.Keys switch { KeysType.Primary => "PRIMARY", KeysType.Unique => "UNIQUE", _ => "DUPLICATE" });
        text.Append(" KEY(").Append(Names(table.KeyNames)).Append(")\n");
        if (table.Comment.Length > 0)
        {
            text.Append("COMMENT ").Append(Identifiers.Quote(table.Comment)).Append('\n');
        }

        if (table.PartitionText.Length > 0)
        {
            text.Append("PARTITION BY ").Append(table.PartitionText).Append('\n');
        }

        text.Append("DISTRIBUTED BY ");
        text.Append(table.RandomDistribution ? "RANDOM" : $"HASH({Names(table.DistributionColumns)})");
        if (table.Buckets > 0)
        {
            text.Append(" BUCKETS ").Append(table.Buckets.ToString(CultureInfo.InvariantCulture));
        }

        text.Append(" \n");
        if (table.SortColumns.Count > 0)
        {
            text.Append("ORDER BY(").Append(Names(table.SortColumns)).Append(")\n");
        }

        text.Append("PROPERTIES (\n");
        text.AppendJoin(",\n", table.Properties.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{Identifiers.Quote(p.Key)} = {Identifiers.Quote(p.Value)}"));
        text.Append("\n);");
        return text.ToString();
    }

    public static string PrintColumn(ColumnDefinition column)
    {
        var text = new StringBuilder();
        text.Append(Identifiers.Backtick(column.Name)).Append(' ').Append(column.Type.ToSql());
        text.Append(column.Nullable ? " NULL" : " NOT NULL");
        text.Append(column.AutoIncrement ? " AUTO_INCREMENT" : "");
        text.Append(column.Default switch
        {
            DefaultKind.Literal => " DEFAULT " + Identifiers.Quote(column.DefaultText!),
            DefaultKind.CurrentTimestamp => " DEFAULT CURRENT_TIMESTAMP",
            DefaultKind.Uuid => " DEFAULT (uuid())",
            _ => "",
        });
        text.Append(column.Generation is { } expression ? " AS " + GenerationText.Print(expression) : "");
        return text.Append(" COMMENT ").Append(Identifiers.Quote(column.Comment)).ToString();
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Identifiers.Backtick));
}
