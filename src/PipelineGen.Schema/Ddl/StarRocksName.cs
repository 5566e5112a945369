using System.Text;

namespace PipelineGen.Schema.Ddl;

/// <summary>How names and texts stand in StarRocks SQL, and which names it keeps for itself (STARROCKS.md 5.4).</summary>
public static class StarRocksName
{
    private static readonly string[] Reserved = ["__op", "__row", "___count___"];

    private const string ReservedPrefix = "__starrocks_shadow_";

    /// <summary>The longest table or column name, in characters.</summary>
    private const int MaxLength = 1024;

    /// <summary>Characters that a column name can hold on shared-data clusters only.</summary>
    private static readonly char[] NotInColumns = ['=', '<', '>', '!', '*', '\0'];

    /// <summary>In backticks, so that no word is reserved.</summary>
    public static string Quote(string name) => "`" + name.Replace("`", "``") + "`";

    /// <summary>A text in double quotes, on one line.</summary>
    public static string QuoteText(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': quoted.Append("\\\""); break;
                case '\\': quoted.Append("\\\\"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                default: quoted.Append(c); break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Whether StarRocks refuses the name for a column, whatever its case.</summary>
    public static bool IsReservedColumn(string name) =>
        Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether every cluster takes the name for a column.</summary>
    public static bool IsLegalColumn(string name) =>
        name.Length is > 0 and <= MaxLength && name.IndexOfAny(NotInColumns) < 0 && !IsReservedColumn(name);

    /// <summary>Whether the name can be a table's.</summary>
    public static bool IsLegalTable(string name) => name.Length is > 0 and <= MaxLength && name.IndexOf('\0') < 0;
}
