using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>OK, ERR, EOF, column and row packets of the text protocol.</summary>
internal static class ResultPackets
{
    // SERVER_STATUS_AUTOCOMMIT
    private const int Status = 2;

    public static PacketWriter Ok(long affected = 0, string info = "")
    {
        PacketWriter packet = new PacketWriter().Byte(0).LengthEncoded((ulong)affected).LengthEncoded(0).Int16(Status).Int16(0);
        return info.Length > 0 ? packet.Text(info) : packet;
    }

    /// <summary>The answer to COM_STMT_PREPARE.</summary>
    public static PacketWriter Prepared(int id, int columns, int parameters) =>
        new PacketWriter().Byte(0).Int32((uint)id).Int16(columns).Int16(parameters).Byte(0).Int16(0);

    public static PacketWriter Eof() => new PacketWriter().Byte(0xFE).Int16(0).Int16(Status);

    public static PacketWriter Error(StarRocksError error) => new PacketWriter()
        .Byte(0xFF).Int16(error.Code).Byte((byte)'#').Bytes(Encoding.ASCII.GetBytes(error.State)).Bytes(Encoding.UTF8.GetBytes(error.Message));

    public static PacketWriter ColumnCount(int count) => new PacketWriter().LengthEncoded((ulong)count);

    public static PacketWriter Column(ResultColumn column, bool withDefault = false)
    {
        (byte code, uint length, byte decimals) = Describe(column.Type);
        bool binary = !column.Type.IsText && column.Type.Kind is not (TypeKind.Json or TypeKind.Array or TypeKind.Map or TypeKind.Struct);
        PacketWriter packet = new PacketWriter()
            .Text("def").Text("").Text("").Text("").Text(column.Name).Text(column.Name)
            .Byte(12).Int16(binary ? 63 : 33).Int32(length).Byte(code).Int16(0).Byte(decimals).Int16(0);
        return withDefault ? packet.Byte(0xFB) : packet;
    }

    public static PacketWriter Row(byte[]?[] row)
    {
        var packet = new PacketWriter();
        foreach (byte[]? value in row)
        {
            if (value is null)
            {
                packet.Byte(0xFB);
            }
            else
            {
                packet.Text(value);
            }
        }

        return packet;
    }

    // LARGEINT comes as text, DECIMAL as newdecimal (STARROCKS.md, 7).
    private static (byte Code, uint Length, byte Decimals) Describe(ColumnType type) => type.Kind switch
    {
        TypeKind.Boolean => (0x01, 1, 0),
        TypeKind.TinyInt => (0x01, 4, 0),
        TypeKind.SmallInt => (0x02, 6, 0),
        TypeKind.Int => (0x03, 11, 0),
        TypeKind.BigInt => (0x08, 20, 0),
        TypeKind.Float => (0x04, 12, 31),
        TypeKind.Double => (0x05, 22, 31),
        TypeKind.Decimal => (0xF6, (uint)type.Precision + 2, (byte)type.Scale),
        TypeKind.Date => (0x0A, 10, 0),
        TypeKind.DateTime => (0x0C, 26, 6),
        TypeKind.Varbinary => (0xFC, (uint)type.Length, 0),
        TypeKind.Char => (0xFE, (uint)type.Length * 3, 0),
        TypeKind.Null => (0x06, 0, 0),
        _ => (0xFD, (uint)Math.Max(type.Length, 255) * 3, 0),
    };
}
