using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>Where the snapshot of a key range stands (POSTGRES.md, section 2).</summary>
internal abstract record RangeState
{
    /// <summary>Not read. Its events are dropped; their transactions join R.</summary>
    public sealed record Unread : RangeState
    {
        public static Unread Instance { get; } = new();
    }

    /// <summary>Being copied under <paramref name="Snapshot"/>. Events that it doesn't see wait behind the chunk.</summary>
    public sealed record InFlight(TransactionSnapshot Snapshot, Lsn Fence) : RangeState;

    /// <summary>In the target. Until the stream has passed <paramref name="Fence"/>, events that the snapshot saw are dropped.</summary>
    public sealed record Loaded(TransactionSnapshot Snapshot, Lsn Fence) : RangeState;

    /// <summary>Whether the range's snapshot saw the transaction; an unread range has none.</summary>
    /// <remarks>What commits at or above the fence can't be in the snapshot: F was read after S. Below it, only the id tells (F2).</remarks>
    public bool Sees(in ReceivedTransaction transaction) => this switch
    {
        InFlight range => transaction.CommitLsn < range.Fence && range.Snapshot.Sees(transaction.Xid),
        Loaded range => transaction.CommitLsn < range.Fence && range.Snapshot.Sees(transaction.Xid),
        _ => false,
    };
}

/// <summary>What becomes of a transaction's events in a range.</summary>
internal enum Decision
{
    Drop,
    Apply,
}

/// <summary>What becomes of a TRUNCATE.</summary>
internal enum TruncateDecision
{
    /// <summary>Every snapshot of the table saw it, or will.</summary>
    Drop,

    /// <summary>No snapshot of the table saw it: the target's table is emptied.</summary>
    Apply,

    /// <summary>A chunk is under way that does not see it: it must end first.</summary>
    Busy,

    /// <summary>Some ranges were copied before it and others after it: the table is copied again.</summary>
    Restart,
}

/// <summary>The transaction that is being received.</summary>
/// <param name="Serial">Counts transactions of this process: the key under which decisions are remembered.</param>
/// <param name="Xid">Widened to 64 bits.</param>
/// <param name="After">The end of the one before it: the checkpoint that brings this one again, whole.</param>
internal readonly record struct ReceivedTransaction(long Serial, ulong Xid, Lsn CommitLsn, Lsn After = default);
