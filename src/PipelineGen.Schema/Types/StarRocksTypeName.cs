using System.Globalization;

namespace PipelineGen.Schema.Types;

/// <summary>
/// A StarRocks type as a user writes it: <c>DECIMAL(20,4)</c>, <c>varchar(64)</c>, <c>STRING</c>, <c>ARRAY&lt;INT&gt;</c>; of STRUCT and
/// MAP the word alone, since the contract knows what they are made of.
/// </summary>
/// <param name="Element">The elements of an ARRAY, else null.</param>
public sealed record StarRocksTypeName(string Name, EquatableArray<int> Arguments, StarRocksTypeName? Element = null)
{
    /// <summary>Deeper ones StarRocks refuses (section 4, ARRAY); a text can be deeper than the stack.</summary>
    private const int MaxDepth = 14;

    /// <summary>What STRING and TEXT stand for (STARROCKS.md 4).</summary>
    private const int StringBytes = 65_533;

    /// <summary>The longest VARCHAR and VARBINARY.</summary>
    public const int MaxVarcharBytes = 1_048_576;

    /// <summary>Reads a type; aliases become the type they stand for. False for anything else.</summary>
    public static bool TryParse(string text, out StarRocksTypeName type) => TryParse(text, 0, out type);

    private static bool TryParse(string text, int depth, out StarRocksTypeName type)
    {
        type = new StarRocksTypeName("", default);
        string trimmed = text.Trim();
        int angle = trimmed.IndexOf('<');
        if (angle >= 0)
        {
            if (depth == MaxDepth || trimmed[trimmed.Length - 1] != '>' || !trimmed.Substring(0, angle).Trim().Equals("ARRAY", StringComparison.OrdinalIgnoreCase) ||
                !TryParse(trimmed.Substring(angle + 1, trimmed.Length - angle - 2), depth + 1, out StarRocksTypeName element))
            {
                return false;
            }

            type = new StarRocksTypeName("ARRAY", default, element);
            return true;
        }

        int open = trimmed.IndexOf('(');
        string name = (open < 0 ? trimmed : trimmed.Substring(0, open)).Trim().ToUpperInvariant();
        var arguments = new List<int>();
        if (open >= 0)
        {
            if (trimmed[trimmed.Length - 1] != ')')
                return false;
            foreach (string part in trimmed.Substring(open + 1, trimmed.Length - open - 2).Split(','))
            {
                if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int argument))
                    return false;
                arguments.Add(argument);
            }
        }

        if (name.Length == 0 || !name.All(static c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9')))
            return false;
        switch (name)
        {
            case "INTEGER":
                name = "INT";
                break;
            case "NUMERIC" or "NUMBER":
                name = "DECIMAL";
                break;
            case "STRING" or "TEXT":
                if (open >= 0)
                    return false;
                name = "VARCHAR";
                arguments.Add(StringBytes);
                break;
            case "BINARY":
                name = "VARBINARY";
                break;
        }

        if (name == "DECIMAL" && arguments.Count == 0)
            arguments.AddRange([10, 0]);
        if (name == "DECIMAL" && arguments.Count == 1)
            arguments.Add(0);
        bool legal = name switch
        {
            "BOOLEAN" or "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "FLOAT" or "DOUBLE" or "DATE" or "DATETIME" or "JSON" or "STRUCT" or "MAP" => arguments.Count == 0,
            "VARCHAR" => arguments.Count == 1 && arguments[0] is >= 1 and <= MaxVarcharBytes,
            "VARBINARY" => arguments.Count == 0 || (arguments.Count == 1 && arguments[0] is >= 1 and <= MaxVarcharBytes),
            "DECIMAL" => arguments.Count == 2 && arguments[0] is >= 1 and <= 76 && arguments[1] >= 0 && arguments[1] <= arguments[0],
            _ => false,
        };
        type = new StarRocksTypeName(name, arguments.ToEquatableArray());
        return legal;
    }

    public override string ToString() => Element is not null ? $"ARRAY<{Element}>" : Arguments.Count == 0
        ? Name
        : $"{Name}({string.Join(",", Arguments.Select(static a => a.ToString(CultureInfo.InvariantCulture)))})";
}
