using System.Buffers.Text;

namespace PipelineGen.Rows;

/// <summary>bool: one byte, or <c>t</c>/<c>f</c>.</summary>
public readonly struct BoolCodec : IColumnEncoder, IColumnDecoder<bool>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        writer.Raw(Read(column, value) ? "true"u8 : "false"u8);

    public static bool Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) =>
        text.Raw(Read(column, value) ? (byte)'t' : (byte)'f');

    private static bool Read(ColumnInfo column, ColumnValue value)
    {
        byte b = Wire.Fixed(column, value, 1)[0];
        return (value.IsBinary, b) switch
        {
            (true, 0) or (false, (byte)'f') => false,
            (true, 1) or (false, (byte)'t') => true,
            _ => throw ColumnValueException.Malformed(column, value, "neither true nor false"),
        };
    }
}

/// <summary>uuid: 16 bytes in print order, or the 36 characters.</summary>
public readonly struct UuidCodec : IColumnEncoder, IColumnDecoder<Guid>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        Guid id = Read(column, value);
        if (TextWire.Exceeds(column, 36))
        {
            OutsideDomain.Write<UuidCodec>(column, value, TextWire.TooLong(column, 36), ref writer);
            return;
        }

        Span<byte> free = writer.Reserve(38);
        free[0] = (byte)'"';
        id.TryFormat(free[1..], out _, "D");
        free[37] = (byte)'"';
        writer.Advance(38);
    }

    public static Guid Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        Read(column, value).TryFormat(text.Reserve(36), out int written, "D");
        text.Advance(written);
    }

    private static Guid Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return new Guid(Wire.Fixed(column, value, 16), bigEndian: true);
        return Utf8Parser.TryParse(value.Bytes, out Guid id, out int read) && read == value.Bytes.Length
            ? id
            : throw ColumnValueException.Malformed(column, value, "not a uuid");
    }
}
