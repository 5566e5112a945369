using System.Text.RegularExpressions;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>The rules for names (STARROCKS.md, 5.4), and how names and texts are quoted.</summary>
internal static partial class Identifiers
{
    [GeneratedRegex(@"^([a-zA-Z][\w \-~!@#$%^&<>=+]{0,255}|_[a-zA-Z0-9][\w \-~!@#$%^&<>=+]{0,254})$")]
    public static partial Regex Database();

    [GeneratedRegex(@"^[-\w]{1,128}$")]
    public static partial Regex Label();

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex Word();

    public static bool IsTable(string name) => name.Length is > 0 and <= 1024 && !name.Contains('\0');

    // Shared-nothing: the columns of shared-data may also hold = < > ! *
    public static bool IsColumn(string name) => IsTable(name) && name.IndexOfAny(['=', '<', '>', '!', '*']) < 0;

    public static bool IsReservedColumn(string name) =>
        name.ToLowerInvariant() is "__op" or "__row" or "___count___" ||
        name.StartsWith("__starrocks_shadow_", StringComparison.OrdinalIgnoreCase);

    /// <summary>A name as it stands where it may, in backticks where it can't: the text must parse again.</summary>
    public static string Plain(string name) => Word().IsMatch(name) && !SqlParser.IsReserved(name) ? name : Backtick(name);

    public static string Backtick(string name) => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    public static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>A name for SQLite.</summary>
    public static string Storage(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A text literal for SQLite.</summary>
    public static string StorageText(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
