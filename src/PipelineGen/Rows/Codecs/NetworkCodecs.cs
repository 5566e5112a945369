using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// inet and cidr into VARCHAR, as Postgres prints them. Binary: family, bits, is-cidr, length, address (network_send).
/// </summary>
public readonly struct InetCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    /// <summary>PGSQL_AF_INET and PGSQL_AF_INET6 (utils/inet.h).</summary>
    private const byte FamilyV4 = 2;
    private const byte FamilyV6 = 3;
    private const int Groups = 8;

    private static readonly SearchValues<byte> TextBytes = SearchValues.Create("0123456789abcdef.:/"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<InetCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<InetCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            if (bytes.IsEmpty || bytes.IndexOfAnyExcept(TextBytes) >= 0)
                throw ColumnValueException.Malformed(column, value, "not an address");
            text.Raw(bytes);
            return;
        }

        if (bytes.Length < 4)
            throw ColumnValueException.Malformed(column, value, "shorter than an address's header");
        int size = bytes[0] == FamilyV4 ? 4 : 16;
        if (bytes[0] is not (FamilyV4 or FamilyV6) || bytes[3] != size || bytes.Length != 4 + size || bytes[1] > size * 8 || bytes[2] > 1)
            throw ColumnValueException.Malformed(column, value, "not an address");
        if (size == 4)
            Octets(bytes[4..], ref text);
        else
            Address(bytes[4..], ref text);
        // An inet of one host has no prefix length; a cidr always has.
        if (bytes[2] == 1 || bytes[1] < size * 8)
        {
            text.Raw((byte)'/');
            text.Number((long)bytes[1]);
        }
    }

    private static void Octets(scoped ReadOnlySpan<byte> address, ref PgTextWriter text)
    {
        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
                text.Raw((byte)'.');
            text.Number((long)address[i]);
        }
    }

    /// <summary>As pg_inet_net_ntop: the first longest run of two zero groups or more is <c>::</c>.</summary>
    private static void Address(scoped ReadOnlySpan<byte> address, ref PgTextWriter text)
    {
        int start = -1;
        int length = 1;
        for (int i = 0; i < Groups; i++)
        {
            int run = 0;
            while (i + run < Groups && Group(address, i + run) == 0)
                run++;
            if (run > length)
                (start, length) = (i, run);
            i += run;
        }

        // ::1.2.3.4 and ::ffff:1.2.3.4, but not ::1 (inet_net_ntop.c).
        bool embedsV4 = start == 0 && (length == 6 || (length == 7 && Group(address, 7) != 1) || (length == 5 && Group(address, 5) == 0xFFFF));
        for (int i = 0; i < Groups; i++)
        {
            if (start >= 0 && i >= start && i < start + length)
            {
                if (i == start)
                    text.Raw((byte)':');
                continue;
            }

            if (i != 0)
                text.Raw((byte)':');
            if (i == 6 && embedsV4)
            {
                Octets(address[12..], ref text);
                break;
            }

            Group(address, i).TryFormat(text.Reserve(4), out int written, "x", System.Globalization.CultureInfo.InvariantCulture);
            text.Advance(written);
        }

        if (start >= 0 && start + length == Groups)
            text.Raw((byte)':');
    }

    private static ushort Group(scoped ReadOnlySpan<byte> address, int index) => BinaryPrimitives.ReadUInt16BigEndian(address[(index * 2)..]);
}

/// <summary>macaddr and macaddr8 into VARCHAR: 6 or 8 bytes, printed with colons.</summary>
public readonly struct MacAddrCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    private static readonly SearchValues<byte> TextBytes = SearchValues.Create("0123456789abcdef:"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<MacAddrCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<MacAddrCodec>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            if (bytes.Length is not (17 or 23) || bytes.IndexOfAnyExcept(TextBytes) >= 0)
                throw ColumnValueException.Malformed(column, value, "not a hardware address");
            text.Raw(bytes);
            return;
        }

        if (bytes.Length is not (6 or 8))
            throw ColumnValueException.Malformed(column, value, "expected 6 or 8 bytes");
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
                text.Raw((byte)':');
            HexText.WriteLower(bytes.Slice(i, 1), text.Reserve(2));
            text.Advance(2);
        }
    }
}
