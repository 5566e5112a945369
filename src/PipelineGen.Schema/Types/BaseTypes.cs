using static PipelineGen.Schema.Types.WireCodec;

namespace PipelineGen.Schema.Types;

/// <summary>
/// The rows of TYPES.md for types that are carried in one way whatever their modifiers: built-in ones by their internal name,
/// extensions' by the name that they have in whatever schema the extension lives. <see cref="TypeResolver"/> has the others.
/// </summary>
internal static class BaseTypes
{
    /// <summary>The longest VARCHAR and VARBINARY, in bytes (STARROCKS.md 4).</summary>
    public const int Max = StarRocksTypeName.MaxVarcharBytes;

    private const string String = "string";
    private const string Bytes = "global::System.ReadOnlyMemory<byte>";
    private const string DateTime = "global::System.DateTime";
    private const string Json = "global::PipelineGen.Rows.PgJson";
    private const string Floats = "float[]";

    public static IReadOnlyDictionary<string, TypeMapping> BuiltIn { get; } = new Dictionary<string, TypeMapping>(StringComparer.Ordinal)
    {
        ["bool"] = Mapped(Bool, "bool", "BOOLEAN", "false", keyBytes: 1),
        ["int2"] = Mapped(Int2, "short", "SMALLINT", "0", keyBytes: 2),
        ["int4"] = Mapped(Int4, "int", "INT", "0", keyBytes: 4),
        ["int8"] = Mapped(Int8, "long", "BIGINT", "0", keyBytes: 8),
        ["oid"] = Mapped(Oid, "uint", "BIGINT", "0", keyBytes: 8),
        ["xid"] = Mapped(Oid, "uint", "BIGINT", "0", keyBytes: 8),
        ["cid"] = Mapped(Oid, "uint", "BIGINT", "0", keyBytes: 8),
        ["xid8"] = Mapped(Xid8, "ulong", "LARGEINT", "0", keyBytes: 16),
        ["float4"] = Mapped(Float4, "float", "FLOAT", "0", Outside.Exists | Outside.CanClamp),
        ["float8"] = Mapped(Float8, "double", "DOUBLE", "0", Outside.Exists | Outside.CanClamp),

        ["text"] = Varchar(Text, String, Max),
        ["xml"] = Varchar(Text, String, Max),
        ["name"] = Varchar(Text, String, 256),
        ["char"] = Varchar(WireCodec.Char, String, 4),
        ["bytea"] = Mapped(Bytea, Bytes, "VARBINARY", "\"\"", TooLong) with { MaxBytes = Max },

        ["date"] = Mapped(Date, "global::System.DateOnly", "DATE", "\"1970-01-01\"", Outside.Exists | Outside.CanClamp, keyBytes: 4),
        ["time"] = Varchar(Time, "global::System.TimeOnly", 15, isValueType: true),
        ["timetz"] = Varchar(TimeTz, "global::PipelineGen.Rows.PgTimeTz", 24, isValueType: true),
        ["timestamp"] = Mapped(Timestamp, DateTime, "DATETIME", "\"1970-01-01 00:00:00\"", Outside.Exists | Outside.CanClamp, keyBytes: 8),
        ["timestamptz"] = Mapped(TimestampTz, DateTime, "DATETIME", "\"1970-01-01 00:00:00\"", Outside.Exists | Outside.CanClamp, keyBytes: 8),
        // The longest: P-178956970Y-11M-2147483648DT-2562047788H-59M-59.999999S.
        ["interval"] = Varchar(Interval, "global::PipelineGen.Rows.PgInterval", 64, isValueType: true),

        ["uuid"] = Varchar(Uuid, "global::System.Guid", 36, isValueType: true),
        // StarRocks reads a JSON null as SQL NULL (STARROCKS.md 1.7): the document null has no place.
        ["json"] = Mapped(WireCodec.Json, Json, "JSON", "{}", Outside.Exists),
        ["jsonb"] = Mapped(Jsonb, Json, "JSON", "{}", Outside.Exists),

        // An IPv6 address in full with its mask; cidr the same.
        ["inet"] = Varchar(Inet, String, 49),
        ["cidr"] = Varchar(Inet, String, 49),
        ["macaddr"] = Varchar(MacAddr, String, 17),
        ["macaddr8"] = Varchar(MacAddr, String, 23),

        ["pg_lsn"] = Varchar(PgLsn, String, 17),
        ["tid"] = Varchar(Tid, String, 24),
        ["txid_snapshot"] = Varchar(PgSnapshot, String, Max),
        ["pg_snapshot"] = Varchar(PgSnapshot, String, Max),

        ["point"] = Varchar(Point, "global::PipelineGen.Rows.PgPoint", 64, isValueType: true),
        ["line"] = Varchar(Line, "global::PipelineGen.Rows.PgLine", 96, isValueType: true),
        ["lseg"] = Varchar(Lseg, "global::PipelineGen.Rows.PgLseg", 128, isValueType: true),
        ["box"] = Varchar(Box, "global::PipelineGen.Rows.PgBox", 128, isValueType: true) with { Delimiter = ';' },
        ["circle"] = Varchar(Circle, "global::PipelineGen.Rows.PgCircle", 96, isValueType: true),
        ["path"] = Varchar(WireCodec.Path, "global::PipelineGen.Rows.PgPath", Max, isValueType: true),
        ["polygon"] = Varchar(Polygon, "global::PipelineGen.Rows.PgPolygon", Max, isValueType: true),

        ["tsvector"] = Varchar(TsVector, String, Max),
        ["tsquery"] = Varchar(TsQuery, String, Max),
        ["jsonpath"] = Varchar(VersionedText, String, Max),
    };

