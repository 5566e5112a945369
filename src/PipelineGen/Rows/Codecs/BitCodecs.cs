using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>bit(n) and varbit(n) into VARCHAR, as zeros and ones: int32 count of bits and the bits from the highest on (varbit_send).</summary>
public readonly struct BitCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<BitCodec>(column, value, ref writer, mayBeCut: true);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<BitCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            if (bytes.IndexOfAnyExcept((byte)'0', (byte)'1') >= 0)
                throw ColumnValueException.Malformed(column, value, "not a bit string");
            text.Raw(bytes);
            return;
        }

        int count = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (count < 0 || bytes.Length - 4 != (count + 7L) / 8)
            throw ColumnValueException.Malformed(column, value, "not a bit string");
        bytes = bytes[4..];
        Span<byte> free = text.Reserve(count);
        for (int i = 0; i < count; i++)
            free[i] = (byte)('0' + ((bytes[i / 8] >> (7 - (i % 8))) & 1));
        text.Advance(count);
    }
}

/// <summary>bit(1) into BOOLEAN.</summary>
public readonly struct BitBooleanCodec : IColumnEncoder, IColumnDecoder<bool>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => writer.Raw(Read(column, value) ? "true"u8 : "false"u8);

    public static bool Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(Read(column, value) ? (byte)'1' : (byte)'0');

    private static bool Read(ColumnInfo column, ColumnValue value)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (value.IsBinary ? bytes.SequenceEqual<byte>([0, 0, 0, 1, 0x80]) : bytes.SequenceEqual("1"u8))
            return true;
        if (value.IsBinary ? bytes.SequenceEqual<byte>([0, 0, 0, 1, 0]) : bytes.SequenceEqual("0"u8))
            return false;
        throw ColumnValueException.Malformed(column, value, "not one bit");
    }
}
