using System.Globalization;
using System.Numerics;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Texts of key values as either side's SQL takes them, from the canonical ones.</summary>
internal static class KeyText
{
    /// <summary>
    /// A literal of StarRocks that compares as the column's values do (STARROCKS.md, section 4, types of a primary key). Null
    /// where the text is no value of the column's type: then no row of the table has it.
    /// </summary>
    public static string? TargetLiteral(ColumnInfo column, string text)
    {
        string type = column.StarRocksType;
        int open = type.IndexOf('(', StringComparison.Ordinal);
        switch (open < 0 ? type : type[..open])
        {
            case "BOOLEAN":
                return text switch { "1" => "TRUE", "0" => "FALSE", _ => null };
            case "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT":
                return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number) ? number.ToString(CultureInfo.InvariantCulture) : null;
            case "DATE":
                return HasShape(text, "0000-00-00") ? $"CAST('{text}' AS DATE)" : null;
            case "DATETIME":
                // StarRocks itself prints no fraction of zero.
                return HasShape(text, "0000-00-00 00:00:00.000000") || HasShape(text, "0000-00-00 00:00:00") ? $"CAST('{text}' AS DATETIME)" : null;
            default:
                return SqlText.Literal(text);
        }
    }

    /// <summary>
    /// Text that Postgres reads as the key column's value. What is no value of its type (a row of the target that never came from
    /// it) may give any text: Postgres refuses it.
    /// </summary>
    public static string ForSource(ColumnInfo column, string canonical)
    {
        switch (CanonicalForm.Of(column).Kind)
        {
            case CanonicalKind.Bytes:
                return @"\x" + canonical;
            case CanonicalKind.Microseconds when long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long microseconds):
                return column.BaseType == "interval" || column.PostgresType.StartsWith("interval", StringComparison.Ordinal)
                    ? string.Create(CultureInfo.InvariantCulture, $"{microseconds} microseconds")
                    : TimeOfDay(microseconds);
            default:
                return canonical;
        }
    }

    /// <summary>The type's name in a cast: the catalog file's spelling, which quotes what needs it; pg_catalog's types are found under any search_path.</summary>
    public static string SourceType(ColumnInfo column) => column.TypeOid != 0 ? $"pg_catalog.{column.PostgresType}" : column.PostgresType;

    private static string TimeOfDay(long microseconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{microseconds / 3_600_000_000:00}:{microseconds / 60_000_000 % 60:00}:{microseconds / 1_000_000 % 60:00}.{microseconds % 1_000_000:000000}");

    private static bool HasShape(string text, string shape)
    {
        if (text.Length != shape.Length)
            return false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == '0' ? !char.IsAsciiDigit(text[i]) : text[i] != shape[i])
                return false;
        }

        return true;
    }
}
