using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>The checkpoint: where the stream resumes, on which server, and R of every table that is not copied yet.</summary>
/// <param name="SystemIdentifier">Of the source cluster: a position means nothing on another one.</param>
internal sealed record StoredPosition(Lsn Position, string SystemIdentifier, IReadOnlyDictionary<string, IReadOnlyList<ulong>> Dropped);

/// <summary>A range whose chunk was begun; written before its load is sent, and again when it is in the target.</summary>
/// <param name="Label">The chunk's load.</param>
/// <param name="Witness">Label of the load that wrote this row before the chunk's began; null in rows of loaded ranges.</param>
/// <param name="IsAbandoned">The chunk is known to have left nothing in the target; its label says no more about it.</param>
internal sealed record StoredRange(
    string Table, bool IsLoaded, TransactionSnapshot Snapshot, Lsn Fence, string Label, int Attempt, long Rows, string? Witness = null, bool IsAbandoned = false);

/// <summary>How far an append table is, and the load that was to bring it further.</summary>
/// <param name="Applied">What is in the target without that load.</param>
/// <param name="Intent">Null when there is no load whose outcome is open.</param>
internal sealed record StoredAppend(string Table, AppendMark Applied, AppendIntent? Intent);

/// <summary>A load into an append table; written down before it is sent.</summary>
/// <param name="To">What is in the target if it was committed.</param>
/// <param name="Witness">Label of the load that wrote the intent down.</param>
internal sealed record AppendIntent(string Label, AppendMark To, string? Witness);

/// <summary>All that a pipeline has kept.</summary>
internal sealed record StoredProgress(StoredPosition? Position, IReadOnlyList<StoredRange> Ranges, IReadOnlyList<StoredAppend> Appends)
{
    public static StoredProgress None { get; } = new(null, [], []);
}
