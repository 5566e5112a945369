namespace PipelineGen.StarRocks;

/// <summary>Reads what answers a statement: an OK packet, or columns and rows with EOF packets after each. STARROCKS.md section 7.</summary>
internal static class ResultPackets
{
    public static bool IsOk(byte[] answer) => answer[0] == 0x00;

    public static long AffectedRows(byte[] ok)
    {
        var reader = new PacketReader(ok);
        reader.Byte();
        return (long)reader.LengthEncoded();
    }

    public static async Task<IReadOnlyList<SqlColumn>> ReadColumnsAsync(this PacketStream packets, byte[] answer, CancellationToken cancellationToken)
    {
        int count = ColumnCount(answer);
        var columns = new List<SqlColumn>(Math.Min(count, 256));
        for (int i = 0; i < count; i++)
        {
            columns.Add(Column(await packets.ReadAsync(cancellationToken).ConfigureAwait(false)));
        }

        byte[] end = await packets.ReadAsync(cancellationToken).ConfigureAwait(false);
        return IsEnd(end) ? columns : throw new InvalidDataException("malformed result: no EOF packet after the columns");
    }

    public static async ValueTask<SqlRow?> ReadRowAsync(this PacketStream packets, IReadOnlyList<SqlColumn> columns, CancellationToken cancellationToken)
    {
        byte[] payload = await packets.ReadAsync(cancellationToken).ConfigureAwait(false);
        return payload.Length > 0 && payload[0] == 0xFF ? throw ServerError.Read(payload)
            : IsEnd(payload) ? null
            : SqlRow.Parse(columns, payload);
    }

    // 0xFE also begins a value of 16 MB and more; an EOF packet is shorter than any such row.
    private static bool IsEnd(byte[] payload) => payload.Length is > 0 and < 9 && payload[0] == 0xFE;

    private static int ColumnCount(byte[] answer)
    {
        if (answer[0] == 0xFB)
        {
            throw new InvalidDataException("the server asks for a local file, which was never offered");
        }

        var reader = new PacketReader(answer);
        ulong count = reader.LengthEncoded();
        return count is > 0 and <= 65535 && reader.Remaining == 0 ? (int)count : throw new InvalidDataException($"malformed result: {count} columns");
    }

    private static SqlColumn Column(byte[] payload)
    {
        var reader = new PacketReader(payload);
        for (int skipped = 0; skipped < 4; skipped++)
        {
            reader.LengthEncodedBytes(); // catalog, schema, table, original table
        }

        string name = reader.LengthEncodedText();
        reader.LengthEncodedBytes(); // original name
        reader.LengthEncoded(); // length of what follows
        reader.UInt16(); // charset
        uint length = reader.UInt32();
        return new SqlColumn(name, (SqlColumnType)reader.Byte(), length);
    }
}
