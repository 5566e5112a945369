namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// The type byte of the messages around streamed transactions, protocol version 2 (PostgreSQL documentation, "Logical
/// Replication Message Formats").
/// </summary>
internal enum StreamMessageType : byte
{
    Start = (byte)'S',
    Stop = (byte)'E',
    Commit = (byte)'c',
    Abort = (byte)'A',
}

/// <summary>A block of one transaction's changes begins.</summary>
/// <param name="Xid">The top-level transaction.</param>
/// <param name="IsFirst">Whether it is the transaction's first block.</param>
internal readonly record struct StreamStartMessage(uint Xid, bool IsFirst)
{
    public static StreamStartMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        uint xid = StreamMessages.TransactionId(ref reader);
        byte first = reader.Byte();
        if (first > 1)
            throw new PgOutputException($"a block of transaction {xid} has the flag {first} where 0 or 1 says whether it is the first");
        StreamMessages.RequireEnd(message, ref reader);
        return new StreamStartMessage(xid, first == 1);
    }
}

/// <summary>A streamed transaction has committed.</summary>
/// <param name="CommitTime">Microseconds since 2000-01-01.</param>
internal readonly record struct StreamCommitMessage(uint Xid, byte Flags, Lsn CommitLsn, Lsn EndLsn, long CommitTime)
{
    public static StreamCommitMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        var commit = new StreamCommitMessage(StreamMessages.TransactionId(ref reader), reader.Byte(), new Lsn(reader.UInt64()), new Lsn(reader.UInt64()), reader.Int64());
        StreamMessages.RequireEnd(message, ref reader);
        return commit;
    }
}

/// <summary>A streamed transaction was rolled back, or a part of it.</summary>
/// <param name="Xid">The top-level transaction.</param>
/// <param name="SubtransactionId">What was rolled back; the same as <paramref name="Xid"/> when it is the whole.</param>
/// <remarks>LSN and time follow only with streaming = parallel, which is not asked for (POSTGRES.md, section 4).</remarks>
internal readonly record struct StreamAbortMessage(uint Xid, uint SubtransactionId)
{
    public static StreamAbortMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        var abort = new StreamAbortMessage(StreamMessages.TransactionId(ref reader), StreamMessages.TransactionId(ref reader));
        StreamMessages.RequireEnd(message, ref reader);
        return abort;
    }
}

internal static class StreamMessages
{
    public static bool IsOne(byte type) => (StreamMessageType)type is StreamMessageType.Start or StreamMessageType.Stop or StreamMessageType.Commit or StreamMessageType.Abort;

    public static uint TransactionId(ref WireReader reader)
    {
        uint xid = reader.UInt32();
        return xid != 0 ? xid : throw new PgOutputException("a message of a streamed transaction has the transaction id 0");
    }

    public static void RequireEnd(ReadOnlySpan<byte> message, ref WireReader reader)
    {
        if (reader.Remaining != 0)
            throw new PgOutputException($"a message of type '{(char)message[0]}' has {reader.Remaining} bytes after its end");
    }
}
