namespace Shop.Demo;

/// <summary>What a statement of the live traffic does.</summary>
internal enum TrafficKind
{
    Insert,
    Update,
    KeyChange,
    Delete,
}

/// <summary>What the live traffic did, in rows of committed statements (without cascades) and in transactions.</summary>
internal sealed record TrafficSnapshot(long Inserted, long Updated, long KeysChanged, long Deleted, long Committed, long RolledBack)
{
    /// <summary>Rows changed by committed transactions.</summary>
    public long Rows => Inserted + Updated + KeysChanged + Deleted;
}

/// <summary>Counters that several writers share.</summary>
internal sealed class TrafficCounts
{
    private readonly long[] _rows = new long[Enum.GetValues<TrafficKind>().Length];
    private long _committed;
    private long _rolledBack;

    public void Add(TrafficKind kind, int rows) => Interlocked.Add(ref _rows[(int)kind], Math.Max(rows, 0));

    public void AddCommit(TrafficCounts transaction)
    {
        for (int i = 0; i < _rows.Length; i++)
            Interlocked.Add(ref _rows[i], transaction._rows[i]);
        Interlocked.Increment(ref _committed);
    }

    public void AddRollback() => Interlocked.Increment(ref _rolledBack);

    public TrafficSnapshot Read() => new(
        Volatile.Read(ref _rows[(int)TrafficKind.Insert]),
        Volatile.Read(ref _rows[(int)TrafficKind.Update]),
        Volatile.Read(ref _rows[(int)TrafficKind.KeyChange]),
        Volatile.Read(ref _rows[(int)TrafficKind.Delete]),
        Volatile.Read(ref _committed),
        Volatile.Read(ref _rolledBack));
}
