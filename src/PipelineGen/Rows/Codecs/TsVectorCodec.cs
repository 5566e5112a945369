using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// tsvector into VARCHAR: <c>'cat':3A,5 'it''s'</c>. Binary: int32 count, then per lexeme its bytes and a zero byte, uint16 count
/// of positions, and each as a uint16 of two bits weight and fourteen bits position (tsvectorsend).
/// </summary>
public readonly struct TsVectorCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<TsVectorCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<TsVectorCodec>(column, value);

    /// <summary>tsvectorout.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        ReadOnlySpan<byte> rest = value.Bytes;
        // A lexeme has its zero byte and its count of positions.
        if (rest.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(rest) is var count && (count < 0 || count > (rest.Length - 4) / 3))
            throw Malformed(column, value);
        rest = rest[4..];
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                text.Raw((byte)' ');
            int end = rest.IndexOf((byte)0);
            if (end < 0 || rest.Length < end + 3)
                throw Malformed(column, value);
            LexemeText.Quote(rest[..end], ref text);
            int positions = BinaryPrimitives.ReadUInt16BigEndian(rest[(end + 1)..]);
            rest = rest[(end + 3)..];
            if (rest.Length < positions * 2)
                throw Malformed(column, value);
            PrintPositions(rest[..(positions * 2)], ref text);
            rest = rest[(positions * 2)..];
        }

        if (!rest.IsEmpty)
            throw Malformed(column, value);
    }

    private static void PrintPositions(scoped ReadOnlySpan<byte> positions, ref PgTextWriter text)
    {
        for (int at = 0; at < positions.Length; at += 2)
        {
            text.Raw((byte)(at == 0 ? ':' : ','));
            int packed = BinaryPrimitives.ReadUInt16BigEndian(positions[at..]);
            text.Number((long)(packed & 0x3FFF));
            // D, the weight 0, is not printed.
            if (packed >> 14 is > 0 and var weight)
                text.Raw((byte)('D' - weight));
        }
    }

    private static ColumnValueException Malformed(ColumnInfo column, ColumnValue value) => ColumnValueException.Malformed(column, value, "not a tsvector");
}

/// <summary>Lexemes as tsvectorout and tsqueryout quote them.</summary>
internal static class LexemeText
{
    public static void Quote(scoped ReadOnlySpan<byte> lexeme, ref PgTextWriter text)
    {
        text.Raw((byte)'\'');
        while (true)
        {
            int special = lexeme.IndexOfAny((byte)'\'', (byte)'\\');
            if (special < 0)
                break;
            text.Raw(lexeme[..(special + 1)]);
            text.Raw(lexeme[special]);
            lexeme = lexeme[(special + 1)..];
        }

        text.Raw(lexeme);
        text.Raw((byte)'\'');
    }
}
