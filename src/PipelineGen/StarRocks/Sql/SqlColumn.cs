namespace PipelineGen.StarRocks;

/// <summary>A column of a result set.</summary>
/// <param name="Name">The name or alias.</param>
/// <param name="Type">The MySQL type on the wire; StarRocks sends LARGEINT and JSON as text.</param>
/// <param name="MaxLength">Display length in bytes.</param>
public sealed record SqlColumn(string Name, SqlColumnType Type, long MaxLength);

/// <summary>MySQL's column types, by their numbers on the wire.</summary>
public enum SqlColumnType
{
    /// <summary>Old decimal.</summary>
    Decimal = 0,

    /// <summary>8 bits; also BOOLEAN.</summary>
    Tiny = 1,

    /// <summary>16 bits.</summary>
    Short = 2,

    /// <summary>32 bits.</summary>
    Long = 3,

    /// <summary>Single precision.</summary>
    Float = 4,

    /// <summary>Double precision.</summary>
    Double = 5,

    /// <summary>No type: a bare NULL.</summary>
    Null = 6,

    /// <summary>Timestamp.</summary>
    Timestamp = 7,

    /// <summary>64 bits.</summary>
    LongLong = 8,

    /// <summary>24 bits.</summary>
    Int24 = 9,

    /// <summary>Date.</summary>
    Date = 10,

    /// <summary>Time.</summary>
    Time = 11,

    /// <summary>Date and time.</summary>
    DateTime = 12,

    /// <summary>Year.</summary>
    Year = 13,

    /// <summary>Text of variable length.</summary>
    VarChar = 15,

    /// <summary>Bits.</summary>
    Bit = 16,

    /// <summary>JSON.</summary>
    Json = 245,

    /// <summary>Decimal.</summary>
    NewDecimal = 246,

    /// <summary>Enumeration.</summary>
    Enum = 247,

    /// <summary>Set.</summary>
    Set = 248,

    /// <summary>Bytes, up to 255.</summary>
    TinyBlob = 249,

    /// <summary>Bytes, up to 16 MB.</summary>
    MediumBlob = 250,

    /// <summary>Bytes, up to 4 GB.</summary>
    LongBlob = 251,

    /// <summary>Bytes or long text.</summary>
    Blob = 252,

    /// <summary>Text or bytes of variable length.</summary>
    VarString = 253,

    /// <summary>Text or bytes of fixed length.</summary>
    String = 254,

    /// <summary>Geometry.</summary>
    Geometry = 255,
}
