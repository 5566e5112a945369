using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>The checkpoint: where the stream resumes, on which server, and R of every table that is not copied yet.</summary>
/// <param name="SystemIdentifier">Of the source cluster: a position means nothing on another one.</param>
/// <param name="Timeline">Of the source when it was there; 0 where an earlier version didn't write it down.</param>
internal sealed record StoredPosition(Lsn Position, string SystemIdentifier, IReadOnlyDictionary<string, IReadOnlyList<ulong>> Dropped, uint Timeline = 0);

/// <summary>What the copy of a table has come to.</summary>
internal enum CopyState
{
    /// <summary>Range by range; those that are begun or loaded are stored beside it.</summary>
    Copying,

    /// <summary>All ranges are loaded; none is stored any more.</summary>
    Copied,

    /// <summary>The table is being emptied in the target, and what is stored of its ranges is void.</summary>
    Restarting,
}

/// <summary>A table's copy as a whole.</summary>
/// <param name="NotBefore"><see cref="TableLane.NotBefore"/>.</param>
/// <param name="NextNumber">The lowest number that no range had yet. Numbers are not used again: a late delete of a range's row must find no other.</param>
/// <param name="Label">Of the load that takes the table's rows out of quarantine, while it is restarting; of an append table the stem of its pieces' labels.</param>
/// <param name="Pieces">Of an append table that is being copied: how many loads there may be under these labels.</param>
/// <param name="Snapshot">Of an append table, which one snapshot has copied: that one.</param>
/// <param name="Fence">Of the same.</param>
internal sealed record StoredTable(
    string Table, CopyState State, ulong NotBefore, int NextNumber, long Rows, long Bytes, DateTimeOffset Started, DateTimeOffset? Ended = null, string? Label = null, int Pieces = 0,
    TransactionSnapshot? Snapshot = null, Lsn Fence = default);

/// <summary>What became of a range whose chunk was begun.</summary>
internal enum RangeOutcome
{
    /// <summary>Its label tells whether it is in the target.</summary>
    InFlight,

    /// <summary>It is.</summary>
    Loaded,

    /// <summary>It left nothing in the target; its label says no more about it.</summary>
    Abandoned,
}

/// <summary>A range whose chunk was begun; written before its load is sent, and again when it is in the target.</summary>
/// <param name="Number">Tells the stored ranges of a table apart.</param>
/// <param name="Label">The chunk's load.</param>
/// <param name="Rows">Rows of the chunk; 0 until it is loaded.</param>
/// <param name="Bytes">Bytes of its load; likewise.</param>
/// <param name="Witness">Label of the load that wrote this row before the chunk's began; null in rows of loaded ranges.</param>
internal sealed record StoredRange(
    string Table, int Number, KeyRange Keys, RangeOutcome State, TransactionSnapshot Snapshot, Lsn Fence, string Label, int Attempt, long Rows, long Bytes, string? Witness = null);

/// <summary>How far an append table is, and the load that was to bring it further.</summary>
/// <param name="Applied">What is in the target without that load.</param>
/// <param name="Intent">Null when there is no load whose outcome is open.</param>
internal sealed record StoredAppend(string Table, AppendMark Applied, AppendIntent? Intent);

/// <summary>A load into an append table; written down before it is sent.</summary>
/// <param name="To">What is in the target if it was committed.</param>
/// <param name="Witness">Label of the load that wrote the intent down.</param>
internal sealed record AppendIntent(string Label, AppendMark To, string? Witness);

/// <summary>A wish that somebody has left for the pipeline: that a table be copied again.</summary>
/// <param name="Nonce">Tells the wish from a later one for the same table.</param>
internal sealed record StoredRequest(string Table, string Nonce);

/// <summary>All that a pipeline has kept.</summary>
internal sealed record StoredProgress(
    StoredPosition? Position, IReadOnlyList<StoredTable> Tables, IReadOnlyList<StoredRange> Ranges, IReadOnlyList<StoredAppend> Appends, IReadOnlyList<StoredRequest> Requests)
{
    public static StoredProgress None { get; } = new(null, [], [], [], []);

    public StoredTable? Find(string table) => Tables.FirstOrDefault(t => t.Table == table);

    /// <summary>Whether all of the table's copy is in the target.</summary>
    public bool IsCopied(string table) => Find(table) is { State: CopyState.Copied };

    /// <summary>Stored ranges of the table that count.</summary>
    public IEnumerable<StoredRange> RangesOf(string table) =>
        Find(table) is { State: CopyState.Copying } ? Ranges.Where(r => r.Table == table) : [];
}
