using System.Globalization;

namespace PipelineGen.Schema.Types;

/// <summary>A scalar StarRocks type as a user writes it: <c>DECIMAL(20,4)</c>, <c>varchar(64)</c>, <c>STRING</c>.</summary>
public sealed record StarRocksTypeName(string Name, EquatableArray<int> Arguments)
{
    /// <summary>What STRING and TEXT stand for (STARROCKS.md 4).</summary>
    private const int StringBytes = 65_533;

    /// <summary>The longest VARCHAR and VARBINARY.</summary>
    public const int MaxVarcharBytes = 1_048_576;

    /// <summary>Reads a scalar type; aliases become the type they stand for. False for anything else.</summary>
    public static bool TryParse(string text, out StarRocksTypeName type)
    {
        type = new StarRocksTypeName("", default);
        string trimmed = text.Trim();
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
            "BOOLEAN" or "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "FLOAT" or "DOUBLE" or "DATE" or "DATETIME" or "JSON" => arguments.Count == 0,
            "VARCHAR" => arguments.Count == 1 && arguments[0] is >= 1 and <= MaxVarcharBytes,
            "VARBINARY" => arguments.Count == 0 || (arguments.Count == 1 && arguments[0] is >= 1 and <= MaxVarcharBytes),
            "DECIMAL" => arguments.Count == 2 && arguments[0] is >= 1 and <= 76 && arguments[1] >= 0 && arguments[1] <= arguments[0],
            _ => false,
        };
        type = new StarRocksTypeName(name, arguments.ToEquatableArray());
        return legal;
    }

    public override string ToString() => Arguments.Count == 0
        ? Name
        : $"{Name}({string.Join(",", Arguments.Select(static a => a.ToString(CultureInfo.InvariantCulture)))})";
}
