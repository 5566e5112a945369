using System.Globalization;
using System.Text;

namespace PipelineGen.Schema.Ddl;

/// <summary>
/// Prints a table as a CREATE TABLE statement that is legal from StarRocks 3.3 on. The order of the clauses is the
/// grammar's (STARROCKS.md 5.1). One column a line, so that a review shows what changed.
/// </summary>
public static class StarRocksDdlPrinter
{
    /// <summary>The statement, with <c>\n</c> line ends, without a semicolon or a last line end.</summary>
    public static string CreateTable(StarRocksTable table)
    {
        var text = new StringBuilder();
        text.Append("CREATE TABLE IF NOT EXISTS ").Append(StarRocksName.Quote(table.Name)).Append(" (\n");
        for (int i = 0; i < table.Columns.Count; i++)
        {
            AppendColumn(text, table.Columns[i]);
            text.Append(i == table.Columns.Count - 1 ? "\n" : ",\n");
        }

        bool isAppend = table.Model == StarRocksModel.Append;
        text.Append(isAppend ? ")\nDUPLICATE KEY(" : ")\nPRIMARY KEY(").Append(Names(table.Key)).Append(')');
        if (table.Comment is { } comment)
            text.Append("\nCOMMENT ").Append(StarRocksName.QuoteText(comment));
        if (isAppend && table.DistributedBy.Count == 0)
            text.Append("\nDISTRIBUTED BY RANDOM");
        else
            text.Append("\nDISTRIBUTED BY HASH(").Append(Names(table.DistributedBy.Count == 0 ? table.Key : table.DistributedBy)).Append(')');
        if (table.Buckets > 0)
            text.Append(" BUCKETS ").Append(table.Buckets.ToString(CultureInfo.InvariantCulture));
        if (table.OrderBy.Count > 0)
            text.Append("\nORDER BY (").Append(Names(table.OrderBy)).Append(')');
        AppendProperties(text, table.Properties);
        return text.ToString();
    }

    private static void AppendColumn(StringBuilder text, StarRocksColumn column)
    {
        // Columns are nullable unless NOT NULL; saying NULL would be an error on a key column.
        text.Append("    ").Append(StarRocksName.Quote(column.Name)).Append(' ').Append(column.Type);
        if (column.NotNull)
            text.Append(" NOT NULL");
        if (column.Comment is { } comment)
            text.Append(" COMMENT ").Append(StarRocksName.QuoteText(comment));
    }

    private static void AppendProperties(StringBuilder text, EquatableArray<StarRocksProperty> properties)
    {
        if (properties.Count == 0)
            return;
        text.Append("\nPROPERTIES (\n");
        for (int i = 0; i < properties.Count; i++)
        {
            text.Append("    ").Append(StarRocksName.QuoteText(properties[i].Name)).Append(" = ").Append(StarRocksName.QuoteText(properties[i].Value));
            text.Append(i == properties.Count - 1 ? "\n" : ",\n");
        }

        text.Append(')');
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(StarRocksName.Quote));
}
