using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>A check before the start found something that a person has to put right; nothing was changed.</summary>
public sealed class PreparationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One thing that a check looked at.</summary>
/// <param name="Problem">What is wrong and what to do; null when it is right.</param>
/// <param name="IsPending">Not there yet and made by <c>run</c>: no problem, and no finding of a clean check either.</param>
public sealed record CheckFinding(string Subject, string State, string? Problem = null, bool IsPending = false);

/// <summary>
/// Looks at source and target before anything is made, then makes what is missing: first everything is read, then, only if
/// all of it is right, anything is written.
/// </summary>
internal sealed class Preparation(
    PipelineState state, PipelineOptions options, StarRocksOptions target, NpgsqlDataSource source, SqlClient sql, SqlClient sqlWithoutDatabase,
    StreamLoadClient loads, ProgressStore progress, TimeProvider time, ILogger logger)
{
    private const int MostQuestions = 6;

    private static readonly TimeSpan QuestionPause = TimeSpan.FromMilliseconds(500);

    private readonly List<TableLayout> _missingTargets = [];

    /// <summary>Append tables of which Postgres would refuse updates and deletes as soon as these are published.</summary>
    private readonly List<TableLayout> _withoutIdentity = [];

    /// <summary>Tables that the publication lacks.</summary>
    private IReadOnlyList<TableLayout> _notPublished = [];
    private bool _databaseMissing;
    private bool _progressTableMissing;
    private bool _quarantineTableMissing;
    private bool _publicationMissing;
    private ReplicationSlot? _slot;

    /// <summary>The source, as it was when it was checked.</summary>
    public SourceServer Server { get; private set; } = null!;

    public ReplicationSlot? Slot => _slot;

    /// <summary>What earlier runs have kept.</summary>
    public StoredProgress Progress { get; private set; } = StoredProgress.None;

    /// <summary>Checks everything and changes nothing.</summary>
    /// <param name="forRun">Whether a slot that another process streams from is a problem.</param>
    public async Task<IReadOnlyList<CheckFinding>> CheckAsync(bool forRun, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        string server = SourceSession.Describe(options.SourceConnectionString);
        await CheckAsync(findings, $"source {server}", () => CheckSourceAsync(findings, forRun, cancellationToken), error => SourceFailure.Describe(error, server)).ConfigureAwait(false);
        await CheckAsync(findings, $"target {target.QueryEndpoint}", () => CheckTargetAsync(findings, forRun, cancellationToken), static error => error.Message).ConfigureAwait(false);
        if (Server is not null && findings.TrueForAll(static f => f.Problem is null))
            CheckProgress(findings);
        return findings;
    }

    /// <summary>Makes publication, slot, database and tables that are missing, in the order that a crash in between forgives.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (_databaseMissing)
            await new DdlExecutor(sqlWithoutDatabase).CreateDatabaseIfMissingAsync(target.Database, cancellationToken).ConfigureAwait(false);
        var ddl = new DdlExecutor(sql);
        if (_progressTableMissing)
            await ddl.ExecuteAsync(ProgressStore.CreateTable(await ReplicasAsync(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        if (_quarantineTableMissing)
        {
            await ddl.ExecuteAsync(QuarantineTable.CreateTable(await ReplicasAsync(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
            state.Quarantine.TableExists = true;
        }

        foreach (TableLayout table in _missingTargets)
        {
            await ddl.ExecuteAsync(table.CreateTable, cancellationToken).ConfigureAwait(false);
            Log.TargetCreated(logger, table.TargetTable);
        }

        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (_publicationMissing)
        {
            // Before the slot: decoding a change looks the publication up as of that change.
            await Publication.CreateAsync(connection, options.Publication, state.Lanes.Select(static l => l.Layout), cancellationToken).ConfigureAwait(false);
            Log.PublicationCreated(logger, options.Publication);
        }

        else if (_notPublished.Count > 0)
        {
            await Publication.AddAsync(connection, options.Publication, _notPublished, cancellationToken).ConfigureAwait(false);
            Log.TablesPublished(logger, options.Publication, string.Join(", ", _notPublished));
        }

        if (_slot is null)
        {
            // Before the first chunk: a change that no chunk sees must be in the stream.
            await CreateSlotAsync(connection, cancellationToken).ConfigureAwait(false);
            Log.SlotCreated(logger, options.Slot);
            _slot = await ReplicationSlot.FindAsync(connection, options.Slot, cancellationToken).ConfigureAwait(false)
                ?? throw new PreparationException($"replication slot \"{options.Slot}\" was created and is gone again");
        }
    }

    /// <summary>StarRocks refuses more replicas than it has live backends, and its default is 3 (STARROCKS.md 5.3).</summary>
    private async Task<int?> ReplicasAsync(CancellationToken cancellationToken)
    {
        try
        {
            SqlResult backends = await sqlWithoutDatabase.QueryAsync("SHOW BACKENDS", cancellationToken).ConfigureAwait(false);
            int alive = backends.Rows.Count(static row => string.Equals(row["Alive"], "true", StringComparison.OrdinalIgnoreCase));
            return alive is 1 or 2 ? alive : null;
        }
        catch (StarRocksException refused) when (!refused.IsRetryable)
        {
            // The account may not look at the cluster: the server's default then.
            return null;
        }
    }

    /// <summary>A slot waits for every older transaction (F13): who they are is said, since only their owners can end them.</summary>
    private async Task CreateSlotAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        Task creating = ReplicationSlot.CreateAsync(connection, options.Slot, cancellationToken);
        while (await Task.WhenAny(creating, Task.Delay(TimeSpan.FromSeconds(10), time, cancellationToken)).ConfigureAwait(false) != creating)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using NpgsqlConnection second = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            Log.SlotWaits(logger, options.Slot, string.Join("; ", await ReplicationSlot.FindBlockersAsync(second, cancellationToken).ConfigureAwait(false)));
        }

        await creating.ConfigureAwait(false);
    }

    private static async Task CheckAsync(List<CheckFinding> findings, string subject, Func<Task> check, Func<Exception, string> describe)
    {
        try
        {
            await check().ConfigureAwait(false);
        }
        catch (Exception error) when (error is SourceException or StarRocksException || SourceFailure.IsTransient(error) || error is PostgresException)
        {
            findings.Add(new CheckFinding(subject, "wrong", describe(error)));
        }
    }

    private async Task CheckSourceAsync(List<CheckFinding> findings, bool forRun, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        SourceServer server = await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        server.RequireStreamable();
        Server = server;
        findings.Add(new CheckFinding("source", $"Postgres {server.Version / 10000}.{server.Version % 10000}, database {server.Database}, wal_level {server.WalLevel}"));
        _withoutIdentity.Clear();
        foreach (TableLane lane in state.Lanes)
            await CheckSourceTableAsync(findings, connection, lane, cancellationToken).ConfigureAwait(false);

        Publication? publication = await Publication.FindAsync(connection, options.Publication, cancellationToken).ConfigureAwait(false);
        TableLayout[] tables = [.. state.Lanes.Select(static l => l.Layout)];
        _notPublished = publication?.Missing(tables) ?? [];
        publication?.RequireCovers([.. tables.Except(_notPublished)]);
        _publicationMissing = publication is null;
        CheckIdentities(findings, publication);
        findings.Add(new CheckFinding($"publication {options.Publication}", publication is null ? "missing, made by run" : $"{publication.Tables.Count} tables", IsPending: publication is null));

        _slot = await WaitForSlotAsync(connection, forRun, cancellationToken).ConfigureAwait(false);
        _slot?.RequireUsable(server.Database);
        findings.Add(new CheckFinding(
            $"slot {options.Slot}",
            _slot is null ? "missing, made by run" : $"confirmed {_slot.ConfirmedFlush}, retains {_slot.RetainedBytes} bytes{(_slot.ActivePid is null ? "" : $", active for PID {_slot.ActivePid}")}",
            IsPending: _slot is null));
    }

    private async Task CheckSourceTableAsync(List<CheckFinding> findings, NpgsqlConnection connection, TableLane lane, CancellationToken cancellationToken)
    {
        TableLayout table = lane.Layout;
        string subject = $"table {table.FullName}";
        SourceShape? shape = await SourceShape.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false);
        if (shape is null)
        {
            findings.Add(new CheckFinding(subject, "missing", $"{table.FullName} does not exist in the source, or the role may not see it"));
            return;
        }

        if (shape.Differences(table) is { Count: > 0 } differences)
        {
            findings.Add(new CheckFinding(subject, "different", $"{table.FullName} is not the table that was compiled: {string.Join("; ", differences)}. Run 'pipelinegen catalog pull', review, rebuild"));
            return;
        }

        await using (var command = new NpgsqlCommand("SELECT has_table_privilege(to_regclass($1), 'SELECT')", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(table.Schema, table.Name) });
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            {
                findings.Add(new CheckFinding(subject, "not readable", $"the role may not read {table.FullName}: GRANT SELECT ON {SourceNames.QuoteTable(table.Schema, table.Name)} TO the role"));
                return;
            }
        }

        if (options.WireFormat == SourceWireFormat.Binary && await SourceShape.ColumnsWithoutBinaryAsync(connection, table, cancellationToken).ConfigureAwait(false) is { Count: > 0 } unsendable)
        {
            findings.Add(new CheckFinding(subject, "no binary form",
                $"{table.FullName}: no binary output function is available for the type of {string.Join(", ", unsendable)}, so that Postgres would refuse to send it. Set Source:WireFormat=text, so that all values are sent as text; they are the same"));
        }

        if (options.Consistency == LoadConsistency.Transaction && !table.IsAppendOnly && shape.ColumnsLeftOut(table) is { Count: > 0 } left)
        {
            findings.Add(new CheckFinding(subject, "updates leave values out",
                $"StarRocks:Consistency=transaction needs the old row with each change of {table.FullName}, since updates leave out unchanged large values of {string.Join(", ", left)}, and a transaction of " +
                $"several tables takes one set of columns a table. Run ALTER TABLE {SourceNames.QuoteTable(table.Schema, table.Name)} REPLICA IDENTITY FULL{OfPartitions(table)}, or use StarRocks:Consistency=table"));
        }

        lane.SourceTypeOids = shape.TypeOids(table);
        lane.SourceOid = shape.Oid;
        if (table.IsAppendOnly && shape.IdentityColumns.Count == 0)
            _withoutIdentity.Add(table);
        IReadOnlyList<string> notCompiled = shape.ColumnsNotCompiled(table);
        if (notCompiled.Count > 0)
            Log.ColumnsNotCompiled(logger, table.FullName, string.Join(", ", notCompiled));
        findings.Add(new CheckFinding(subject, $"{table.Columns.Count} columns as compiled{(notCompiled.Count > 0 ? $", not copied: {string.Join(", ", notCompiled)}" : "")}"));
    }

    /// <summary>Publishing must not break the source's own statements: that would be an outage of somebody else's application.</summary>
    private void CheckIdentities(List<CheckFinding> findings, Publication? publication)
    {
        if (publication is { Update: false, Delete: false })
            return;
        foreach (TableLayout table in _withoutIdentity)
        {
            string name = SourceNames.QuoteTable(table.Schema, table.Name);
            findings.Add(new CheckFinding($"table {table.FullName}", "no replica identity",
                $"{table.FullName} has no replica identity, so Postgres would refuse every UPDATE and DELETE of it while publication \"{options.Publication}\" publishes them. " +
                $"Run ALTER TABLE {name} REPLICA IDENTITY FULL{OfPartitions(table)}; or, where all tables of the pipeline are append tables, publish inserts only: " +
                $"CREATE PUBLICATION {SourceNames.QuoteIdentifier(options.Publication)} FOR TABLE ... WITH (publish = 'insert, truncate', publish_via_partition_root = true)"));
        }
    }

    private static string OfPartitions(TableLayout table) => table.IsPartitioned ? ", and the same for every partition, which does not inherit it" : "";

    private async Task<ReplicationSlot?> WaitForSlotAsync(NpgsqlConnection connection, bool forRun, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        bool told = false;
        while (true)
        {
            ReplicationSlot? slot = await ReplicationSlot.FindAsync(connection, options.Slot, cancellationToken).ConfigureAwait(false);
            if (!forRun || slot?.ActivePid is not { } pid)
                return slot;
            // The walsender of a run that was killed ends as soon as it notices; another pipeline's doesn't.
            if (time.GetElapsedTime(begun) >= options.SlotWait)
            {
                throw new SourceException(
                    $"replication slot \"{options.Slot}\" is active for PID {pid}: another process streams from it. Two copies of one pipeline can't run at once; " +
                    "stop the other one, or give this pipeline another slot in Source:Slot");
            }

            if (!told)
                Log.SlotActive(logger, options.Slot, pid);
            told = true;
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckTargetAsync(List<CheckFinding> findings, bool forRun, CancellationToken cancellationToken)
    {
        var schema = new TargetSchema(sqlWithoutDatabase);
        CheckServer(findings, await schema.GetServerAsync(cancellationToken).ConfigureAwait(false));
        _databaseMissing = !await schema.DatabaseExistsAsync(target.Database, cancellationToken).ConfigureAwait(false);
        if (_databaseMissing)
            findings.Add(new CheckFinding($"database {target.Database}", "missing, made by run", IsPending: true));
        else if (await schema.ReadAsync(target.Database, ProgressStore.Table, cancellationToken).ConfigureAwait(false) is not null)
            Progress = await progress.ReadAsync(cancellationToken).ConfigureAwait(false);
        else
            _progressTableMissing = true;
        _progressTableMissing |= _databaseMissing;
        // Also when no column has the policy any more: what is left there must leave it when its row changes.
        state.Quarantine.TableExists = !_databaseMissing && await schema.ReadAsync(target.Database, QuarantineTable.Name, cancellationToken).ConfigureAwait(false) is not null;
        _quarantineTableMissing = !state.Quarantine.TableExists && state.Lanes.Any(static l => l.HasQuarantinePolicy);

        foreach (TableLane lane in state.Lanes)
        {
            TargetTable? table = _databaseMissing ? null : await schema.ReadAsync(target.Database, lane.Layout.TargetTable, cancellationToken).ConfigureAwait(false);
            await CheckTargetTableAsync(findings, lane, table, cancellationToken).ConfigureAwait(false);
        }

        // Proves that the load endpoint answers and takes the account, which the SQL endpoint does not tell.
        if (!_databaseMissing)
            await AskForLabelAsync(forRun ? MostQuestions : 1, cancellationToken).ConfigureAwait(false);
        findings.Add(new CheckFinding("load endpoint", "answers"));
    }

    /// <summary>A frontend that is busy electing its leader answers with an error for a moment; a start need not fail for that.</summary>
    private async Task AskForLabelAsync(int questions, CancellationToken cancellationToken)
    {
        for (int asked = 1; ; asked++)
        {
            try
            {
                await loads.GetLabelStateAsync($"{state.Definition.Name}_check", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StarRocksException busy) when (busy.IsRetryable && asked < questions)
            {
                await Task.Delay(QuestionPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the server can't do must be known before the start, not met in the middle of a run.</summary>
    private void CheckServer(List<CheckFinding> findings, StarRocksServer server)
    {
        findings.Add(new CheckFinding("target", $"{server.Describe()}; database {target.Database}"));
        if (options.Consistency == LoadConsistency.Transaction && !server.MultiTableTransactions)
        {
            findings.Add(new CheckFinding("consistency", "not possible",
                $"StarRocks:Consistency=transaction needs transactions over several tables, which StarRocks has from 4.0 on, and this is {server.VersionText}. Use StarRocks:Consistency=table, or a later server"));
        }

        if (target.Compression != LoadCompression.None && !server.CompressedJson)
        {
            findings.Add(new CheckFinding("compression", "not possible",
                $"StarRocks takes compressed JSON from 3.2.7 on, and this is {server.VersionText}. Set StarRocks:Compression=none, or use a later server"));
        }
    }

    private async Task CheckTargetTableAsync(List<CheckFinding> findings, TableLane lane, TargetTable? table, CancellationToken cancellationToken)
    {
        TableLayout layout = lane.Layout;
        string subject = $"target table {layout.TargetTable}";
        bool isKnown = Progress.Find(layout.FullName) is not null;
        if (table is null)
        {
            _missingTargets.Add(layout);
            findings.Add(isKnown
                ? new CheckFinding(subject, "missing", $"StarRocks has no table {layout.TargetTable}, and the pipeline has copied it before. Delete the pipeline's rows from {ProgressStore.Table} to copy everything again")
                : new CheckFinding(subject, "missing, made by run", IsPending: true));
            return;
        }

        if (TargetShape.Differences(layout, table) is { Count: > 0 } differences)
        {
            findings.Add(new CheckFinding(subject, "different", $"StarRocks table {layout.TargetTable} is not as compiled: {string.Join("; ", differences)}. Alter it, or drop it so that it is made from the reviewed DDL"));
            return;
        }

        if (!isKnown)
        {
            SqlResult any = await sql.QueryAsync($"SELECT 1 FROM {SqlText.Identifier(layout.TargetTable)} LIMIT 1", cancellationToken).ConfigureAwait(false);
            if (any.Rows.Count > 0)
            {
                // Rows that the source no longer has would stay for ever: nothing would ever delete them.
                findings.Add(new CheckFinding(subject, "not empty", $"StarRocks table {layout.TargetTable} has rows that this pipeline did not copy. TRUNCATE it, or name another one in [StarRocksTable]"));
                return;
            }
        }

        findings.Add(new CheckFinding(subject, $"{table.Columns.Count} columns as compiled"));
    }

    /// <summary>The stored position against the slot (POSTGRES.md 3.2).</summary>
    private void CheckProgress(List<CheckFinding> findings)
    {
        if (Progress.Position is { } kept && Server.CurrentWal < kept.Position)
        {
            findings.Add(new CheckFinding("progress", "gap", $"the source's WAL ends at {Server.CurrentWal}, before the stored position {kept.Position}: the server was restored to an earlier time, or is a standby that was promoted without the last changes. The target may hold rows that the source never had; copy the tables again"));
            return;
        }

        if (_publicationMissing && Progress.Position is not null)
        {
            findings.Add(new CheckFinding("publication", "gap", $"the pipeline has progress and its publication \"{options.Publication}\" is gone: changes from before it is made again can't be decoded. Create it under its name and copy the tables again"));
            return;
        }

        foreach (TableLayout table in _notPublished)
        {
            // A table that is new in the pipeline joins it; one whose changes were missing for a while can't go on.
            string name = SourceNames.QuoteTable(table.Schema, table.Name);
            findings.Add(Progress.Find(table.FullName) is null
                ? new CheckFinding($"table {table.FullName}", "not published yet, added by run", IsPending: true)
                : new CheckFinding($"table {table.FullName}", "gap",
                    $"publication \"{options.Publication}\" does not publish {name} any more, and the pipeline has copied it before: changes since then are not in the stream. " +
                    $"Run ALTER PUBLICATION {SourceNames.QuoteIdentifier(options.Publication)} ADD TABLE {name}, and then the pipeline's verb 'resnapshot {table.FullName}' before it runs again"));
        }

        const string StartOver = $"empty the target tables, delete the pipeline's rows from {ProgressStore.Table}, and start again";
        if (Progress.Position is not { } stored)
            return;
        if (_slot is null)
        {
            findings.Add(new CheckFinding("progress", "gap", $"the pipeline has progress up to {stored.Position} and its replication slot \"{options.Slot}\" is gone: changes since then are lost to it. To copy the tables again, {StartOver}"));
            return;
        }

        // Postgres would start silently at the slot's position, and what lies between would be missing for ever.
        if (_slot.ConfirmedFlush > stored.Position)
        {
            findings.Add(new CheckFinding("progress", "gap",
                $"replication slot \"{options.Slot}\" stands at {_slot.ConfirmedFlush}, ahead of the stored position {stored.Position}: it was made anew or moved by someone else, and the changes in between are lost to this pipeline. To copy the tables again, {StartOver}"));
            return;
        }

        findings.Add(new CheckFinding("progress", $"{stored.Position}, {state.Lanes.Count(l => Progress.IsCopied(l.Layout.FullName))} of {state.Lanes.Count} tables copied"));
    }
}
