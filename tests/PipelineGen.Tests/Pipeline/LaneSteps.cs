using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>The steps of a table that is copied in one range.</summary>
internal static class LaneSteps
{
    /// <summary>A table that is copied already is copied again.</summary>
    public static bool TryBeginChunk(this TableLane lane, TransactionSnapshot snapshot, Lsn fence)
    {
        if (lane.IsCopied)
        {
            lane.Restart();
            lane.NotBefore = 0;
        }

        return lane.TryBeginChunk(lane.Ranges[0], snapshot, fence, lane.Prunings);
    }

    /// <summary>The chunk is in the target, and that is written down.</summary>
    public static void CompleteChunk(this TableLane lane, TransactionSnapshot snapshot, Lsn fence, IReadOnlyCollection<QuarantineId>? rejected = null)
    {
        lane.CompleteChunk(lane.Ranges[0], snapshot, fence, rejected);
        lane.Copy.IsRecorded = true;
    }

    public static void AbandonChunk(this TableLane lane) => lane.AbandonChunk(lane.Ranges[0]);

    public static Decision Decide(this TableLane lane, ReceivedTransaction transaction) => lane.Decide(transaction, default, default) is null ? Decision.Drop : Decision.Apply;

    /// <summary>What waits behind the chunk in flight of a table of one range, else for the next load.</summary>
    public static LoadQueue Pending(this TableLane lane) => Sink(lane).Queue;

    public static TableQuarantine? Watch(this TableLane lane) => Sink(lane).Quarantine;

    private static ChangeSink Sink(TableLane lane) => (lane.Ranges.Count == 1 ? lane.Ranges[0].Waiting : null) ?? lane.Main;
}
