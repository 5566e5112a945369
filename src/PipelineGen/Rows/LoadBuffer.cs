using System.Buffers;

namespace PipelineGen.Rows;

/// <summary>
/// The body of a Stream Load in the making: pooled blocks of encoded rows. A row never spans two blocks while it is
/// written, so that encoders work on one span; a block that a row doesn't fit is closed and the row's beginning moves.
/// Not thread-safe.
/// </summary>
public sealed class LoadBuffer : IDisposable
{
    /// <summary>Large enough that moving a row's beginning is rare.</summary>
    private const int BlockSize = 256 * 1024;

    /// <summary>The first block: many a load is of a few rows.</summary>
    private const int FirstBlockSize = 8 * 1024;

    private readonly List<Block> _blocks = [];
    private byte[] _current = [];
    private int _used;

    private readonly record struct Block(byte[] Array, int Length);

    /// <summary>Encoded bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of memory held for them.</summary>
    public long Capacity { get; private set; }

    /// <summary>Complete rows held.</summary>
    public int Rows { get; private set; }

    public bool IsEmpty => Rows == 0;

    /// <summary>Writes all rows in order. The buffer may be written any number of times.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach (Block block in _blocks)
            await destination.WriteAsync(block.Array.AsMemory(0, block.Length), cancellationToken).ConfigureAwait(false);
        if (_used > 0)
            await destination.WriteAsync(_current.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All rows as one array, for tests and messages.</summary>
    public byte[] ToArray()
    {
        byte[] all = new byte[Length];
        int at = 0;
        foreach (Block block in _blocks)
        {
            block.Array.AsSpan(0, block.Length).CopyTo(all.AsSpan(at));
            at += block.Length;
        }

        _current.AsSpan(0, _used).CopyTo(all.AsSpan(at));
        return all;
    }

    /// <summary>Forgets all rows; full blocks go back to the pool, the open one is kept for the next rows.</summary>
    public void Clear()
    {
        foreach (Block block in _blocks)
            ArrayPool<byte>.Shared.Return(block.Array);
        _blocks.Clear();
        _used = 0;
        Capacity = _current.Length;
        Length = 0;
        Rows = 0;
    }

    public void Dispose()
    {
        Clear();
        if (_current.Length > 0)
            ArrayPool<byte>.Shared.Return(_current);
        _current = [];
        Capacity = 0;
    }

    /// <summary>The free rest of the open block.</summary>
    internal Span<byte> Free => _current.AsSpan(_used);

    /// <summary>
    /// Opens a block with room for <paramref name="needed"/> bytes beside the <paramref name="written"/> bytes of the row
    /// in the making, which move there.
    /// </summary>
    internal Span<byte> Grow(ReadOnlySpan<byte> written, int needed)
    {
        long wanted = Math.Max(_current.Length == 0 ? FirstBlockSize : BlockSize, ((long)written.Length * 2) + needed);
        byte[] next = ArrayPool<byte>.Shared.Rent(checked((int)Math.Min(wanted, Math.Max(Array.MaxLength, (long)written.Length + needed))));
        written.CopyTo(next);
        if (_used > 0)
            _blocks.Add(new Block(_current, _used));
        else if (_current.Length > 0)
        {
            Capacity -= _current.Length;
            ArrayPool<byte>.Shared.Return(_current);
        }

        Capacity += next.Length;
        _current = next;
        _used = 0;
        return next;
    }

    internal void Commit(int rowLength)
    {
        _used += rowLength;
        Length += rowLength;
        Rows++;
    }
}
