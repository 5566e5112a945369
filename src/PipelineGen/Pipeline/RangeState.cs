using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>Where the snapshot of a key range stands (POSTGRES.md, section 2).</summary>
internal abstract record RangeState
{
    /// <summary>Not read. Its events are dropped; their transactions join R.</summary>
    public sealed record Unread : RangeState;

    /// <summary>Being copied under <paramref name="Snapshot"/>. Events that it doesn't see wait behind the chunk.</summary>
    public sealed record InFlight(TransactionSnapshot Snapshot, Lsn Fence) : RangeState;

    /// <summary>In the target. Until the stream has passed <paramref name="Fence"/>, events that the snapshot saw are dropped.</summary>
    public sealed record Loaded(TransactionSnapshot Snapshot, Lsn Fence) : RangeState;
}

/// <summary>What becomes of a transaction's events in a table.</summary>
internal enum Decision
{
    Drop,
    Apply,
}

/// <summary>The transaction that is being received.</summary>
/// <param name="Serial">Counts transactions of this process: the key under which decisions are remembered.</param>
/// <param name="Xid">Widened to 64 bits.</param>
internal readonly record struct ReceivedTransaction(long Serial, ulong Xid, Lsn CommitLsn);
