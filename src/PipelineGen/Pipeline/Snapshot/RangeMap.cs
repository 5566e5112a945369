using System.Collections;
using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>A table's ranges: sorted, without gaps, from the first key to the last. Touched under <see cref="PipelineState.Gate"/> only.</summary>
internal sealed class RangeMap : IReadOnlyList<TableRange>
{
    private readonly List<TableRange> _ranges = [new TableRange(KeyRange.Whole, null)];

    public int Count => _ranges.Count;

    public TableRange this[int index] => _ranges[index];

    /// <summary>The range that the key lies in.</summary>
    /// <param name="key">As <see cref="KeyEncoding"/> has it.</param>
    public TableRange Find(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = _ranges.Count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (key.SequenceCompareTo(_ranges[middle].Through) <= 0)
                high = middle;
            else
                low = middle + 1;
        }

        return _ranges[low];
    }

    /// <summary>Cuts an unread range behind a key.</summary>
    /// <returns>The part up to the key.</returns>
    public TableRange Cut(TableRange range, IReadOnlyList<string> boundary, byte[] encoded)
    {
        int index = _ranges.IndexOf(range);
        bool isInside = (index == 0 || encoded.AsSpan().SequenceCompareTo(_ranges[index - 1].Through) > 0) &&
            (range.Through is null || encoded.AsSpan().SequenceCompareTo(range.Through) < 0);
        // Then server and program disagree about the order of keys, and nothing that was decided by it would be right.
        if (!isInside)
            throw new InvalidDataException($"the key ({string.Join(", ", boundary)}) is not inside the range that the server found it in");
        TableRange front = range.CutFront(boundary, encoded);
        _ranges.Insert(index, front);
        return front;
    }

    /// <summary>The whole table in one range, unread.</summary>
    public TableRange Reset()
    {
        _ranges.Clear();
        _ranges.Add(new TableRange(KeyRange.Whole, null));
        return _ranges[0];
    }

    /// <summary>Puts stored ranges in; what lies between them is unread.</summary>
    /// <exception cref="InvalidDataException">They overlap.</exception>
    public IReadOnlyList<TableRange> Restore(IEnumerable<KeyRange> stored, Func<IReadOnlyList<string>, byte[]> encode)
    {
        (KeyRange Keys, byte[]? After, byte[]? Through)[] sorted =
            [.. stored.Select(k => (k, k.After is null ? null : encode(k.After), k.Through is null ? null : encode(k.Through)))];
        Array.Sort(sorted, static (a, b) => a.After.AsSpan().SequenceCompareTo(b.After));
        var restored = new Dictionary<KeyRange, TableRange>(ReferenceEqualityComparer.Instance);
        _ranges.Clear();
        IReadOnlyList<string>? end = null;
        byte[]? encodedEnd = null;
        bool isOpen = true;
        foreach ((KeyRange keys, byte[]? after, byte[]? through) in sorted)
        {
            int gap = isOpen ? after.AsSpan().SequenceCompareTo(encodedEnd) : -1;
            if (gap < 0)
                throw new InvalidDataException($"the stored ranges of a table overlap at {keys}");
            if (gap > 0)
                _ranges.Add(new TableRange(new KeyRange(end, keys.After), after));
            var range = new TableRange(keys, through) { IsSized = true };
            _ranges.Add(range);
            restored.Add(keys, range);
            (end, encodedEnd, isOpen) = (keys.Through, through, through is not null);
        }

        if (isOpen)
            _ranges.Add(new TableRange(new KeyRange(end, null), null));
        return [.. stored.Select(k => restored[k])];
    }

    public IEnumerator<TableRange> GetEnumerator() => _ranges.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
