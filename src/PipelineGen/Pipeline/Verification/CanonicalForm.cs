using System.Globalization;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>What a column's canonical text looks like.</summary>
internal enum CanonicalKind
{
    /// <summary>The text as it is: strings with their padding, uuids, enum labels, integers.</summary>
    Text,

    /// <summary><c>1</c> and <c>0</c>.</summary>
    Boolean,

    /// <summary>Plain digits with the declared scale.</summary>
    Decimal,

    /// <summary>The shortest digits that give the double back.</summary>
    Double,

    /// <summary>The shortest digits that give the float back.</summary>
    Single,

    /// <summary>Lower-case hex.</summary>
    Bytes,

    /// <summary>Date and time, or time of day, with six fraction digits and without zone: UTC.</summary>
    Time,

    /// <summary>Keys sorted, no white space, numbers by value.</summary>
    Json,

    /// <summary>The elements in their own canonical form, as a JSON array.</summary>
    Array,
}

/// <summary>
/// The canonical text of one column's values, reached from either side: from what Postgres prints, and from what StarRocks
/// prints. Two values are the same when these texts are. It shares no code with the codecs, which it is there to check.
/// </summary>
/// <remarks>
/// The Postgres side must be printed under <see cref="SourceRows.Session"/>. A text that is no value of its type comes back
/// as it is: it then differs from the other side's, which is what is to be reported.
/// </remarks>
internal sealed record CanonicalForm(CanonicalKind Kind, int Scale = 0, CanonicalForm? Element = null)
{
    /// <summary>The form of a compiled column.</summary>
    public static CanonicalForm Of(ColumnInfo column)
    {
        ArgumentNullException.ThrowIfNull(column);
        string postgres = column.PostgresType;
        return Of(column.StarRocksType, postgres.EndsWith("[]", StringComparison.Ordinal) ? postgres[..^2] : postgres, column.Scale);
    }

    /// <summary>From the text that Postgres' output function prints; null for NULL.</summary>
    public string? FromPostgres(string? text) => text is null ? null : Kind switch
    {
        CanonicalKind.Boolean => text switch { "t" => "1", "f" => "0", _ => text },
        CanonicalKind.Bytes => text.StartsWith(@"\x", StringComparison.Ordinal) ? text[2..] : text,
        CanonicalKind.Time => CanonicalTime.Normalise(text),
        CanonicalKind.Array => PostgresArrayText.TryRead(text, out List<string?> elements) ? Join(elements, Element!.FromPostgres) : text,
        _ => Scalar(text),
    };

    /// <summary>From the text of StarRocks' SQL endpoint (for VARBINARY: its bytes in hex); null for NULL.</summary>
    public string? FromStarRocks(string? text) => text is null ? null : Kind switch
    {
        CanonicalKind.Boolean => text switch { "true" => "1", "false" => "0", _ => text },
        CanonicalKind.Bytes => text.StartsWith(@"\x", StringComparison.Ordinal) ? text[2..] : text,
        CanonicalKind.Time => CanonicalTime.Normalise(text),
        CanonicalKind.Array => StarRocksArrayText.TryRead(text, out List<string?> elements) ? Join(elements, Element!.FromStarRocks) : text,
        _ => Scalar(text),
    };

    private static CanonicalForm Of(string starRocks, string postgres, int scale)
    {
        if (starRocks.StartsWith("ARRAY<", StringComparison.Ordinal))
            return new CanonicalForm(CanonicalKind.Array, Element: Of(starRocks[6..^1], postgres, scale));
        int arguments = starRocks.IndexOf('(', StringComparison.Ordinal);
        switch (arguments < 0 ? starRocks : starRocks[..arguments])
        {
            case "BOOLEAN": return new CanonicalForm(CanonicalKind.Boolean);
            case "FLOAT": return new CanonicalForm(CanonicalKind.Single);
            // A float4 in a DOUBLE column is still the float that it was.
            case "DOUBLE": return new CanonicalForm(postgres == "float4" ? CanonicalKind.Single : CanonicalKind.Double);
            case "DECIMAL": return new CanonicalForm(CanonicalKind.Decimal, ScaleOf(starRocks, scale));
            case "DATETIME": return new CanonicalForm(CanonicalKind.Time);
            case "VARBINARY": return new CanonicalForm(CanonicalKind.Bytes);
            case "JSON": return new CanonicalForm(CanonicalKind.Json);
            case "VARCHAR" when postgres == "time" || postgres.StartsWith("time(", StringComparison.Ordinal): return new CanonicalForm(CanonicalKind.Time);
            case "VARCHAR" when postgres == "bytea": return new CanonicalForm(CanonicalKind.Bytes);
            default: return new CanonicalForm(CanonicalKind.Text);
        }
    }

    private static int ScaleOf(string starRocks, int otherwise)
    {
        int comma = starRocks.IndexOf(',', StringComparison.Ordinal);
        return comma > 0 && int.TryParse(starRocks.AsSpan(comma + 1).TrimEnd(')'), NumberStyles.None, CultureInfo.InvariantCulture, out int scale) ? scale : otherwise;
    }

    private string Scalar(string text) => Kind switch
    {
        CanonicalKind.Decimal => CanonicalNumber.WithScale(text, Scale),
        CanonicalKind.Double => CanonicalNumber.Double(text),
        CanonicalKind.Single => CanonicalNumber.Single(text),
        CanonicalKind.Json => CanonicalJson.Normalise(text),
        _ => text,
    };

    private static string Join(List<string?> elements, Func<string?, string?> canonical)
    {
        var joined = new StringBuilder("[");
        foreach (string? element in elements)
        {
            if (joined.Length > 1)
                joined.Append(',');
            if (canonical(element) is { } value)
                CanonicalJson.AppendString(joined, value);
            else
                joined.Append("null");
        }

        return joined.Append(']').ToString();
    }
}
