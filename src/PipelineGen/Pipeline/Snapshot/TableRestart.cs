using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// Lets a table be copied again, from nothing, while the others stream on: because somebody wishes it, because a TRUNCATE came
/// between its ranges, or because the one snapshot of an append table was lost. Its target table is emptied first, since rows
/// that the source has no more would stay for ever.
/// </summary>
internal sealed class TableRestart(CopyContext context)
{
    private static readonly TimeSpan LoaderPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Called when no chunk of the table is under way and the loader has nothing of it.</summary>
    public async Task RunAsync(TableLane lane, CancellationToken cancellationToken)
    {
        StoredTable stored;
        lock (context.State.Gate)
        {
            stored = Restarting(lane, Math.Max(lane.NotBefore, lane.HighestReceived + 1));
            // From here to the forgetting of what waits, no position may pass changes that are forgotten then: a start after a
            // crash knows only which transactions were received before the next line.
            lane.Copy.HoldsCheckpoint = true;
        }

        Log.TableRestarts(context.Logger, lane.Layout.FullName);
        // If this is broken off, nobody knows whether it is written: the hold stays for the rest of the run.
        await context.Progress.WriteAsync(stored, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.TableRestarted);
        lock (context.State.Gate)
        {
            lane.Restart();
            lane.Copy.IsRecorded = false;
        }

        // Once more, with what was received meanwhile and is forgotten now: only then may positions pass it.
        stored = stored with { NotBefore = lane.NotBefore };
        await context.Progress.WriteAsync(stored, cancellationToken).ConfigureAwait(false);
        lock (context.State.Gate)
            lane.Copy.HoldsCheckpoint = false;

        // A batch that was taken meanwhile is loaded before the table is emptied.
        while (IsLoading(lane))
            await Task.Delay(LoaderPause, context.Time, cancellationToken).ConfigureAwait(false);
        await EmptyAsync(lane, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What says that a table is being emptied; its stored ranges are void from then on.</summary>
    public StoredTable Restarting(TableLane lane, ulong notBefore) => new(
        lane.Layout.FullName, CopyState.Restarting, notBefore, lane.Copy.NextNumber, Rows: 0, Bytes: 0, context.Time.GetUtcNow(), Label: Labels.OfClearing(context.State.Definition.Name, Guid.NewGuid()));

    /// <summary>
    /// Empties the target's table, its quarantine and what is stored of its ranges; then it is a table that is not copied yet. Also
    /// where an earlier run was stopped in the middle of this: every step may be repeated.
    /// </summary>
    public async Task EmptyAsync(TableLane lane, StoredTable restarting, CancellationToken cancellationToken)
    {
        await context.Truncation.RunAsync(lane, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.TruncationRun);
        await context.Quarantine.ClearAsync(lane, restarting.Label!, cancellationToken).ConfigureAwait(false);
        await context.Progress.DeleteRangesAsync(lane.Layout.FullName, lane.Copy.StoredNumbers, cancellationToken).ConfigureAwait(false);
        await context.Progress.WriteAsync(restarting with { State = CopyState.Copying, Label = null, Started = context.Time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.RangesPersisted);
        // Before it is forgotten here: else it would be found once more.
        if (lane.Copy.Request is { } request)
            await context.Progress.DeleteAsync(request, cancellationToken).ConfigureAwait(false);
        lock (context.State.Gate)
        {
            lane.Copy.StoredNumbers.Clear();
            lane.Copy.FreeNumbers.Clear();
            lane.Copy.Started = context.Time.GetUtcNow();
            lane.Copy.IsRestartWanted = false;
            lane.Copy.Request = null;
        }

        context.State.SignalChange();
    }

    private bool IsLoading(TableLane lane)
    {
        lock (context.State.Gate)
            return lane.IsLoading || context.State.HasOpenTransaction;
    }
}
