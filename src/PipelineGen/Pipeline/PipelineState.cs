using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>What the stream consumer, the snapshot workers and the loader share.</summary>
internal sealed class PipelineState
{
    private readonly TimeProvider _time;
    private readonly int _chunkRows;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="maxQuarantinedRows"><see cref="PipelineOptions.MaxQuarantinedRows"/>.</param>
    /// <param name="chunkRows"><see cref="PipelineOptions.ChunkRows"/>, for estimates.</param>
    public PipelineState(
        PipelineDefinition definition, int maxQuarantinedRows = PipelineOptions.DefaultMaxQuarantinedRows, TimeProvider? time = null, ILogger? logger = null, int chunkRows = 100_000)
    {
        _time = time ?? TimeProvider.System;
        _chunkRows = chunkRows;
        Definition = definition;
        // Progress rows and labels are told apart by these; a clash is one in four thousand millions, and must not go unseen.
        if (definition.Tables.GroupBy(static t => Labels.Hash(t.Layout.FullName)).Any(static g => g.Count() > 1) ||
            definition.Tables.GroupBy(static t => Labels.Hash(t.Layout.TargetTable)).Any(static g => g.Count() > 1))
            throw new ArgumentException("two tables' names have one hash: name one of the target tables otherwise", nameof(definition));
        Quarantine = new Quarantine(definition.Name, maxQuarantinedRows, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        Lanes = [.. definition.Tables.Select(codec => new TableLane(
            codec, Labels.Stem(definition.Name, codec.Layout.TargetTable), QuarantineTable.IsNeededBy(codec.Layout) ? Quarantine : null))];
    }

    public PipelineDefinition Definition { get; }

    public IReadOnlyList<TableLane> Lanes { get; }

    /// <summary>What the tables' quarantines share.</summary>
    public Quarantine Quarantine { get; }

    /// <summary>Guards the lanes. Held for a buffer of messages at most, never across an await.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The source's timeline; 0 before it is asked.</summary>
    public uint Timeline { get; set; }

    /// <summary>The position that is persisted in the target: a transaction's end or an idle position.</summary>
    public Lsn Durable { get; private set; }

    /// <summary>A position that somebody waits for to become durable; idle acknowledgement doesn't wait for its interval then.</summary>
    public Lsn Wanted { get; private set; }

    /// <summary>Before it an earlier run has loaded some tables further than others.</summary>
    public Lsn ConsistentFrom { get; set; }

    /// <summary>The furthest WAL position that the server has told of.</summary>
    public Lsn Received { get; set; }

    /// <summary>A transaction over several tables of the target is open, with rows of a source transaction that is being received.</summary>
    public bool HasOpenTransaction { get; set; }

    public long TransactionsApplied { get; set; }

    public long LoadsCommitted { get; set; }

    public long BytesLoaded { get; set; }

    /// <summary>Whether every table is in the target, the stream has passed every fence, and all this is written down.</summary>
    public bool IsSnapshotComplete
    {
        get
        {
            lock (Gate)
                return Lanes.All(lane => lane.Copy is { IsRecorded: true, IsHeld: false });
        }
    }

    /// <summary>Encoded bytes that wait to be loaded; read under <see cref="Gate"/>.</summary>
    public long WaitingBytes
    {
        get
        {
            long bytes = 0;
            foreach (TableLane lane in Lanes)
                bytes += lane.WaitingBytes;
            return bytes;
        }
    }

    public PipelineProgress Progress
    {
        get
        {
            lock (Gate)
            {
                return new PipelineProgress(
                    [.. Lanes.Select(Describe)], Durable.ToString(), Received.ToString(), Received.BytesSince(Durable), WaitingBytes,
                    TransactionsApplied, LoadsCommitted, BytesLoaded, Lanes.All(l => Phase(l) == TablePhase.Streaming));
            }
        }
    }

    /// <summary>Ends when the next transition or checkpoint has happened.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>The position is durable that passes all that the loader was given.</summary>
    public void Checkpointed(Lsn position)
    {
        lock (Gate)
        {
            foreach (TableLane lane in Lanes)
                lane.Checkpointed();
            Quarantine.LoadsSinceCheckpoint = 0;
        }

        AdvanceDurable(position);
    }

    public void RaiseWanted(Lsn position)
    {
        lock (Gate)
            Wanted = Lsn.Max(Wanted, position);
        SignalChange();
    }

    public void AdvanceDurable(Lsn position)
    {
        Durable = position;
        SignalChange();
    }

    /// <summary>The position that no checkpoint may pass yet: changes behind it wait for a chunk. Read under <see cref="Gate"/>.</summary>
    public Lsn? HeldAt
    {
        get
        {
            Lsn? held = null;
            foreach (TableLane lane in Lanes)
            {
                if (!lane.IsCopied && lane.HeldAt is { } at && !(held <= at))
                    held = at;
            }

            return held;
        }
    }

    public void SignalChange() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private TableProgress Describe(TableLane lane)
    {
        TableCounters counters = lane.Counters;
        return new TableProgress(
            lane.Layout.FullName, Phase(lane), Figures(lane), counters.Inserts, counters.Updates, counters.Deletes, counters.Truncates, lane.Ranges.Sum(static r => r.Waiting?.Quarantine?.Count ?? 0) + (lane.Main.Quarantine?.Count ?? 0));
    }

    private CopyFigures Figures(TableLane lane)
    {
        TableCounters counters = lane.Counters;
        SharedSnapshotCopy? shared = lane.Copy.Shared;
        int done = lane.IsCopied ? Math.Max(1, lane.Copy.NextNumber) : shared?.PiecesDone ?? lane.Ranges.Count(static r => r.State is RangeState.Loaded);
        int all = lane.IsCopied ? done
            : shared?.Pieces ?? CopyFigures.EstimateRanges(lane.Ranges.Count, lane.Ranges[^1].IsSized, counters.RowsCopied, counters.EstimatedRows, _chunkRows);
        TimeSpan elapsed = counters.CopyBegun is { } begun ? _time.GetElapsedTime(begun, counters.CopyEnded ?? _time.GetTimestamp()) : TimeSpan.Zero;
        return new CopyFigures(
            done, all, counters.RowsCopied, counters.EstimatedRows, counters.BytesCopied, elapsed, counters.RowsCopied - counters.RowsBefore, counters.BytesCopied - counters.BytesBefore);
    }

    private TablePhase Phase(TableLane lane) => lane switch
    {
        { IsCopied: true } when Durable >= lane.Fence => TablePhase.Streaming,
        { IsCopied: true } => TablePhase.CatchingUp,
        { Ranges.Count: 1 } when lane.Ranges[0].IsUnread => TablePhase.Waiting,
        _ => TablePhase.Copying,
    };
}
