namespace PipelineGen.Rows;

/// <summary>
/// The body of a Stream Load in the making: pooled blocks of encoded rows. A row never spans two blocks while it is
/// written, so that encoders work on one span; a block that a row doesn't fit is closed and the row's beginning moves.
/// Not thread-safe.
/// </summary>
public sealed class LoadBuffer : IDisposable
{
    /// <summary>The first block: many a load is of a few rows.</summary>
    private const int FirstBlockSize = 8 * 1024;

    private readonly List<Block> _blocks = [];
    private readonly List<RowPlace> _removed = [];
    private byte[] _current = [];
    private int _used;

    private readonly record struct Block(byte[] Array, int Length);

    /// <summary>Where a row lies; block <c>_blocks.Count</c> is the open one.</summary>
    internal readonly record struct RowPlace(int Block, int Start, int Length);

    /// <summary>The row that was written last.</summary>
    internal RowPlace Last { get; private set; }

    /// <summary>Encoded bytes held, those of removed rows not counted.</summary>
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
        foreach (ReadOnlyMemory<byte> part in Parts())
            await destination.WriteAsync(part, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All rows as one array, for tests and messages.</summary>
    public byte[] ToArray()
    {
        byte[] all = new byte[Length];
        int at = 0;
        foreach (ReadOnlyMemory<byte> part in Parts())
        {
            part.Span.CopyTo(all.AsSpan(at));
            at += part.Length;
        }

        return all;
    }

    /// <summary>Forgets all rows; full blocks go back to the pool, the open one is kept for the next rows.</summary>
    public void Clear()
    {
        foreach (Block block in _blocks)
            LoadBlocks.Return(block.Array);
        _blocks.Clear();
        _removed.Clear();
        _used = 0;
        Capacity = _current.Length;
        Length = 0;
        Rows = 0;
    }

    public void Dispose()
    {
        Clear();
        if (_current.Length > 0)
            LoadBlocks.Return(_current);
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
        long wanted = Math.Max(_current.Length == 0 ? FirstBlockSize : LoadBlocks.Size, ((long)written.Length * 2) + needed);
        byte[] next = LoadBlocks.Rent(checked((int)Math.Min(wanted, Math.Max(Array.MaxLength, (long)written.Length + needed))));
        written.CopyTo(next);
        if (_used > 0)
            _blocks.Add(new Block(_current, _used));
        else if (_current.Length > 0)
        {
            Capacity -= _current.Length;
            LoadBlocks.Return(_current);
        }

        Capacity += next.Length;
        _current = next;
        _used = 0;
        return next;
    }

    internal ReadOnlySpan<byte> Row(RowPlace row) => (row.Block == _blocks.Count ? _current : _blocks[row.Block].Array).AsSpan(row.Start, row.Length);

    /// <summary>
    /// Takes over the rows of another buffer, behind its own and without copying them; the other is empty then. A place in
    /// the other becomes the same place with the returned number added to its block.
    /// </summary>
    internal int Absorb(LoadBuffer other)
    {
        if (_used > 0)
            _blocks.Add(new Block(_current, _used));
        else if (_current.Length > 0)
        {
            Capacity -= _current.Length;
            LoadBlocks.Return(_current);
        }

        int moved = _blocks.Count;
        _blocks.AddRange(other._blocks);
        foreach (RowPlace removed in other._removed)
            _removed.Add(removed with { Block = removed.Block + moved });
        // The open block stays open: places in it name the block behind the closed ones, here as there.
        _current = other._current;
        _used = other._used;
        Length += other.Length;
        Capacity += other.Capacity;
        Rows += other.Rows;
        Last = other.Last with { Block = other.Last.Block + moved };
        other._blocks.Clear();
        other._removed.Clear();
        other._current = [];
        other._used = 0;
        other.Length = other.Capacity = 0;
        other.Rows = 0;
        return moved;
    }

    /// <summary>Takes a row out; its memory is kept until <see cref="Clear"/>.</summary>
    internal void Remove(RowPlace row)
    {
        _removed.Add(row);
        Length -= row.Length;
        Rows--;
    }

    internal void Commit(int rowLength)
    {
        Last = new RowPlace(_blocks.Count, _used, rowLength);
        _used += rowLength;
        Length += rowLength;
        Rows++;
    }

    /// <summary>The bytes between removed rows, in order.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> Parts()
    {
        RowPlace[] removed = [.. _removed.OrderBy(static row => row.Block).ThenBy(static row => row.Start)];
        int next = 0;
        for (int block = 0; block <= _blocks.Count; block++)
        {
            (byte[] bytes, int length) = block < _blocks.Count ? (_blocks[block].Array, _blocks[block].Length) : (_current, _used);
            int at = 0;
            for (; next < removed.Length && removed[next].Block == block; next++)
            {
                if (removed[next].Start > at)
                    yield return bytes.AsMemory(at, removed[next].Start - at);
                at = removed[next].Start + removed[next].Length;
            }

            if (length > at)
                yield return bytes.AsMemory(at, length - at);
        }
    }
}
