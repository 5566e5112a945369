using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Postgres.Streaming;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// A pipeline in one process: checks, makes what is missing, copies and streams until it is told to stop. Everything that
/// outlives it is in the target's <c>_pipelinegen_progress</c> and the source's slot.
/// </summary>
public sealed class PipelineEngine : IAsyncDisposable
{
    private static readonly TimeSpan ShortestReconnect = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(30);

    /// <summary>An internal error of the server that comes so often at one position is no accident.</summary>
    private const int MostInternalErrors = 10;

    /// <summary>After so many of them the stream goes without transactions that run.</summary>
    private const int FewInternalErrors = 2;

    /// <summary>How long a clean stop may take while the target or the source does not answer.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);

    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PipelineState _state;
    private readonly NpgsqlDataSource _source;
    private readonly SqlClient _sql;
    private readonly SqlClient _sqlWithoutDatabase;
    private readonly StreamLoadClient _loads;
    private readonly ProgressStore _progress;
    private readonly IntentLedger _intents;
    private readonly QuarantineLoads _quarantine;
    private readonly TransactionClient _transactions;
    private readonly FlushCadence _cadence;
    private readonly IBatchLoader _loader;
    private readonly CopyContext _copies;
    private readonly StarRocksOptions _target;
    private readonly StreamingPause _streamingPause;

    public PipelineEngine(PipelineDefinition definition, PipelineOptions options, StarRocksOptions target, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _options = options;
        _target = target;
        _time = time;
        _logger = logger;
        _streamingPause = new StreamingPause(time, logger);
        _state = new PipelineState(definition, options.MaxQuarantinedRows, time, logger, options.ChunkRows);
        _source = new NpgsqlSlimDataSourceBuilder(SourceSession.ForQueries(options.SourceConnectionString)).EnableArrays().EnableTransportSecurity().Build();
        _sql = new SqlClient(target, time: time);
        _sqlWithoutDatabase = new SqlClient(target, withoutDatabase: true, time);
        _cadence = new FlushCadence(options.FlushInterval, options.FlushBytes, logger);
        _loads = new StreamLoadClient(target, time) { OnRetry = OnRetry };
        _transactions = new TransactionClient(target, time) { OnRetry = OnRetry };
        _progress = new ProgressStore(_sql, definition.Name, time);
        _intents = new IntentLedger(_progress, _loads, definition.Name, time);
        _quarantine = new QuarantineLoads(_state, _loads, _intents, _sql, time);
        var truncation = new TableTruncation(_sql, time, logger);
        _copies = new CopyContext(_state, _source, _loads, _intents, _quarantine, _progress, truncation, options, time, logger);
        _loader = new Loader(_state, _loads, _progress, _intents, _quarantine, truncation, logger);
        if (options.Consistency == LoadConsistency.Transaction)
            _loader = new TransactionLoader(_state, _loader, _transactions, _progress, truncation, _cadence, time, logger);
    }

    /// <summary>The pipeline as it is now. May be read from any thread, at any time.</summary>
    public PipelineProgress Progress => _state.Progress;

    /// <summary>Looks at source, target, slot and progress; changes nothing.</summary>
    public Task<IReadOnlyList<CheckFinding>> CheckAsync(CancellationToken cancellationToken) => NewPreparation().CheckAsync(forRun: false, cancellationToken);

