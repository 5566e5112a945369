using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Postgres.Streaming;

/// <summary>Hands a committed streamed transaction out as protocol 1 would have brought it: Begin, its changes, Commit.</summary>
internal sealed class TransactionReplay(StreamedTransaction transaction, StreamCommitMessage commit, RelationContexts relations, int headerSize) : IDisposable
{
    private const int BeginSize = 1 + 8 + 8 + 4;
    private const int CommitSize = 1 + 1 + 8 + 8 + 8;

    private readonly Dictionary<uint, byte[]> _described = [];
    private byte[] _block = [];
    private int _at;
    private int _end;
    private long _next;
    private bool _begun;

    /// <summary>Goes on until the batch is full.</summary>
    /// <returns>True when the transaction is handed out whole.</returns>
    /// <exception cref="SpillException">Its file is not as it was written.</exception>
    public bool Fill(WalBatch output)
    {
        if (!_begun)
        {
            Span<byte> begin = stackalloc byte[BeginSize];
            begin[0] = (byte)PgOutputMessageType.Begin;
            BinaryPrimitives.WriteUInt64BigEndian(begin[1..], commit.CommitLsn.Value);
            BinaryPrimitives.WriteInt64BigEndian(begin[9..], commit.CommitTime);
            BinaryPrimitives.WriteUInt32BigEndian(begin[17..], commit.Xid);
            output.Append(begin);
            _begun = true;
        }

        while (!output.IsFull)
        {
            if (_at == _end)
            {
                if (!transaction.TryReadBlock(_next, ref _block, out _end, out _next))
                {
                    End(output);
                    return true;
                }

                _at = headerSize;
                continue;
            }

            HandOut(NextMessage(), output);
        }

        return false;
    }

    public void Dispose()
    {
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }

    private void HandOut(ReadOnlySpan<byte> message, WalBatch output)
    {
        switch ((PgOutputMessageType)message[0])
        {
            case PgOutputMessageType.Relation:
                // Goes out before the first change that needs it: in parts that were rolled back there was perhaps one that
                // nothing is written in any more.
                byte[] kept = relations.Keep(message);
                _described[(uint)StreamedTransaction.SchemaKey(kept)] = kept;
                return;
            case PgOutputMessageType.Insert or PgOutputMessageType.Update or PgOutputMessageType.Delete or PgOutputMessageType.Truncate:
                relations.HandOutFor(message, _described, output);
                break;
        }

        output.Append(message);
    }

    private void End(WalBatch output)
    {
        Span<byte> end = stackalloc byte[CommitSize];
        end[0] = (byte)PgOutputMessageType.Commit;
        end[1] = commit.Flags;
        BinaryPrimitives.WriteUInt64BigEndian(end[2..], commit.CommitLsn.Value);
        BinaryPrimitives.WriteUInt64BigEndian(end[10..], commit.EndLsn.Value);
        BinaryPrimitives.WriteInt64BigEndian(end[18..], commit.CommitTime);
        output.Append(end);
        relations.Committed(transaction);
    }

    private ReadOnlySpan<byte> NextMessage()
    {
        ReadOnlySpan<byte> left = _block.AsSpan(_at, _end - _at);
        int length = left.Length < sizeof(int) ? 0 : BinaryPrimitives.ReadInt32BigEndian(left);
        if (length <= 0 || length > left.Length - sizeof(int))
            throw new SpillException($"transaction {transaction.Xid} has a message of {length} bytes where its block has {left.Length}");
        _at += sizeof(int) + length;
        return left.Slice(sizeof(int), length);
    }
}
