using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// Compares source and target row by row: what the <c>verify</c> verb runs. All tables of the source are read under one
/// snapshot; the comparison is only as good as the stillness of the target, so the caller has stopped the writers and
/// waited until the pipeline caught up, or counts with differences that are merely under way.
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
        _sourceConnectionString = sourceConnectionString;
        _target = target;
    }

    /// <summary>How many differences of a table are described; all are counted.</summary>
    public int KeptDifferences { get; init; } = 10;

    /// <summary>Compares the tables, each result as it is there.</summary>
    /// <param name="tables">Names as <c>public.orders</c> or <c>orders</c>; empty for all of the pipeline.</param>
    /// <exception cref="ArgumentException">The pipeline has no such table.</exception>
    /// <exception cref="NpgsqlException">The source failed.</exception>
    /// <exception cref="StarRocksSqlException">The target failed.</exception>
    /// <exception cref="InvalidDataException">A side didn't keep the key order.</exception>
    public async IAsyncEnumerable<TableVerification> RunAsync(IReadOnlyCollection<string> tables, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        IReadOnlyList<TableLayout> layouts = Choose(tables);
        await using var connection = new NpgsqlConnection(_sourceConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (var session = new NpgsqlCommand(SourceRows.Session, connection))
            await session.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        foreach (TableLayout layout in layouts)
        {
            if (layout.IsAppendOnly)
            {
                yield return await BagComparison.RunAsync(
                    layout,
                    () => SourceRows.ReadAsync(connection, layout, cancellationToken),
                    () => TargetRows.ReadAsync(_target, layout, cancellationToken),
                    KeptDifferences,
                    cancellationToken).ConfigureAwait(false);
                continue;
            }

            TableVerification compared = await RowComparison.RunAsync(
                layout,
                SourceRows.ReadAsync(connection, layout, cancellationToken),
                TargetRows.ReadAsync(_target, layout, cancellationToken),
                KeptDifferences,
                cancellationToken).ConfigureAwait(false);
            yield return QuarantineTable.IsNeededBy(layout)
                ? compared with { RowsInQuarantine = await CountQuarantineAsync(layout, cancellationToken).ConfigureAwait(false) }
                : compared;
        }
    }

    private async Task<long> CountQuarantineAsync(TableLayout layout, CancellationToken cancellationToken)
    {
        SqlResult result = await _target.QueryAsync(QuarantineTable.CountByTable(_pipeline.Name), cancellationToken).ConfigureAwait(false);
        return result.Rows.Where(row => row[0] == layout.FullName).Select(static row => long.Parse(row[1]!, CultureInfo.InvariantCulture)).FirstOrDefault();
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
