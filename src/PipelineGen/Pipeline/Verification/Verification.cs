using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// Compares source and target: what the <c>verify</c> verb runs. It reads and changes nothing. With <see cref="Live"/> both sides
/// may move meanwhile: changes that are on their way are waited for and told from differences. Without it the sides have to be
/// still, and the pipeline's state is not looked at: what is on its way counts as a difference.
/// </summary>
public sealed class Verification
{
    private readonly PipelineDefinition _pipeline;
    private readonly string _sourceConnectionString;
    private readonly SqlClient _target;

    /// <param name="pipeline">Whose tables are compared.</param>
    /// <param name="sourceConnectionString">The source, as the pipeline has it.</param>
    /// <param name="target">A client that has entered the target database.</param>
    public Verification(PipelineDefinition pipeline, string sourceConnectionString, SqlClient target)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(sourceConnectionString);
        ArgumentNullException.ThrowIfNull(target);
        _pipeline = pipeline;
        _sourceConnectionString = SourceSession.ForQueries(sourceConnectionString);
        _target = target;
    }

    /// <summary>Rows of a chunk, where nothing else is said.</summary>
    public const int DefaultChunkRows = 100_000;

    /// <summary>How many differences of a table are described; all are counted.</summary>
    public int KeptDifferences { get; init; } = 10;

    /// <summary>Source rows that are compared at a time; their keys and hashes are held in memory. At least 1.</summary>
    public int ChunkRows { get; init; } = DefaultChunkRows;

    /// <summary>Set when the sides may move.</summary>
    public LiveVerification? Live { get; init; }

    /// <summary>Told after each chunk.</summary>
    public Action<VerificationProgress>? Progress { get; init; }

    /// <summary>The clock of waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Compares the tables, each result as it is there.</summary>
    /// <param name="tables">Names as <c>public.orders</c> or <c>orders</c>; empty for all of the pipeline.</param>
    /// <exception cref="ArgumentException">The pipeline has no such table.</exception>
    /// <exception cref="NpgsqlException">The source failed.</exception>
    /// <exception cref="StarRocksSqlException">The target failed.</exception>
    /// <exception cref="InvalidDataException">The source didn't keep the key order.</exception>
    /// <exception cref="PipelineStandsException">Changes are not in the target, and no pipeline brings them.</exception>
    public async IAsyncEnumerable<TableVerification> RunAsync(IReadOnlyCollection<string> tables, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkRows, 1);
        IReadOnlyList<TableLayout> layouts = Choose(tables);
        await using PositionGate? gate = Live is null ? null : new PositionGate(OpenAsync, async token => (await ReadProgressAsync(token).ConfigureAwait(false)).Position?.Position, Live, Time);
        var sides = new VerifiedSides(OpenAsync, _target, gate, Time);
        foreach (TableLayout layout in layouts)
            yield return await CompareAsync(sides, layout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the pipeline's state says that the table is copied.</summary>
    internal static bool IsCopied(StoredProgress progress, TableLayout layout) => progress.IsCopied(layout.FullName);

    private async Task<TableVerification> CompareAsync(VerifiedSides sides, TableLayout layout, CancellationToken cancellationToken)
    {
        if (!await IsCopiedAsync(layout, cancellationToken).ConfigureAwait(false))
            return TableVerification.NotCopied(layout);
        // What lags behind now would all look different first.
        await sides.PassAsync(cancellationToken).ConfigureAwait(false);
        TableVerification result = layout.IsAppendOnly
            ? await new BagComparison(new AppendSides(sides, layout), layout, KeptDifferences).RunAsync(cancellationToken).ConfigureAwait(false)
            : await CompareKeyedAsync(sides, layout, cancellationToken).ConfigureAwait(false);
        // A copy that was begun anew meanwhile has emptied the table.
        return result.IsVerified || await IsCopiedAsync(layout, cancellationToken).ConfigureAwait(false) ? result : TableVerification.NotCopied(layout);
    }

    private async Task<TableVerification> CompareKeyedAsync(VerifiedSides sides, TableLayout layout, CancellationToken cancellationToken)
    {
        Action<int, long>? report = null;
        if (Progress is not null)
        {
            long estimate = await EstimateAsync(layout, cancellationToken).ConfigureAwait(false);
            report = (chunks, rows) => Progress(new VerificationProgress(layout.FullName, chunks, rows, estimate));
        }

        TableVerification compared = await new TableComparison(sides, layout, ChunkRows, KeptDifferences).RunAsync(report, cancellationToken).ConfigureAwait(false);
        return QuarantineTable.IsNeededBy(layout)
            ? await new QuarantineComparison(sides, layout, _pipeline.Name).RunAsync(compared, cancellationToken).ConfigureAwait(false)
            : compared;
    }

    private async Task<bool> IsCopiedAsync(TableLayout layout, CancellationToken cancellationToken) =>
        Live is null || IsCopied(await ReadProgressAsync(cancellationToken).ConfigureAwait(false), layout);

    private async Task<StoredProgress> ReadProgressAsync(CancellationToken cancellationToken)
    {
        if (await new TargetSchema(_target).ReadAsync(Live!.TargetDatabase, ProgressStore.Table, cancellationToken).ConfigureAwait(false) is null)
            return StoredProgress.None;
        return await new ProgressStore(_target, _pipeline.Name, Time).ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_sourceConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var session = new NpgsqlCommand(SourceRows.Session, connection);
            await session.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Of a partitioned table its partitions have it.</summary>
    private async Task<long> EstimateAsync(TableLayout layout, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT coalesce(sum(greatest(reltuples, 0)) FILTER (WHERE reltuples >= 0), -1)::int8 FROM pg_class
                WHERE oid = $1::regclass OR oid IN (SELECT relid FROM pg_partition_tree($1::regclass) WHERE isleaf)
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(layout.Schema, layout.Name) });
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    private List<TableLayout> Choose(IReadOnlyCollection<string> tables)
    {
        List<TableLayout> all = [.. _pipeline.Tables.Select(static table => table.Layout)];
        foreach (string name in tables)
        {
            if (!all.Exists(layout => IsNamed(layout, name)))
                throw new ArgumentException($"The pipeline {_pipeline.Name} has no table '{name}'. It has {string.Join(", ", all)}.", nameof(tables));
        }

        return tables.Count == 0 ? all : all.FindAll(layout => tables.Any(name => IsNamed(layout, name)));
    }

    private static bool IsNamed(TableLayout layout, string name) => name == layout.FullName || name == layout.Name;
}
