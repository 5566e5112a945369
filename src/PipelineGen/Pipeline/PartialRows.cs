using System.Buffers;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>A waiting row without its unchanged TOAST values.</summary>
internal readonly record struct PartialRow(ColumnSet Columns, LoadBuffer.RowPlace Place);

/// <summary>
/// The partial row that waits for each key: one at most. Keys lie in one pooled array and entries in a list that is used
/// again, so that a stream of such rows allocates nothing.
/// </summary>
internal sealed class PartialRows : IDisposable
{
    private readonly Dictionary<int, int> _first = [];
    private readonly List<Entry> _entries = [];
    private byte[] _keys = [];
    private int _used;

    private readonly record struct Entry(int KeyStart, int KeyLength, PartialRow? Row, int Next);

    /// <summary>Rows that wait.</summary>
    public int Count { get; private set; }

    public PartialRow? Find(ReadOnlySpan<byte> key) => IndexOf(key, Hash(key)) is >= 0 and var index ? _entries[index].Row : null;

    /// <summary>Takes the key's row out.</summary>
    public PartialRow? Remove(ReadOnlySpan<byte> key)
    {
        int index = IndexOf(key, Hash(key));
        if (index < 0 || _entries[index].Row is not { } row)
            return null;
        // The entry stays for the next row of its key.
        _entries[index] = _entries[index] with { Row = null };
        Count--;
        return row;
    }

    /// <summary>Sets the key's row; it has none.</summary>
    public void Add(ReadOnlySpan<byte> key, PartialRow row)
    {
        int hash = Hash(key);
        int index = IndexOf(key, hash);
        if (index >= 0)
            _entries[index] = _entries[index] with { Row = row };
        else
        {
            _entries.Add(new Entry(Keep(key), key.Length, row, _first.GetValueOrDefault(hash, -1)));
            _first[hash] = _entries.Count - 1;
        }

        Count++;
    }

    /// <summary>Takes over the rows of another table's part: none of their keys is here.</summary>
    /// <param name="moved">Where a row of the other lies now.</param>
    public void Absorb(PartialRows other, Func<PartialRow, PartialRow> moved)
    {
        foreach (Entry entry in other._entries)
        {
            if (entry.Row is { } row)
                Add(other._keys.AsSpan(entry.KeyStart, entry.KeyLength), moved(row));
        }

        other.Clear();
    }

    public void Clear()
    {
        _first.Clear();
        _entries.Clear();
        _used = 0;
        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        if (_keys.Length > 0)
            ArrayPool<byte>.Shared.Return(_keys);
        _keys = [];
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    private int IndexOf(ReadOnlySpan<byte> key, int hash)
    {
        for (int index = _first.GetValueOrDefault(hash, -1); index >= 0; index = _entries[index].Next)
        {
            if (_keys.AsSpan(_entries[index].KeyStart, _entries[index].KeyLength).SequenceEqual(key))
                return index;
        }

        return -1;
    }

    private int Keep(ReadOnlySpan<byte> key)
    {
        if (_keys.Length - _used < key.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, (_used + key.Length) * 2));
            _keys.AsSpan(0, _used).CopyTo(larger);
            if (_keys.Length > 0)
                ArrayPool<byte>.Shared.Return(_keys);
            _keys = larger;
        }

        key.CopyTo(_keys.AsSpan(_used));
        _used += key.Length;
        return _used - key.Length;
    }
}