    /// <summary>Types of citext, ltree, hstore, pgvector and PostGIS.</summary>
    public static IReadOnlyDictionary<string, TypeMapping> Extensions { get; } = new Dictionary<string, TypeMapping>(StringComparer.Ordinal)
    {
        ["citext"] = Varchar(Text, String, Max),
        ["ltree"] = Varchar(VersionedText, String, Max),
        ["lquery"] = Varchar(VersionedText, String, Max),
        ["ltxtquery"] = Varchar(VersionedText, String, Max),
        ["hstore"] = Mapped(
            Hstore, "global::System.Collections.Generic.IReadOnlyDictionary<string, string?>", $"MAP<VARCHAR({Max}),VARCHAR({Max})>", "{}", TooLongWhole, isValueType: false) with { MaxBytes = Max },
        ["vector"] = Mapped(Vector, Floats, "ARRAY<FLOAT>", "[]", isValueType: false),
        ["halfvec"] = Mapped(Halfvec, Floats, "ARRAY<FLOAT>", "[]", isValueType: false),
        ["sparsevec"] = Varchar(Sparsevec, String, Max),
        ["geometry"] = Varchar(Ewkb, Bytes, Max, isValueType: true) with { Delimiter = ':' },
        ["geography"] = Varchar(Ewkb, Bytes, Max, isValueType: true) with { Delimiter = ':' },
    };

    /// <summary>Built-in ranges by name, and built-in multiranges by the range that they are of.</summary>
    public static IReadOnlyDictionary<string, (string Subtype, int MaxBytes)> Ranges { get; } = new Dictionary<string, (string, int)>(StringComparer.Ordinal)
    {
        ["int4range"] = ("int4", 32), ["int8range"] = ("int8", 48), ["numrange"] = ("numeric", Max),
        ["daterange"] = ("date", 64), ["tsrange"] = ("timestamp", 96), ["tstzrange"] = ("timestamptz", 96),
    };

    public static IReadOnlyDictionary<string, string> Multiranges { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["int4multirange"] = "int4range", ["int8multirange"] = "int8range", ["nummultirange"] = "numrange",
        ["datemultirange"] = "daterange", ["tsmultirange"] = "tsrange", ["tstzmultirange"] = "tstzrange",
    };

    /// <summary>What a text or bytes that can be longer than their column have outside: a longer value can be cut.</summary>
    public const Outside TooLong = Outside.Exists | Outside.CanClamp | Outside.OnlyLength;

    /// <summary>Of what is printed as text: the beginning of a longer one would be another value, or none.</summary>
    public const Outside TooLongWhole = Outside.Exists | Outside.OnlyLength;

    /// <summary>What a value longer than its column is to the codec.</summary>
    public static Outside TooLongFor(WireCodec codec) =>
        codec is Text or WireCodec.Char or Bit or VersionedText or WireCodec.Enum or Bytea or ByteaHex ? TooLong : TooLongWhole;

    /// <summary>Carried as text; a column that is as long as StarRocks' longest may still be too short.</summary>
    public static TypeMapping Varchar(WireCodec codec, string csharp, int bytes, bool isValueType = false) => new()
    {
        Codec = codec, CSharpType = csharp, IsCSharpValueType = isValueType,
        StarRocksType = VarcharText(bytes), MaxBytes = bytes, Filler = "\"\"", KeyBytes = KeyBytesOf(bytes), Outside = bytes < Max ? Outside.None : TooLongFor(codec),
    };

    public static string VarcharText(int bytes) => string.Format(System.Globalization.CultureInfo.InvariantCulture, "VARCHAR({0})", bytes);

    /// <summary>A string that is not the last key column is terminated by two bytes (STARROCKS.md 4).</summary>
    public static int KeyBytesOf(int varcharBytes) => varcharBytes + 2;

    private static TypeMapping Mapped(WireCodec codec, string csharp, string starRocks, string filler, Outside outside = Outside.None, int keyBytes = 0, bool isValueType = true) => new()
    {
        Codec = codec, CSharpType = csharp, IsCSharpValueType = isValueType, StarRocksType = starRocks, Filler = filler, KeyBytes = keyBytes, Outside = outside,
    };
}