    /// <summary>Waits until what the source has committed by now is durable in the target. Only while <see cref="RunAsync"/> runs.</summary>
    public async Task WaitUntilCaughtUpAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        SourceServer server = await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        await WhenDurableAsync(await FlushedWal.WaitAsync(connection, server.CurrentWal, _time, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs until <paramref name="stop"/> fires, or until caught up; then flushes, persists and acknowledges.</summary>
    /// <exception cref="PreparationException">Something is wrong before the start; nothing was changed.</exception>
    /// <exception cref="SourceException">The source needs a person.</exception>
    /// <exception cref="StarRocksException">The target needs a person.</exception>
    /// <exception cref="ColumnValueException">A value can't be carried.</exception>
    /// <exception cref="SchemaDriftException">A table was altered.</exception>
    /// <exception cref="AppendOnlyException">A row of an append table was changed or deleted.</exception>
    /// <exception cref="QuarantineLimitException">More rows are in quarantine than allowed.</exception>
    public async Task RunAsync(bool untilCaughtUp, CancellationToken stop)
    {
        Preparation preparation = NewPreparation();
        IReadOnlyList<CheckFinding> findings = await preparation.CheckAsync(forRun: true, stop).ConfigureAwait(false);
        string[] problems = [.. findings.Where(static f => f.Problem is not null).Select(static f => f.Problem!)];
        if (problems.Length > 0)
            throw new PreparationException(string.Join(Environment.NewLine, problems));
        Log.Starting(_logger, _state.Definition.Name, SourceSession.Describe(_options.SourceConnectionString), _options.Slot, _options.Publication, $"{_target.QueryEndpoint}/{_target.Database}");
        await preparation.MakeAsync(stop).ConfigureAwait(false);
        UnknownLabels.Met += OnUnknownLabel;
        try
        {
            await RecoverAndWorkAsync(preparation, untilCaughtUp, stop).ConfigureAwait(false);
        }
        finally
        {
            UnknownLabels.Met -= OnUnknownLabel;
        }

        Log.Stopped(_logger, _state.Durable.ToString());
    }

    private async Task RecoverAndWorkAsync(Preparation preparation, bool untilCaughtUp, CancellationToken stop)
    {
        string system = await new Recovery(_copies, _transactions).RunAsync(preparation, stop).ConfigureAwait(false);
        await RunWorkAsync(system, untilCaughtUp, stop).ConfigureAwait(false);
    }

    /// <summary>Of this pipeline's tables: another one in the process says its own.</summary>
    private void OnUnknownLabel(ColumnInfo column, string label)
    {
        if (_state.Lanes.Any(lane => lane.Layout.FullName == column.Table))
            Log.UnknownLabel(_logger, column.Table, column.Name, column.PostgresType, label);
    }

    public async ValueTask DisposeAsync()
    {
        if (_loader is IAsyncDisposable loader)
            await loader.DisposeAsync().ConfigureAwait(false);
        _transactions.Dispose();
        _loads.Dispose();
        await _sql.DisposeAsync().ConfigureAwait(false);
        await _sqlWithoutDatabase.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private void OnRetry(RetryNotice notice)
    {
        Log.LoadRetry(_logger, notice.Table, notice.Label, notice.Reason, notice.Attempt, notice.Delay.TotalSeconds);
        if (notice.Class == ErrorClass.SlowDown)
            _cadence.Complain(notice.Shortage);
    }

    private Preparation NewPreparation() =>
        new(_state, _options, _target, _source, _sql, _sqlWithoutDatabase, _loads, _progress, _time, _logger);

    private async Task RunWorkAsync(string system, bool untilCaughtUp, CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var abort = new CancellationTokenSource();
        using CancellationTokenRegistration limit = stopping.Token.Register(() => abort.CancelAfter(StopLimit));
        var snapshot = new SnapshotRunner(_copies);

        Task copying = snapshot.RunAsync(stopping.Token);
        Task streaming = StreamAsync(system, stopping.Token, abort.Token);
        Task maintaining = new SlotWatch(_state, _source, _options, _time, _logger).RunAsync(stopping.Token);
        Task caughtUp = untilCaughtUp ? WaitUntilCaughtUpAsync(stopping.Token) : Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
        Task first = await Task.WhenAny(OnlyFailure(copying), streaming, maintaining, caughtUp).ConfigureAwait(false);
        bool isClean = first == caughtUp ? !caughtUp.IsFaulted : stop.IsCancellationRequested && !first.IsFaulted;
        if (!isClean)
            await abort.CancelAsync().ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        // A source that does not answer can hold a copy's end for longer than a stop may last.
        var all = Task.WhenAll(first, copying, streaming, maintaining, caughtUp);
        await all.WaitAsync(StopLimit + TimeSpan.FromSeconds(5), _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (((Task[])[first, streaming, copying, maintaining, caughtUp]).FirstOrDefault(static t => t.IsFaulted) is { } faulted)
            await faulted.ConfigureAwait(false);
        if (!streaming.IsCompletedSuccessfully)
            throw new TimeoutException($"the stop was not finished within {StopLimit.TotalSeconds} s: source or target did not answer. Nothing is lost; the next start resumes at {_state.Durable}");

        if (untilCaughtUp && !caughtUp.IsCompletedSuccessfully)
            throw new TimeoutException($"told to stop before it was caught up, at {_state.Durable}; nothing is lost, and the next start goes on there");

        // The end of the copying is no end of the run; its failure is.
        async Task OnlyFailure(Task task)
        {
            await task.ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Streams, over as many connections as it takes.</summary>
    private async Task StreamAsync(string system, CancellationToken stop, CancellationToken abort)
    {
        TimeSpan delay = ShortestReconnect;
        long serial = 0;
        int internalErrors = 0;
        Lsn failedAt = Lsn.Zero;
        Lsn lostAt = Lsn.Zero;
        bool cutsEveryTransaction = false;
        while (true)
        {
            long begun = _time.GetTimestamp();
            try
            {
                serial = await StreamOnceAsync(system, serial, cutsEveryTransaction, stop, abort).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && !abort.IsCancellationRequested)
            {
                // Told to stop before the stream was open: nothing was received that is not persisted.
                return;
            }
            catch (BatchLostException lost) when (!stop.IsCancellationRequested)
            {
                Log.BatchLost(_logger, lost.Message);
                cutsEveryTransaction = lost.InnerException is SchemaDriftException or ColumnValueException or AppendOnlyException or QuarantineLimitException;
                if (_state.Durable > lostAt)
                    delay = ShortestReconnect;
                lostAt = _state.Durable;
            }
            catch (Exception error) when (SourceFailure.IsTransient(error) && !stop.IsCancellationRequested)
            {
                internalErrors = error is PostgresException { SqlState: "XX000" } ? (_state.Durable == failedAt ? internalErrors + 1 : 1) : 0;
                failedAt = _state.Durable;
                // There are transactions that walsenders can decode when they have ended and not while they run (seen on 15:
                // "could not map filenode", after a TRUNCATE in a part that was rolled back).
                if (internalErrors == FewInternalErrors && _options.StreamTransactions)
                    _streamingPause.Begin(error.Message);
                if (internalErrors > MostInternalErrors)
                    throw new SourceException($"Postgres fails again and again behind {failedAt}: {error.Message}. The slot keeps WAL as long as this lasts; see the server's log", error);
                if (_time.GetElapsedTime(begun) > LongestReconnect)
                    delay = ShortestReconnect;
                Log.StreamBroke(_logger, SourceFailure.Describe(error, SourceSession.Describe(_options.SourceConnectionString)), delay.TotalSeconds);
            }
            catch (Exception error) when (SourceFailure.IsTransient(error) || error is BatchLostException)
            {
                // The stop found the connection broken. What is durable is persisted; the slot learns of it at the next start.
                Log.AcknowledgeUnconfirmed(_logger, _state.Durable.ToString());
                return;
            }

            // The serials of a broken session are not used again; nobody needs to know how far it came.
            serial += int.MaxValue;
            await Task.Delay(delay, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            delay = delay * 2 < LongestReconnect ? delay * 2 : LongestReconnect;
        }
    }

    private async Task<long> StreamOnceAsync(string system, long serial, bool cutsEveryTransaction, CancellationToken stop, CancellationToken abort)
    {
        lock (_state.Gate)
        {
            foreach (TableLane lane in _state.Lanes)
                lane.ForgetWaiting();
        }

        await _loader.ForgetAsync().ConfigureAwait(false);

        SourceServer server;
        await using (NpgsqlConnection connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false))
        {
            server = await SourceServer.ReadAsync(connection, stop).ConfigureAwait(false);
            ReplicationSlot slot = await ReplicationSlot.FindAsync(connection, _options.Slot, stop).ConfigureAwait(false)
                ?? throw new SourceException($"replication slot \"{_options.Slot}\" is gone: somebody dropped it while the pipeline ran");
            slot.RequireUsable(server.Database);
            if (server.IsRecovery || server.CurrentWal < _state.Durable)
                throw new SourceException($"the source's WAL ends at {server.CurrentWal}, before the durable position {_state.Durable}: the connection leads to another server now, or to one that was restored or promoted without the last changes");
            // Every connection may lead to another server, or to a slot that was made anew (POSTGRES.md 3.2).
            if (slot.ConfirmedFlush > _state.Durable)
                throw new SourceException($"replication slot \"{_options.Slot}\" stands at {slot.ConfirmedFlush}, ahead of the durable position {_state.Durable}: it was made anew or moved by someone else");
        }

        bool binary = _options.WireFormat == SourceWireFormat.Binary && _state.Lanes.All(static l => l.Layout.Columns.All(static c => c.ReadsBinary));
        bool streaming = _options.StreamTransactions && _streamingPause.IsOver;
        await using NpgsqlReplicationStream connected = await NpgsqlReplicationStream.OpenAsync(
            _options.SourceConnectionString, _options.Slot, _options.Publication, _state.Durable, binary, streaming, stop).ConfigureAwait(false);
        if (connected.SystemIdentifier != system)
            throw new SourceException($"Source:ConnectionString leads to another Postgres cluster now: {connected.SystemIdentifier}, before it was {system}");
        if (await SourceIdentity.FindGapAsync(_source, connected.Timeline, _state.Timeline, _state.Durable, _logger, stop).ConfigureAwait(false) is { } gap)
            throw new SourceException($"{gap}. The target has changes that the server never had; copy the tables again");
        _state.Timeline = connected.Timeline;
        await using ReplicationStream stream = streaming ? WithSpillFiles(connected) : connected;
        Log.Streaming(_logger, _state.Durable.ToString());
        var applier = new ChangeApplier(_state, _options.HardLimitBytes, new XidEpoch(server.Snapshot.Xmax), _state.Durable, serial, OnRelation);
        using var session = new StreamSession(_state, stream, applier, _loader, _cadence, _source, _options, system, cutsEveryTransaction, _time);
        await session.RunAsync(stop, abort).ConfigureAwait(false);
        await ConfirmAsync(abort).ConfigureAwait(false);
        return applier.LastSerial;
    }

    private SpillingReplicationStream WithSpillFiles(NpgsqlReplicationStream stream)
    {
        var folder = new SpillFolder(_options.SpillFolder, _state.Definition.Name, _options.Slot, stream.SystemIdentifier);
        return new SpillingReplicationStream(stream, folder, BlockSeal.Create(_options.SpillEncryption), new SpillLimits(), _streamingPause, _time, _logger);
    }

    /// <summary>A status message may be lost silently: the slot itself is asked (POSTGRES.md 3.5).</summary>
    private async Task ConfirmAsync(CancellationToken abort)
    {
        long begun = _time.GetTimestamp();
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(abort).ConfigureAwait(false);
        while (await ReplicationSlot.FindAsync(connection, _options.Slot, abort).ConfigureAwait(false) is { } slot && slot.ConfirmedFlush < _state.Durable)
        {
            if (_time.GetElapsedTime(begun) > TimeSpan.FromSeconds(5))
            {
                Log.AcknowledgeUnconfirmed(_logger, _state.Durable.ToString());
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, abort).ConfigureAwait(false);
        }
    }

    private void OnRelation(RelationBinding relation)
    {
        if (relation.NotCompiled.Count > 0)
            Log.ColumnsNotCompiled(_logger, relation.Lane.Layout.FullName, string.Join(", ", relation.NotCompiled));
    }

    private async Task WhenDurableAsync(Lsn position, CancellationToken cancellationToken)
    {
        _state.RaiseWanted(position);
        while (true)
        {
            Task changed = _state.Changed;
            if (_state.Durable >= position && _state.IsSnapshotComplete)
                return;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
