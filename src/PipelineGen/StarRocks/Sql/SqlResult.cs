using System.Text;

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

/// <summary>A result set, whole.</summary>
public sealed record SqlResult(IReadOnlyList<SqlColumn> Columns, IReadOnlyList<SqlRow> Rows)
{
    /// <summary>The first value of the first row; <see langword="null"/> when it is NULL or there is no row.</summary>
    public string? Scalar => Rows.Count > 0 && Columns.Count > 0 ? Rows[0][0] : null;
}

/// <summary>One row in text form. Values are decoded when asked for.</summary>
public sealed class SqlRow
{
    private readonly byte[] _payload;
    private readonly int[] _ends;   // value i ends here
    private readonly int[] _starts; // and starts here; -1 = NULL

    private SqlRow(IReadOnlyList<SqlColumn> columns, byte[] payload, int[] starts, int[] ends)
    {
        Columns = columns;
        _payload = payload;
        _starts = starts;
        _ends = ends;
    }

    /// <summary>The result set's columns.</summary>
    public IReadOnlyList<SqlColumn> Columns { get; }

    /// <summary>A value as text (UTF-8), <see langword="null"/> for NULL.</summary>
    public string? this[int ordinal] => _starts[ordinal] < 0 ? null : Encoding.UTF8.GetString(_payload, _starts[ordinal], _ends[ordinal] - _starts[ordinal]);

    /// <summary>A value by column name, in any case.</summary>
    /// <exception cref="ArgumentException">No such column.</exception>
    public string? this[string name] => this[Ordinal(name)];

    /// <summary>Whether a value is NULL.</summary>
    public bool IsNull(int ordinal) => _starts[ordinal] < 0;

    /// <summary>A value's bytes as they came, for VARBINARY; empty for NULL, which <see cref="IsNull"/> tells apart.</summary>
    public ReadOnlyMemory<byte> GetBytes(int ordinal) =>
        _starts[ordinal] < 0 ? ReadOnlyMemory<byte>.Empty : _payload.AsMemory(_starts[ordinal], _ends[ordinal] - _starts[ordinal]);

    /// <summary>All values as text.</summary>
    public string?[] ToArray()
    {
        var values = new string?[Columns.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = this[i];
        }

        return values;
    }

    /// <exception cref="InvalidDataException">The packet does not hold exactly the columns' values.</exception>
    internal static SqlRow Parse(IReadOnlyList<SqlColumn> columns, byte[] payload)
    {
        int[] starts = new int[columns.Count];
        int[] ends = new int[columns.Count];
        var reader = new PacketReader(payload);
        for (int i = 0; i < starts.Length; i++)
        {
            if (reader.Remaining > 0 && payload[reader.Position] == 0xFB)
            {
                reader.Byte();
                starts[i] = -1;
                continue;
            }

            int length = reader.LengthEncodedBytes().Length;
            ends[i] = reader.Position;
            starts[i] = reader.Position - length;
        }

        return reader.Remaining == 0
            ? new SqlRow(columns, payload, starts, ends)
            : throw new InvalidDataException($"malformed row: {reader.Remaining} bytes after the last of {columns.Count} columns");
    }

    private int Ordinal(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ArgumentException($"The result has no column '{name}'.", nameof(name));
    }
}
