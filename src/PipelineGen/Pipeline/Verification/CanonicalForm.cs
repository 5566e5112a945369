using System.Globalization;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>What a column's canonical text looks like.</summary>
internal enum CanonicalKind
{
    /// <summary>The text as it is: strings with their padding, uuids, enum labels, integers, ranges, shapes.</summary>
    Text,

    /// <summary>Text without the padding of char(n).</summary>
    Trimmed,

    /// <summary><c>1</c> and <c>0</c>.</summary>
    Boolean,

    /// <summary>Plain digits with the declared scale.</summary>
    Decimal,

    /// <summary>The same, from money's <c>-$1,234.50</c>.</summary>
    Money,

    /// <summary>The shortest digits that give the double back.</summary>
    Double,

    /// <summary>The shortest digits that give the float back.</summary>
    Single,

    /// <summary>Lower-case hex.</summary>
    Bytes,

    /// <summary>Date and time, or time of day, with six fraction digits and without zone: UTC.</summary>
    Time,

    /// <summary>A time of day or an interval in microseconds.</summary>
    Microseconds,

    /// <summary>Keys sorted, no white space, numbers by value.</summary>
    Json,

    /// <summary>The elements in their own canonical form, as a JSON array; in a JSON column with several dimensions.</summary>
    Array,

    /// <summary>pgvector's <c>[1,2.5]</c>, as an array.</summary>
    Vector,

    /// <summary>The fields of a composite type in their own canonical form, as a JSON object.</summary>
    Record,

    /// <summary>hstore, as a JSON object with sorted keys.</summary>
    Map,

    /// <summary>The parts of a range, as the STRUCT has them.</summary>
    Range,

    /// <summary>The coordinates of a point, as the STRUCT has them.</summary>
    Point,
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
    /// <summary>The fields of a <see cref="CanonicalKind.Record"/>, in order.</summary>
    public IReadOnlyList<(string Name, CanonicalForm Form)> Fields { get; init; } = [];

    /// <summary>Whether the value stands in a JSON column.</summary>
    public bool IsDocument { get; init; }

    /// <summary>What separates an array's elements of this type in Postgres' text.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The form of a compiled column, or of what one is made of.</summary>
    public static CanonicalForm Of(ColumnInfo column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Choose(column) with { Decided = column.Policy is ValuePolicy.Null or ValuePolicy.Clamp or ValuePolicy.Quarantine ? column : null, Delimiter = (char)column.Delimiter };
    }

    private static CanonicalForm Choose(ColumnInfo column)
    {
        string starRocks = column.StarRocksType;
        string postgres = column.BaseType.Length > 0 ? column.BaseType : NameOf(column.PostgresType);
        int open = starRocks.AsSpan().IndexOfAny('(', '<');
        string kind = open < 0 ? starRocks : starRocks[..open];
        bool isStructured = kind is "ARRAY" or "STRUCT" or "MAP" or "JSON";
        if (isStructured && column.Fields.Count > 0)
            return postgres == "point" ? new CanonicalForm(CanonicalKind.Point) : Record(column);
        if (kind == "STRUCT")
            return new CanonicalForm(CanonicalKind.Range, Element: Of(column.Element!));
        if (isStructured && postgres == "hstore")
            return new CanonicalForm(CanonicalKind.Map);
        if (isStructured && column.Element is { } element)
            return new CanonicalForm(CanonicalKind.Array, Element: Of(element)) { IsDocument = kind == "JSON" };
        if (kind == "ARRAY")
            return new CanonicalForm(CanonicalKind.Vector, Element: new CanonicalForm(CanonicalKind.Single));
        return kind switch
        {
            "BOOLEAN" => new CanonicalForm(CanonicalKind.Boolean),
            "FLOAT" => new CanonicalForm(CanonicalKind.Single),
            // A float4 in a DOUBLE column is still the float that it was.
            "DOUBLE" => new CanonicalForm(postgres == "float4" ? CanonicalKind.Single : CanonicalKind.Double),
            "DECIMAL" => new CanonicalForm(postgres == "money" ? CanonicalKind.Money : CanonicalKind.Decimal, ScaleOf(starRocks, column.Scale)),
            "DATETIME" => new CanonicalForm(CanonicalKind.Time),
            "VARBINARY" => new CanonicalForm(CanonicalKind.Bytes),
            "JSON" => new CanonicalForm(CanonicalKind.Json),
            "BIGINT" when postgres is "time" or "interval" => new CanonicalForm(CanonicalKind.Microseconds),
            "VARCHAR" when postgres == "time" => new CanonicalForm(CanonicalKind.Time),
            "VARCHAR" when postgres == "money" => new CanonicalForm(CanonicalKind.Money, column.Scale),
            "VARCHAR" when postgres == "bytea" => new CanonicalForm(CanonicalKind.Bytes),
            "VARCHAR" when column.Trim => new CanonicalForm(CanonicalKind.Trimmed),
            _ => new CanonicalForm(CanonicalKind.Text),
        };
    }

