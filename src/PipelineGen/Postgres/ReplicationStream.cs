using System.Buffers;

namespace PipelineGen.Postgres;

/// <summary>
/// The bytes of a logical replication slot: raw pgoutput messages in pooled buffers. The seam between whatever reads the
/// socket and everything above it, which is synchronous parsing of spans.
/// </summary>
public abstract class ReplicationStream : IAsyncDisposable
{
    /// <summary>
    /// Waits for at least one message and takes with it what has arrived, up to the batch's room. One call at a time.
    /// </summary>
    /// <exception cref="Npgsql.NpgsqlException">The connection broke or the server refused.</exception>
    public abstract Task ReadAsync(WalBatch batch, CancellationToken cancellationToken);

    /// <summary>The server's WAL end as of the last message or keepalive: how far it has told of, for display only.</summary>
    public abstract Lsn ReceivedLsn { get; }

    /// <summary>
    /// A position below which every transaction has been handed out, while a read is pending; false when something has
    /// arrived that the pending read has not handed out yet.
    /// </summary>
    /// <remarks>
    /// The received position is sampled first and quiet is checked second (POSTGRES.md 3.3): the other way round, a transaction
    /// that arrives in between would count as handed out. A pending read alone says nothing: it may be taking messages at this
    /// moment.
    /// </remarks>
    public abstract bool TryGetIdlePosition(out Lsn position);

    /// <summary>Lets the slot forget everything up to here; sent with the next status. Never goes back.</summary>
    /// <param name="durable">A commit's end LSN, or an idle position, that is persisted (POSTGRES.md 3.2).</param>
    public abstract void Acknowledge(Lsn durable);

    /// <summary>Sends the acknowledged position now.</summary>
    public abstract Task SendStatusAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Messages that were taken from the stream at once, in one pooled buffer. Reused from read to read.</summary>
public sealed class WalBatch : IDisposable
{
    /// <summary>
    /// Bytes after which a read returns though more is there: large enough that the cost of a hand-over is spread over some
    /// hundred rows, small enough for the processor's cache.
    /// </summary>
    public const int TargetSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(TargetSize);
    private int _length;
    private int[] _ends = new int[1024];

    public int Count { get; private set; }

    public bool IsFull => _length >= TargetSize;

    /// <summary>The raw pgoutput message, type byte first; valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            int start = index == 0 ? 0 : _ends[index - 1];
            return _buffer.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>Room for a message of the given size, to be filled before <see cref="Add"/>.</summary>
    public Memory<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_length + size));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length, size);
    }

    /// <summary>Makes the reserved bytes a message.</summary>
    public void Add(int size)
    {
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Count * 2);
        _length += size;
        _ends[Count++] = _length;
    }

    /// <summary>Adds a copy of a message.</summary>
    internal void Append(ReadOnlySpan<byte> message)
    {
        message.CopyTo(Reserve(message.Length).Span);
        Add(message.Length);
    }

    /// <summary>Exchanges the messages of two batches.</summary>
    internal void Swap(WalBatch other)
    {
        (_buffer, other._buffer) = (other._buffer, _buffer);
        (_length, other._length) = (other._length, _length);
        (_ends, other._ends) = (other._ends, _ends);
        (Count, other.Count) = (other.Count, Count);
    }

    public void Clear()
    {
        // One giant message must not pin its buffer for good.
        if (_buffer.Length > TargetSize * 8)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(TargetSize);
        }

        _length = 0;
        Count = 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
        Count = 0;
    }
}
