using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>
/// One spelling for each StarRocks column type, so that a declared type (<c>VARCHAR(20)</c>, <c>STRING</c>) and a live one
/// (<c>varchar(20)</c>, <c>varchar(65533)</c>, <c>int(11)</c>) compare equal exactly when they are the same. STARROCKS.md sections 4 and 7.
/// </summary>
public static class StarRocksTypeText
{
    /// <summary>Whether two texts mean the same type.</summary>
    public static bool AreSame(string one, string other) => Normalise(one) == Normalise(other);

    /// <summary>The one spelling: lower case, no spaces but between a struct field's name and type, no display widths, aliases resolved, defaults written out.</summary>
    public static string Normalise(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        string text = type.Trim();
        int open = text.IndexOf('<', StringComparison.Ordinal);
        if (open > 0 && text.EndsWith('>'))
        {
            string outer = text[..open].Trim().ToLowerInvariant();
            IEnumerable<string> parts = Split(text[(open + 1)..^1]).Select(part => outer == "struct" ? Field(part) : Normalise(part));
            return $"{outer}<{string.Join(',', parts)}>";
        }

        return Scalar(text.ToLowerInvariant());
    }

    private static string Scalar(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int close = text.LastIndexOf(')');
        bool hasArguments = open > 0 && close > open;
        string name = (hasArguments ? text[..open] : text).Trim();
        string[] arguments = hasArguments ? text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries) : [];
        bool isUnsigned = name.EndsWith(" unsigned", StringComparison.Ordinal) || (hasArguments && text[(close + 1)..].Trim() == "unsigned");
        return (name, arguments) switch
        {
            ("boolean" or "bool", _) => "boolean",
            ("tinyint", ["1"]) => "boolean", // how a BOOLEAN looks to MySQL clients; a TINYINT is tinyint(4)
            ("tinyint" or "smallint" or "largeint" or "float" or "double" or "date" or "datetime" or "json", _) => name,
            ("int" or "integer", _) => "int",

            // StarRocks has no unsigned columns; it names LARGEINT so to MySQL clients.
            ("bigint" or "bigint unsigned", _) => isUnsigned ? "largeint" : "bigint",
            ("decimal" or "numeric" or "number" or "decimalv3" or "decimal32" or "decimal64" or "decimal128" or "decimal256", _) => Decimal(arguments),
            ("string" or "text", _) => "varchar(65533)",
            ("varchar" or "char", _) => $"{name}({(arguments is [var length] ? length : "1")})",
            ("varbinary" or "binary", []) => "varbinary",
            ("varbinary" or "binary", ["1048576" or "-1"]) => "varbinary",
            ("varbinary" or "binary", [var length]) => $"varbinary({length})",
            _ => Compact(text),
        };
    }

    private static string Decimal(string[] arguments) => arguments switch
    {
        [var precision, var scale] => $"decimal({precision},{scale})",
        [var precision] => $"decimal({precision},0)",
        _ => "decimal(10,0)",
    };

    // "`name` type" or "name type"; a struct's field names keep no case.
    private static string Field(string field)
    {
        string text = field.Trim();
        int end = text.StartsWith('`') ? text.IndexOf('`', 1) + 1 : text.AsSpan().IndexOfAny(' ', ':');
        if (end <= 0)
        {
            return Compact(text.ToLowerInvariant());
        }

        string name = text[..end].Trim('`').ToLowerInvariant();
        return name + " " + Normalise(text[end..].TrimStart(':', ' '));
    }

    // At the commas that no bracket encloses.
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '<' or '(':
                    depth++;
                    break;
                case '>' or ')':
                    depth--;
                    break;
                case ',' when depth == 0:
                    parts.Add(text[start..i]);
                    start = i + 1;
                    break;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string Compact(string text)
    {
        var compact = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                compact.Append(c);
            }
        }

        return compact.ToString();
    }
}