    /// <summary>The column, where it has a policy for values that the target can't hold.</summary>
    public ColumnInfo? Decided { get; init; }

    /// <summary>From the text that Postgres' output function prints; null for NULL.</summary>
    public string? FromPostgres(string? text)
    {
        bool isQuarantined = false;
        return FromPostgres(text, ref isQuarantined);
    }

    /// <param name="isQuarantined">Set where a policy takes the row out of the table.</param>
    public string? FromPostgres(string? text, ref bool isQuarantined)
    {
        if (text is null)
            return null;
        string canonical = Kind switch
        {
            CanonicalKind.Boolean => text switch { "t" => "1", "f" => "0", _ => text },
            CanonicalKind.Bytes => text.StartsWith(@"\x", StringComparison.Ordinal) ? text[2..] : text.ToLowerInvariant(),
            CanonicalKind.Trimmed => text.TrimEnd(' '),
            CanonicalKind.Money => CanonicalNumber.Money(text, Scale),
            CanonicalKind.Microseconds => CanonicalTime.Microseconds(text),
            CanonicalKind.Array => ArrayFromPostgres(text, ref isQuarantined),
            CanonicalKind.Vector => StarRocksNestedText.TryReadArray(text, out List<StarRocksNestedText.Item> numbers) ? Join(numbers.Select(n => Element!.FromPostgres(n.Text))) : text,
            CanonicalKind.Record => RecordFromPostgres(text, ref isQuarantined),
            CanonicalKind.Map => PostgresHstoreText.TryRead(text, out List<(string Key, string? Value)> pairs) ? Join(pairs.OrderBy(static p => p.Key, StringComparer.Ordinal)) : text,
            CanonicalKind.Range => RangeFromPostgres(text, ref isQuarantined),
            CanonicalKind.Point => text.Length > 2 && text.Trim('(', ')').Split(',') is [var x, var y] ? Join([("x", CanonicalNumber.Double(x)), ("y", CanonicalNumber.Double(y))]) : text,
            _ => Scalar(text),
        };
        return Decided is null ? canonical : CanonicalPolicy.Apply(Decided, Kind, text, canonical, ref isQuarantined);
    }

