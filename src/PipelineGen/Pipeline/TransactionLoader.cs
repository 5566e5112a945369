using Microsoft.Extensions.Logging;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// <c>StarRocks:Consistency=Transaction</c>: every batch ends with a transaction of the source and is one transaction of
/// StarRocks over all its tables and the progress row, so that readers see the tables as the source had them at one moment,
/// and tables and position move together (STARROCKS.md 2.8). A source transaction that is larger than the memory is loaded
/// in parts of one StarRocks transaction.
/// </summary>
/// <remarks>
/// Until every table is copied there is no such moment: loads go table by table till then. TRUNCATE is a statement of its
/// own in StarRocks: it takes effect a little before the rest of its batch.
/// </remarks>
internal sealed class TransactionLoader(
    PipelineState state, IBatchLoader tables, TransactionClient transactions, ProgressStore progress, TableTruncation truncation, FlushCadence cadence, TimeProvider time, ILogger logger)
    : IBatchLoader, IAsyncDisposable
{
    /// <summary>How long a transaction may stay open while the parts of a large one arrive.</summary>
    private static readonly TimeSpan OpenLimit = TimeSpan.FromHours(1);

    private const int MostLosses = 3;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly TransactionRecovery _recovery = new(transactions);

    /// <summary>Of each append table the last event that the open transaction holds.</summary>
    private readonly Dictionary<TableLane, AppendMark> _held = [];

    private LoadTransaction? _open;

    /// <summary>Transactions begun since the last checkpoint: their labels can't be used again (2.3).</summary>
    private int _begun;

    private bool _isConsistent;
    private bool _endsInTransaction;
    private bool _byTable;

    /// <summary>How often a transaction of several parts was lost behind one position.</summary>
    private int _losses;
    private Lsn _lostAt;

    public async Task RunAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        if (_open is null && (cycle.Work.Count == 0 || _byTable || !IsConsistent()))
        {
            await tables.RunAsync(cycle, cancellationToken).ConfigureAwait(false);
            if (cycle.Checkpoint is not null)
            {
                _byTable = false;
                _begun = 0;
            }

            _endsInTransaction = cycle.EndsInTransaction;
            return;
        }

        using (cycle)
            await LoadAsync(cycle, cancellationToken).ConfigureAwait(false);
    }

    public bool HoldsRows => _open is not null;

    public async Task ForgetAsync()
    {
        await RollBackAsync().ConfigureAwait(false);
        await tables.ForgetAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await RollBackAsync().ConfigureAwait(false);

    private bool IsConsistent()
    {
        if (_isConsistent && state.IsSnapshotComplete)
            return true;
        // A table is copied again: until it is, there is no moment that the tables share.
        _isConsistent = false;
        // Not in the middle of a source transaction, of which a part went table by table.
        if (_endsInTransaction || !state.IsSnapshotComplete || state.Durable < state.ConsistentFrom)
            return false;
        Log.Consistent(logger, state.Durable.ToString());
        return _isConsistent = true;
    }

    private async Task LoadAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        await TruncateAsync(cycle, cancellationToken).ConfigureAwait(false);
        TimeSpan pause = ShortestPause;
        while (true)
        {
            // What earlier calls have loaded is gone from memory; only the open transaction has it.
            bool hasEarlierParts = _open is not null;
            StarRocksLoadException failure;
            try
            {
                await LoadPartAsync(cycle, cancellationToken).ConfigureAwait(false);
                if (!cycle.EndsInTransaction)
                    await CommitAsync(cycle, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StarRocksLoadException error) when (error.Class is ErrorClass.Retryable or ErrorClass.SlowDown or ErrorClass.CheckState)
            {
                failure = error;
            }
            catch
            {
                await RollBackAsync().ConfigureAwait(false);
                throw;
            }

            await RollBackAsync().ConfigureAwait(false);
            if (failure.Class == ErrorClass.SlowDown)
                cadence.Complain(failure.Error?.Shortage ?? Shortage.None);
            if (hasEarlierParts)
                throw Lost(failure);
            Log.TransactionRetry(logger, failure.Message, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private BatchLostException Lost(StarRocksLoadException failure)
    {
        _losses = state.Durable == _lostAt ? _losses + 1 : 1;
        _lostAt = state.Durable;
        // It may be that StarRocks never takes so large a transaction; the slot must not keep WAL for that.
        _byTable = _losses >= MostLosses;
        string then = _byTable ? $"for the {_losses}th time, and is now loaded table by table" : "and comes again, whole";
        return new BatchLostException($"a transaction that was loaded in parts was lost {then}: {failure.Message}", failure);
    }

    private async Task TruncateAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        foreach (FlushWork work in cycle.Work.Where(static w => w.Queue.Steps.Any(static s => s.Rows is null)))
        {
            if (_open?.Tables.Contains(work.Lane.Layout.TargetTable) == true)
            {
                // The open transaction has rows that the TRUNCATE must take with it, and nothing takes them out again.
                _byTable = true;
                await RollBackAsync().ConfigureAwait(false);
                throw new BatchLostException(
                    $"a transaction of the source that is larger than the memory writes to {work.Lane.Layout.FullName} and then truncates it: it is loaded table by table, since StarRocks has no TRUNCATE inside a transaction");
            }

            await truncation.RunAsync(work.Lane, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoadPartAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        LoadBuffer[] rejected = QuarantineLoads.RowsOf(cycle.Work);
        if (rejected.Length > 0)
        {
            _open ??= await BeginAsync(cancellationToken).ConfigureAwait(false);
            await _open.LoadAsync(
                new TransactionPart { Table = QuarantineTable.Name, Columns = QuarantineTable.LoadColumns, Body = new BufferedBody(rejected) }, cancellationToken).ConfigureAwait(false);
        }

        foreach (FlushWork work in cycle.Work.Where(static w => w.HasRows))
        {
            TableLayout table = work.Lane.Layout;
            foreach (LoadStep step in work.Queue.Steps)
            {
                if (step.Rows is not { IsEmpty: false } rows)
                    continue;
                if (step.Columns!.IsPartial)
                {
                    throw new SourceException(
                        $"{table.FullName}: a change leaves out an unchanged large value, and a transaction of several tables takes one set of columns a table (STARROCKS.md 2.3). " +
                        $"Run ALTER TABLE {SourceNames.QuoteTable(table.Schema, table.Name)} REPLICA IDENTITY FULL, and for the changes until then start once with StarRocks:Consistency=table");
                }

                _open ??= await BeginAsync(cancellationToken).ConfigureAwait(false);
                await _open.LoadAsync(new TransactionPart { Table = table.TargetTable, Columns = step.Columns.Columns, Body = new BufferedBody(rows) }, cancellationToken).ConfigureAwait(false);
                Log.Loaded(logger, table.TargetTable, rows.Rows, rows.Length, _open.Label);
            }

            if (work.Lane.Appends is not null)
                _held[work.Lane] = work.To;
        }
    }

    /// <summary>Under the first label that is free: those before it were used by attempts that failed, of this run or an earlier one.</summary>
    private async Task<LoadTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            string label = Labels.OfTransaction(state.Definition.Name, state.Durable, _begun);
            try
            {
                LoadTransaction begun = await transactions.BeginAsync(new TransactionRequest { Label = label, OpenTimeout = OpenLimit }, cancellationToken).ConfigureAwait(false);
                state.HasOpenTransaction = true;
                _begun++;
                return begun;
            }
            catch (StarRocksLoadException used) when (used.Class == ErrorClass.CheckState)
            {
                await RequireNotCommittedAsync(label, cancellationToken).ConfigureAwait(false);
                _begun++;
            }
            catch (StarRocksLoadException lost) when (lost.Class == ErrorClass.Retryable)
            {
                // A begin whose reply was lost has used the label up. Only then: recovery walks the labels to the first unknown one.
                _begun++;
                throw;
            }
        }
    }

    /// <summary>Nobody but this process commits after this checkpoint: everything of earlier runs was settled at the start.</summary>
    private async Task RequireNotCommittedAsync(string label, CancellationToken cancellationToken)
    {
        if (await SettleAsync(label, cancellationToken).ConfigureAwait(false) is TransactionOutcome.Committed)
        {
            throw new SourceException(
                $"the transaction label {label} was used by another process: another copy of pipeline '{state.Definition.Name}' loads into this database. " +
                "Two copies can't run at once: stop one of them and start the other again");
        }
    }

    private async Task CommitAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        StoredPosition checkpoint = cycle.Checkpoint ?? throw new InvalidOperationException("a batch that ends with a transaction of the source has no position");
        if (_open is null)
        {
            // Only TRUNCATEs, which have been run.
            await progress.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            LoadTransaction open = _open;
            await open.LoadAsync(
                new TransactionPart { Table = ProgressStore.Table, Columns = ProgressStore.LoadColumns, Body = progress.Body([ProgressRows.Of(checkpoint)]) }, cancellationToken).ConfigureAwait(false);
            await CommitAsync(open, checkpoint, cancellationToken).ConfigureAwait(false);
            FailPoint.Reach(FailPoint.CheckpointPersisted);
            _open = null;
            state.HasOpenTransaction = false;
        }

        lock (state.Gate)
        {
            foreach ((TableLane lane, AppendMark to) in _held)
                lane.Appends!.Advance(to);
        }

        state.LoadsCommitted++;
        state.BytesLoaded += cycle.Work.Sum(static w => w.Queue.Steps.Sum(static s => s.Rows?.Length ?? 0));
        _held.Clear();
        _begun = 0;
        state.Checkpointed(checkpoint.Position);
    }

    /// <exception cref="StarRocksLoadException">Nothing is kept.</exception>
    private async Task CommitAsync(LoadTransaction open, StoredPosition checkpoint, CancellationToken cancellationToken)
    {
        try
        {
            TransactionReceipt receipt = await open.CommitAsync(cancellationToken).ConfigureAwait(false);
            // A start that reads the position before would find the slot ahead of it.
            if (receipt.VisibleLater)
                await UntilVisibleAsync(open.Label, cancellationToken).ConfigureAwait(false);
        }
        catch (StarRocksLoadException unknown) when (unknown.Class == ErrorClass.CheckState)
        {
            if (await SettleAsync(open.Label, cancellationToken).ConfigureAwait(false) is TransactionOutcome.Committed)
            {
                await UntilVisibleAsync(open.Label, cancellationToken).ConfigureAwait(false);
                return;
            }

            // The position is part of the transaction: where it stands, the rows are, also when the label is forgotten.
            StoredPosition? stored = (await TargetRetry.RunAsync(() => progress.ReadAsync(cancellationToken), time, cancellationToken).ConfigureAwait(false)).Position;
            if (stored?.Position != checkpoint.Position)
                throw;
        }
    }

    private async Task UntilVisibleAsync(string label, CancellationToken cancellationToken)
    {
        while (await SettleAsync(label, cancellationToken).ConfigureAwait(false) is TransactionOutcome.Committed { VisibleLater: true })
            await Task.Delay(ShortestPause, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks until somebody can tell.</summary>
    private async Task<TransactionOutcome> SettleAsync(string label, CancellationToken cancellationToken)
    {
        while (true)
        {
            TransactionOutcome outcome = await TargetRetry.RunAsync(
                () => _recovery.SettleAsync(label, wasPreparedAndStored: false, table: null, cancellationToken), time, cancellationToken).ConfigureAwait(false);
            if (outcome is not TransactionOutcome.Unknown)
                return outcome;
            await Task.Delay(ShortestPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RollBackAsync()
    {
        LoadTransaction? open = _open;
        _open = null;
        _held.Clear();
        if (open is not null)
            await open.DisposeAsync().ConfigureAwait(false);
        state.HasOpenTransaction = false;
    }
}
