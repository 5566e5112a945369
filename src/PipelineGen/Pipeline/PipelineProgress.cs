namespace PipelineGen.Pipeline;

/// <summary>What a table's copy is doing.</summary>
public enum TablePhase
{
    Waiting,
    Copying,

    /// <summary>Copied; the stream has not yet passed the copy's fence.</summary>
    CatchingUp,
    Streaming,
}

/// <summary>One table's share of <see cref="PipelineProgress"/>.</summary>
/// <param name="Copy">How far its copy is.</param>
/// <param name="Quarantined">Rows in quarantine, or on the way there; after a reconnect for a moment some that have left it.</param>
public sealed record TableProgress(
    string Table, TablePhase Phase, CopyFigures Copy, long Inserts, long Updates, long Deletes, long Truncates, long Quarantined = 0)
{
    /// <summary>Rows that the copy has brought.</summary>
    public long RowsCopied => Copy.Rows;
}

/// <summary>A running pipeline at one moment.</summary>
/// <param name="Durable">The persisted WAL position, as pg_lsn text.</param>
/// <param name="Received">The furthest WAL position that the server has told of.</param>
/// <param name="LagBytes">WAL bytes between the two.</param>
/// <param name="WaitingBytes">Encoded changes that wait for their load.</param>
public sealed record PipelineProgress(
    IReadOnlyList<TableProgress> Tables, string Durable, string Received, long LagBytes, long WaitingBytes,
    long Transactions, long Loads, long BytesLoaded, bool IsSnapshotComplete)
{
    /// <summary>Changes received, over all tables.</summary>
    public long Changes => Tables.Sum(static t => t.Inserts + t.Updates + t.Deletes + t.Truncates);

    /// <summary>Rows in quarantine, over all tables.</summary>
    public long Quarantined => Tables.Sum(static t => t.Quarantined);
}
