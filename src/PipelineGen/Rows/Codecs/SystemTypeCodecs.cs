using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>
/// "char", the catalogs' one-byte type, into VARCHAR: byte 0 is the empty text, and bytes above 127 are printed as
/// <c>\ooo</c>, which PostgreSQL does from 16 on; before, its text is the raw byte and no UTF-8.
/// </summary>
public readonly struct CharCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<CharCodec>(column, value, ref writer, mayBeCut: true);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<CharCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        switch (bytes.Length)
        {
            case 0 when !value.IsBinary:
                break;
            case 1 when bytes[0] >= 0x80:
                text.Raw([(byte)'\\', (byte)('0' + (bytes[0] >> 6)), (byte)('0' + ((bytes[0] >> 3) & 7)), (byte)('0' + (bytes[0] & 7))]);
                break;
            case 1 when bytes[0] == 0 && value.IsBinary:
                break;
            case 1 when bytes[0] != 0:
            case 4 when !value.IsBinary && bytes[0] == '\\' && bytes[1] is (byte)'2' or (byte)'3' && bytes[2..].IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0:
                text.Raw(bytes);
                break;
            default:
                throw ColumnValueException.Malformed(column, value, "not a \"char\"");
        }
    }
}

/// <summary>pg_lsn into VARCHAR, <c>16/B374D848</c>: uint64, or that text.</summary>
public readonly struct PgLsnCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    private static readonly SearchValues<byte> TextBytes = SearchValues.Create("0123456789ABCDEF/"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<PgLsnCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<PgLsnCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            int slash = bytes.IndexOf((byte)'/');
            if (slash is < 1 or > 8 || bytes.Length - slash is < 2 or > 9 || bytes.LastIndexOf((byte)'/') != slash || bytes.IndexOfAnyExcept(TextBytes) >= 0)
                throw ColumnValueException.Malformed(column, value, "not a pg_lsn");
            text.Raw(bytes);
            return;
        }

        Wire.Fixed(column, value, 8);
        Half(BinaryPrimitives.ReadUInt32BigEndian(bytes), ref text);
        text.Raw((byte)'/');
        Half(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), ref text);
    }

    private static void Half(uint half, ref PgTextWriter text)
    {
        half.TryFormat(text.Reserve(8), out int written, "X", CultureInfo.InvariantCulture);
        text.Advance(written);
    }
}

/// <summary>tid into VARCHAR, <c>(block,offset)</c>: uint32 and uint16 (tidsend), or that text.</summary>
public readonly struct TidCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    private static readonly SearchValues<byte> TextBytes = SearchValues.Create("0123456789,"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<TidCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<TidCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            if (bytes.Length is < 5 or > 18 || bytes[0] != '(' || bytes[^1] != ')' || bytes[1..^1].IndexOfAnyExcept(TextBytes) >= 0)
                throw ColumnValueException.Malformed(column, value, "not a tid");
            text.Raw(bytes);
            return;
        }

        Wire.Fixed(column, value, 6);
        text.Raw((byte)'(');
        text.Number((long)BinaryPrimitives.ReadUInt32BigEndian(bytes));
        text.Raw((byte)',');
        text.Number((long)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]));
        text.Raw((byte)')');
    }
}

/// <summary>
/// pg_snapshot and txid_snapshot into VARCHAR, <c>xmin:xmax:xip,xip</c>: int32 count, xmin, xmax and the xips as uint64
/// (pg_snapshot_send), or that text.
/// </summary>
public readonly struct PgSnapshotCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    private const int HeaderSize = 20;

    private static readonly SearchValues<byte> TextBytes = SearchValues.Create("0123456789:,"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<PgSnapshotCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<PgSnapshotCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            if (bytes.Count((byte)':') != 2 || bytes.IndexOfAnyExcept(TextBytes) >= 0)
                throw ColumnValueException.Malformed(column, value, "not a snapshot");
            text.Raw(bytes);
            return;
        }

        int count = bytes.Length < HeaderSize ? -1 : BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (count < 0 || bytes.Length - HeaderSize != count * 8L)
            throw ColumnValueException.Malformed(column, value, "not a snapshot");
        text.Number(BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]));
        text.Raw((byte)':');
        text.Number(BinaryPrimitives.ReadUInt64BigEndian(bytes[12..]));
        text.Raw((byte)':');
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                text.Raw((byte)',');
            text.Number(BinaryPrimitives.ReadUInt64BigEndian(bytes[(HeaderSize + (i * 8))..]));
        }
    }
}
