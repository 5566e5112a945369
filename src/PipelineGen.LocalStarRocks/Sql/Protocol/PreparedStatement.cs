using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>A statement of COM_STMT_PREPARE, and its parameters as COM_STMT_EXECUTE sends them.</summary>
internal sealed class PreparedStatement(int id, string sql, int parameters)
{
    private static readonly StarRocksError Malformed = new(1835, "HY000", "Malformed communication packet.");

    // Kept from the execution that sent them: later ones may leave them out.
    private byte[] _types = [];

    public int Id { get; } = id;
    public string Sql { get; } = sql;
    public int Parameters { get; } = parameters;

    /// <summary>COM_STMT_SEND_LONG_DATA came, which has no answer of its own: the execution gets the refusal.</summary>
    public bool HasLongData { get; set; }

    /// <summary>Values in the order of the question marks.</summary>
    /// <param name="packet">What follows the statement's id.</param>
    public IReadOnlyList<LiteralExpression> Read(ReadOnlySpan<byte> packet)
    {
        // Flags, and an iteration count that is always one.
        Take(ref packet, 5);
        if (Parameters == 0)
        {
            return [];
        }

        ReadOnlySpan<byte> nulls = Take(ref packet, (Parameters + 7) / 8);
        if (Take(ref packet, 1)[0] == 1)
        {
            _types = Take(ref packet, Parameters * 2).ToArray();
        }

        if (_types.Length == 0)
        {
            throw Malformed;
        }

        var values = new LiteralExpression[Parameters];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (nulls[i / 8] >> (i % 8) & 1) == 1
                ? new LiteralExpression(SourceKind.Null, "NULL", ColumnType.Null)
                : Value(ref packet, _types[i * 2], unsigned: (_types[i * 2 + 1] & 0x80) != 0);
        }

        return values;
    }

    private static LiteralExpression Value(ref ReadOnlySpan<byte> packet, byte type, bool unsigned)
    {
        switch (type)
        {
            case 0x01: return Integer(unsigned ? Take(ref packet, 1)[0] : (sbyte)Take(ref packet, 1)[0]);
            case 0x02 or 0x0D: return Integer(unsigned ? BinaryPrimitives.ReadUInt16LittleEndian(Take(ref packet, 2)) : BinaryPrimitives.ReadInt16LittleEndian(Take(ref packet, 2)));
            case 0x03 or 0x09: return Integer(unsigned ? BinaryPrimitives.ReadUInt32LittleEndian(Take(ref packet, 4)) : BinaryPrimitives.ReadInt32LittleEndian(Take(ref packet, 4)));
            case 0x08: return Integer(unsigned ? BinaryPrimitives.ReadUInt64LittleEndian(Take(ref packet, 8)) : BinaryPrimitives.ReadInt64LittleEndian(Take(ref packet, 8)));
            case 0x04: return Floating(BinaryPrimitives.ReadSingleLittleEndian(Take(ref packet, 4)));
            case 0x05: return Floating(BinaryPrimitives.ReadDoubleLittleEndian(Take(ref packet, 8)));
            case 0x06: return new LiteralExpression(SourceKind.Null, "NULL", ColumnType.Null);
            case 0x07 or 0x0A or 0x0C: return Text(Time(Take(ref packet, Take(ref packet, 1)[0]), dateOnly: type == 0x0A));
            case 0x0F or >= 0xF5: return Text(Encoding.UTF8.GetString(Take(ref packet, Length(ref packet))));
            default: throw StarRocksError.NotInStandIn($"a parameter of MySQL type {type}");
        }
    }

    private static LiteralExpression Integer(Int128 value) =>
        new(SourceKind.Number, value.ToString(CultureInfo.InvariantCulture), value >= long.MinValue && value <= long.MaxValue ? ColumnType.BigInt : ColumnType.LargeInt);

    private static LiteralExpression Floating(double value) => !double.IsFinite(value)
        ? throw StarRocksError.NotInStandIn("NaN and infinities as parameters")
        : new(SourceKind.Number, value.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text, ColumnType.Double);

    private static LiteralExpression Text(string text) => new(SourceKind.String, text, ColumnType.Text);

    private static string Time(ReadOnlySpan<byte> bytes, bool dateOnly)
    {
        if (bytes.Length is not (0 or 4 or 7 or 11))
        {
            throw Malformed;
        }

        int year = bytes.Length > 0 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : 0;
        string date = bytes.Length > 0 ? $"{year:D4}-{bytes[2]:D2}-{bytes[3]:D2}" : "0000-00-00";
        string time = bytes.Length >= 7 ? $"{bytes[4]:D2}:{bytes[5]:D2}:{bytes[6]:D2}" : "00:00:00";
        string fraction = bytes.Length == 11 ? $".{BinaryPrimitives.ReadUInt32LittleEndian(bytes[7..]):D6}" : "";
        return dateOnly ? date : $"{date} {time}{fraction}";
    }

    private static int Length(ref ReadOnlySpan<byte> packet)
    {
        ulong length = Take(ref packet, 1)[0] switch
        {
            0xFC => BinaryPrimitives.ReadUInt16LittleEndian(Take(ref packet, 2)),
            0xFD => Take(ref packet, 3) is var b ? (uint)(b[0] | b[1] << 8 | b[2] << 16) : 0,
            0xFE => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref packet, 8)),
            > 0xFA => throw Malformed,
            var small => small,
        };
        return length <= (ulong)packet.Length ? (int)length : throw Malformed;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> packet, int count)
    {
        if (packet.Length < count)
        {
            throw Malformed;
        }

        ReadOnlySpan<byte> taken = packet[..count];
        packet = packet[count..];
        return taken;
    }
}
