using System.Text;
using PipelineGen.Postgres;
using PipelineGen.Tests.Rows;

namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>Messages of streamed transactions, by hand from the documentation, and messages in a form that a test can compare.</summary>
internal static class StreamedWal
{
    public static byte[] Start(uint xid, bool isFirst = true) => [(byte)'S', .. PgBinary.Int32(xid), (byte)(isFirst ? 1 : 0)];

    public static byte[] Stop() => [(byte)'E'];

    public static byte[] Commit(uint xid, long commitLsn, long endLsn, long time = 0) =>
        [(byte)'c', .. PgBinary.Int32(xid), 0, .. PgBinary.Int64(commitLsn), .. PgBinary.Int64(endLsn), .. PgBinary.Int64(time)];

    public static byte[] Abort(uint xid, uint subtransaction) => [(byte)'A', .. PgBinary.Int32(xid), .. PgBinary.Int32(subtransaction)];

    /// <summary>A message of protocol 1 as it stands inside a block.</summary>
    public static byte[] In(uint xid, byte[] message) => [message[0], .. PgBinary.Int32(xid), .. message[1..]];

    /// <summary>A block that is the transaction's only one so far, with rows of one table.</summary>
    public static byte[][] Block(uint xid, bool isFirst, params byte[][] messages) => [Start(xid, isFirst), .. messages.Select(m => In(xid, m)), Stop()];

    public static byte[] Table(uint oid, string column = "v") => Wal.Relation(oid, "s", "t" + oid, 'd', (column, 25, true));

    public static byte[] Row(uint oid, string value) => Wal.Insert(oid, value);

    public static byte[] Type(uint oid) => [(byte)'Y', .. PgBinary.Int32(oid), .. "s\0kind\0"u8];

    public static byte[] Origin() => [(byte)'O', .. PgBinary.Int64(9), .. "elsewhere\0"u8];

    /// <summary>"B xid commit", "C commit end", "R oid column", "I oid value" and so on.</summary>
    public static string Text(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        char type = (char)reader.Byte();
        switch (type)
        {
            case 'B':
                BeginMessage begin = BeginMessage.Read(message);
                return $"B {begin.Xid} {begin.FinalLsn.Value}";
            case 'C':
                CommitMessage commit = CommitMessage.Read(message);
                return $"C {commit.CommitLsn.Value} {commit.EndLsn.Value}";
            case 'R':
                RelationMessage relation = RelationMessage.Read(message);
                return $"R {relation.Oid} {relation.Columns[0].Name}";
            case 'I':
                uint oid = reader.UInt32();
                reader.Skip(1 + 2 + 1);
                return $"I {oid} {Encoding.UTF8.GetString(reader.Take(reader.Int32()))}";
            case 'T':
                return $"T {string.Join(',', TruncateMessage.Read(message).Relations)}";
            case 'Y':
                return $"Y {reader.UInt32()}";
            default:
                return type.ToString();
        }
    }
}
