using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>A row of the binary protocol: what a prepared statement's execution is answered with.</summary>
internal static class BinaryRow
{
    public static PacketWriter Write(IReadOnlyList<ResultColumn> columns, byte[]?[] row)
    {
        // The bits of NULL are moved by two.
        var nulls = new byte[(row.Length + 9) / 8];
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] is null)
            {
                nulls[(i + 2) / 8] |= (byte)(1 << ((i + 2) % 8));
            }
        }

        PacketWriter packet = new PacketWriter().Byte(0).Bytes(nulls);
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] is { } value)
            {
                Value(packet, columns[i].Type, value);
            }
        }

        return packet;
    }

    private static void Value(PacketWriter packet, ColumnType type, byte[] text)
    {
        switch (type.Kind)
        {
            case TypeKind.Boolean or TypeKind.TinyInt: packet.Byte((byte)Integer(text)); break;
            case TypeKind.SmallInt: packet.Int16((int)Integer(text)); break;
            case TypeKind.Int: packet.Int32((uint)Integer(text)); break;
            case TypeKind.BigInt: packet.Int64(Integer(text)); break;
            case TypeKind.Float: packet.Int32(BitConverter.SingleToUInt32Bits((float)Floating(text))); break;
            case TypeKind.Double: packet.Int64(BitConverter.DoubleToInt64Bits(Floating(text))); break;
            case TypeKind.Date or TypeKind.DateTime: Time(packet, Encoding.ASCII.GetString(text)); break;
            default: packet.Text(text); break;
        }
    }

    private static long Integer(byte[] text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static double Floating(byte[] text) => Encoding.ASCII.GetString(text) switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var number => double.Parse(number, CultureInfo.InvariantCulture),
    };

    // yyyy-MM-dd[ HH:mm:ss[.ffffff]], as the stand-in stores and prints it.
    private static void Time(PacketWriter packet, string text)
    {
        int Part(int start, int length) => int.Parse(text.AsSpan(start, length), CultureInfo.InvariantCulture);
        bool fraction = text.Length > 20;
        packet.Byte((byte)(fraction ? 11 : text.Length > 10 ? 7 : 4)).Int16(Part(0, 4)).Byte((byte)Part(5, 2)).Byte((byte)Part(8, 2));
        if (text.Length > 10)
        {
            packet.Byte((byte)Part(11, 2)).Byte((byte)Part(14, 2)).Byte((byte)Part(17, 2));
        }

        if (fraction)
        {
            packet.Int32((uint)int.Parse(text.AsSpan(20).ToString().PadRight(6, '0'), CultureInfo.InvariantCulture));
        }
    }
}
