namespace PipelineGen.Schema.Types;

/// <summary>
/// How a value's bytes are read and written. Each name but Enum and Composite has a codec <c>&lt;Name&gt;Codec</c> in
/// PipelineGen.Rows; an enum's and a composite's are generated.
/// </summary>
public enum WireCodec
{
    Bool, Int2, Int4, Int8, Oid, Xid8, Float4, Float8,
    Numeric, WideNumeric, NumericText, Money,
    Text, Char, Enum,
    Bytea, ByteaHex, Ewkb, EwkbBinary,
    Date, Time, TimeMicroseconds, TimeTz, Timestamp, TimestampTz, Interval, IntervalMicroseconds,
    Uuid,
    Json, Jsonb, JsonText, JsonbText,
    Inet, MacAddr, Bit, BitBoolean, PgLsn, Tid, PgSnapshot, VersionedText,
    TsVector, TsQuery,
    Point, PointStruct, Line, Lseg, Box, Path, Polygon, Circle,
    Vector, Halfvec, Sparsevec,

    /// <summary>The codec of <see cref="TypeMapping.Element"/>, an element each.</summary>
    Array,

    /// <summary>As <see cref="Array"/>, into a JSON column, which holds several dimensions.</summary>
    ArrayJson,

    /// <summary>The codecs of <see cref="TypeMapping.Fields"/>.</summary>
    Composite,

    /// <summary>Bounds by the codec of <see cref="TypeMapping.Element"/>, as Postgres' text.</summary>
    Range,

    /// <summary>A range as StarRocks STRUCT.</summary>
    RangeStruct,

    Multirange,
    Hstore,

    /// <summary>Whatever <see cref="TypeMapping.Element"/> is, as the text that Postgres prints of it.</summary>
    AsText,
}
