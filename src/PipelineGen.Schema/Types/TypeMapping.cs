using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>
/// How a column's bytes are read and written. Each name but Enum has a codec <c>&lt;Name&gt;Codec</c> in PipelineGen.Rows;
/// an enum's decoder is generated and its encoder is Text's.
/// </summary>
public enum WireCodec
{
    Bool, Int2, Int4, Int8, Oid, Float4, Float8,
    Numeric, WideNumeric, NumericText,
    Text, Enum,
    Bytea, ByteaHex,
    Date, Time, Timestamp, TimestampTz,
    Uuid,
    Json, Jsonb, JsonText, JsonbText,
}

/// <summary>How one column is carried, decided by the type contract from its Postgres type and the user's choice.</summary>
public sealed record TypeMapping
{
    /// <summary>The codec of the value, or of the elements for an array.</summary>
    public required WireCodec Codec { get; init; }

    public bool IsArray { get; init; }

    /// <summary>The C# type of the value or element, without '?': <c>long</c>, <c>global::System.DateOnly</c>. Empty for an enum.</summary>
    public required string CSharpType { get; init; }

    public required bool IsCSharpValueType { get; init; }

    /// <summary>The StarRocks column type, in upper case: <c>DECIMAL(12,2)</c>, <c>ARRAY&lt;INT&gt;</c>.</summary>
    public required string StarRocksType { get; init; }

    /// <summary>Whether the codec reads the binary format; if not, the stream sends text and COPY casts the column to it.</summary>
    public required bool ReadsBinary { get; init; }

    /// <summary>pg_type.oid of a built-in (array) type; 0 for a user's type or a domain.</summary>
    public uint TypeOid { get; init; }

    /// <summary>Byte limit of a VARCHAR or VARBINARY (element), else 0.</summary>
    public int MaxBytes { get; init; }

    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>The enum of an enum column or array.</summary>
    public QualifiedName? Enum { get; init; }

    /// <summary>A JSON literal that the column accepts: what a delete row carries for a NOT NULL value column (STARROCKS.md 1.9).</summary>
    public required string Filler { get; init; }

    /// <summary>Whether the load maps the column from base64 text (STARROCKS.md 1.7, VARBINARY).</summary>
    public bool IsBase64 => Codec == WireCodec.Bytea && !IsArray;

    /// <summary>Bytes that the column may add to an encoded primary key; int.MaxValue where only the value tells.</summary>
    public int KeyBytes { get; init; }
}

/// <summary>
/// The contract's answer for one column: a mapping, perhaps with a warning; or a refusal with the choices in its text.
/// </summary>
public sealed record TypeResolution
{
    private TypeResolution()
    {
    }

    public TypeMapping? Mapping { get; private init; }

    /// <summary>Faithful but surprising: shown as a build warning.</summary>
    public string? Warning { get; private init; }

    /// <summary>Why no mapping is possible, and what to choose from: a build error.</summary>
    public string? Refusal { get; private init; }

    public static TypeResolution Mapped(TypeMapping mapping, string? warning = null) => new() { Mapping = mapping, Warning = warning };

    public static TypeResolution Refused(string reason) => new() { Refusal = reason };
}
