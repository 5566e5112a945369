namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>The FE's memory of which BE holds a label's transaction: 4096 labels, each for 900 seconds after its last use (STARROCKS.md, 2.1).</summary>
internal sealed class CoordinatorMap
{
    private const int Capacity = 4096;
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(900);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    public void Remember(string label, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_used.Count >= Capacity && !_used.ContainsKey(label))
            {
                _used.Remove(_used.MinBy(u => u.Value).Key);
            }

            _used[label] = now;
        }
    }

    public bool Knows(string label, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_used.TryGetValue(label, out DateTimeOffset used))
            {
                return false;
            }

            if (now - used > Expiry)
            {
                _used.Remove(label);
                return false;
            }

            _used[label] = now;
            return true;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _used.Clear();
        }
    }
}