    /// <summary>From the text of StarRocks' SQL endpoint (for VARBINARY: its bytes in hex); null for NULL.</summary>
    public string? FromStarRocks(string? text) => text is null ? null : Kind switch
    {
        CanonicalKind.Boolean => text switch { "true" => "1", "false" => "0", _ => text },
        CanonicalKind.Bytes => text.StartsWith(@"\x", StringComparison.Ordinal) ? text[2..] : text,
        CanonicalKind.Money => CanonicalNumber.WithScale(text, Scale),
        CanonicalKind.Array or CanonicalKind.Vector => StarRocksNestedText.TryReadArray(text, out List<StarRocksNestedText.Item> elements) ? Join(elements.Select(ElementFromStarRocks)) : text,
        CanonicalKind.Record => Object(text, name => Fields.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase)), Fields.Select(static f => f.Name)),
        CanonicalKind.Map => StarRocksNestedText.TryReadObject(text, out List<(string Key, string? Value)> pairs) ? Join(pairs.OrderBy(static p => p.Key, StringComparer.Ordinal)) : text,
        CanonicalKind.Range => Object(text, RangeField, RangeNames),
        CanonicalKind.Point => Object(text, static name => (name, new CanonicalForm(CanonicalKind.Double)), ["x", "y"]),
        _ => Scalar(text),
    };

    private static readonly string[] RangeNames = ["lower", "upper", "lower_inc", "upper_inc", "empty"];

    private static CanonicalForm Record(ColumnInfo column) =>
        new(CanonicalKind.Record) { Fields = [.. column.Fields.Select(field => (field.Name[(field.Name.LastIndexOf('.') + 1)..], Of(field)))] };

    /// <summary>The type's name where the column says only how it was declared: without modifiers and brackets.</summary>
    private static string NameOf(string postgresType)
    {
        string name = postgresType.EndsWith("[]", StringComparison.Ordinal) ? postgresType[..^2] : postgresType;
        int modifiers = name.IndexOf('(', StringComparison.Ordinal);
        return modifiers < 0 ? name : name[..modifiers];
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
        CanonicalKind.Time => CanonicalTime.Normalise(text),
        CanonicalKind.Json => CanonicalJson.Normalise(text),
        _ => text,
    };

    private string ArrayFromPostgres(string text, ref bool isQuarantined)
    {
        // In an ARRAY column a further dimension has no place; in JSON it is an array in the array.
        if (!PostgresArrayText.TryRead(text, Element!.Delimiter, out List<PostgresArrayText.Item> items) || (!IsDocument && items.Exists(static item => item.IsNested)))
            return text;
        var elements = new List<string?>();
        foreach (PostgresArrayText.Item item in items)
            elements.Add(item.IsNested ? ArrayFromPostgres(item.Text!, ref isQuarantined) : Element.FromPostgres(item.Text, ref isQuarantined));
        return Join(elements);
    }

    private string RecordFromPostgres(string text, ref bool isQuarantined)
    {
        if (!PostgresRecordText.TryRead(text, out List<string?> values) || values.Count != Fields.Count)
            return text;
        var members = new List<(string, string?)>();
        for (int i = 0; i < values.Count; i++)
            members.Add((Fields[i].Name, Fields[i].Form.FromPostgres(values[i], ref isQuarantined)));
        return Join(members);
    }

    private string RangeFromPostgres(string text, ref bool isQuarantined)
    {
        if (!PostgresRangeText.TryRead(text, out PostgresRangeText.Parts parts))
            return text;
        return Join(
        [
            ("lower", Element!.FromPostgres(parts.Lower, ref isQuarantined)), ("upper", Element.FromPostgres(parts.Upper, ref isQuarantined)),
            ("lower_inc", parts.LowerInclusive ? "1" : "0"), ("upper_inc", parts.UpperInclusive ? "1" : "0"), ("empty", parts.IsEmpty ? "1" : "0"),
        ]);
    }

    /// <summary>In a document a bare array within an array is a further dimension, unless the elements are arrays themselves.</summary>
    private string? ElementFromStarRocks(StarRocksNestedText.Item item) =>
        IsDocument && item is { IsBare: true, Text: ['[', ..] } && Element!.Kind is not (CanonicalKind.Array or CanonicalKind.Json) ? FromStarRocks(item.Text) : Element!.FromStarRocks(item.Text);

    private (string, CanonicalForm) RangeField(string name) => (name, name is "lower" or "upper" ? Element! : new CanonicalForm(CanonicalKind.Boolean));

    /// <summary>An object's members in the order of their declaration; a member that is not declared stays at the end, as a difference.</summary>
    private static string Object(string text, Func<string, (string Name, CanonicalForm Form)> field, IEnumerable<string> order)
    {
        if (!StarRocksNestedText.TryReadObject(text, out List<(string Key, string? Value)> pairs))
            return text;
        List<string> names = [.. order];
        return Join(pairs
            .Select(pair => field(pair.Key) is { Form: { } form, Name: var name } ? (name, form.FromStarRocks(pair.Value)) : (pair.Key, pair.Value))
            .OrderBy(pair => names.IndexOf(pair.Item1) is var at && at < 0 ? int.MaxValue : at));
    }

    private static string Join(IEnumerable<string?> elements)
    {
        var joined = new StringBuilder("[");
        foreach (string? element in elements)
        {
            if (joined.Length > 1)
                joined.Append(',');
            Append(joined, element);
        }

        return joined.Append(']').ToString();
    }

    private static string Join(IEnumerable<(string Name, string? Value)> members)
    {
        var joined = new StringBuilder("{");
        foreach ((string name, string? value) in members)
        {
            if (joined.Length > 1)
                joined.Append(',');
            CanonicalJson.AppendString(joined, name);
            joined.Append(':');
            Append(joined, value);
        }

        return joined.Append('}').ToString();
    }

    private static void Append(StringBuilder joined, string? value)
    {
        if (value is null)
            joined.Append("null");
        else
            CanonicalJson.AppendString(joined, value);
    }
}
