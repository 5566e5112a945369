using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>What a transaction's loads came to, over all its tables.</summary>
internal sealed class LoadOutcome
{
    public LoadCounts Counts { get; set; }
    public string? ErrorUrl { get; set; }
    public TimeSpan Write { get; set; }
}

/// <summary>Puts staged bodies into their tables, within one write of the store, and judges the result.</summary>
internal sealed class LoadApplication(Cluster cluster)
{
    /// <summary>Loads and judges: filter ratio and emptiness, each table by itself (STARROCKS.md, 2.3, 2.8).</summary>
    /// <exception cref="LoadFailure">Nothing of the transaction may be kept.</exception>
    /// <exception cref="RowRefusedException">Likewise.</exception>
    public void Apply(SqliteHandle db, LoadTransaction transaction, IReadOnlyList<StagedLoad> loads, LoadOutcome outcome)
    {
        foreach (StagedLoad load in loads)
        {
            LoadCounts counts = ApplyOne(db, transaction, load, outcome);
            long judged = counts.Total - counts.Unselected;
            if (judged > 0 && (double)counts.Filtered / judged > load.Headers(transaction.Label).MaxFilterRatio)
            {
                throw new LoadFailure("too many filtered rows");
            }

            if (counts.Loaded == 0)
            {
                throw new LoadFailure(EmptyLoad);
            }
        }
    }

    /// <summary>The same again for a transaction that was judged before; tables dropped since are left out.</summary>
    public void Publish(SqliteHandle db, LoadTransaction transaction, IReadOnlyList<StagedLoad> loads)
    {
        foreach (StagedLoad load in loads)
        {
            if (cluster.Catalog.Current.Find(transaction.Database, load.Table)?.Id == load.TableId)
            {
                ApplyOne(db, transaction, load, new LoadOutcome());
            }
        }
    }

    /// <summary>What a load without rows fails with (STARROCKS.md, 8).</summary>
    public string EmptyLoad => cluster.Version.IsAtLeast(4, 1)
        ? "No rows were imported from upstream."
        : "No partitions have data available for loading.";

    private LoadCounts ApplyOne(SqliteHandle db, LoadTransaction transaction, StagedLoad load, LoadOutcome outcome)
    {
        long started = cluster.Time.GetTimestamp();
        // Planned against the table as it is now: an ALTER may have come between the load and its commit.
        TableDefinition? table = cluster.Catalog.Current.Find(transaction.Database, load.Table);
        if (table?.Id != load.TableId)
        {
            throw new LoadFailure($"unknown table \"{transaction.Database}.{load.Table}\"");
        }

        LoadHeaders headers = load.Headers(transaction.Label);
        LoadPlan plan = LoadPlan.Make(table, headers);
        AutoIncrement? counter = AutoIncrement.Open(db, table);
        var loader = new RowLoader(plan, headers, cluster.Time, counter);
        try
        {
            using RowWriter? writer = cluster.Options.Discard ? null : new RowWriter(db, table, plan.Updated, GeneratedColumns.Of(table, cluster.Time) is { } generated ? generated.Fill : null);
            IRowSink sink = writer is null ? new DiscardSink(table) : writer;
            foreach (ReadOnlyMemory<byte> body in load.Bodies())
            {
                loader.Load(sink, body.Span);
            }

            counter?.Save(db);
        }
        finally
        {
            LoadCounts before = outcome.Counts;
            outcome.Counts = new LoadCounts(
                before.Total + loader.Total, before.Loaded + loader.Loaded, before.Filtered + loader.Filtered, before.Unselected + loader.Unselected, before.Bytes + load.Bytes);
            outcome.Write += cluster.Time.GetElapsedTime(started);
            if (!loader.Rejected.IsEmpty)
            {
                outcome.ErrorUrl = $"{cluster.BackendUrl}api/_load_error_log?file={cluster.ErrorLogs.Keep(transaction, loader.Rejected)}";
            }
        }

        return new LoadCounts(loader.Total, loader.Loaded, loader.Filtered, loader.Unselected, load.Bytes);
    }
}
