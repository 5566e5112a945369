using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// Compares a table with a key, chunk by chunk: the source's rows of a range of keys as hashes, then the target's rows of the
/// same range. Rows that are the same on both sides are done with, whenever they were read; the others are candidates, and
/// <see cref="Settlement"/> tells which of them only were on their way.
/// </summary>
/// <remarks>
/// Held in memory: keys and hashes of one chunk, one page of the target (twice a chunk's rows at most, however many surplus rows
/// there are), and the candidates until so many have gathered that settling them is worth the wait.
/// </remarks>
internal sealed class TableComparison(VerifiedSides sides, TableLayout layout, int chunkRows, int keptDifferences)
{
    /// <summary>Candidates that are settled together: each settling waits for the pipeline's next loads.</summary>
    private const int SettledTogether = 10_000;

    private readonly KeyOrder _order = new(layout);
    private readonly KeyedSides _keyed = new(sides, layout);
    private readonly Dictionary<UInt128, CanonicalKey> _candidates = [];
    private readonly List<RowDifference> _described = [];
    private RowSum _source;
    private RowSum _target;
    private long _quarantined;
    private long _different;
    private long _unsettled;

    /// <param name="progress">Told after each chunk: chunks and rows so far.</param>
    public async Task<TableVerification> RunAsync(Action<int, long>? progress, CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        int chunks = 0;
        NpgsqlConnection connection = await sides.Open(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await using SourceWalk walk = await SourceWalk.BeginAsync(connection, layout, chunkRows, cancellationToken).ConfigureAwait(false);
            SourceChunk chunk;
            IReadOnlyList<string>? after = null;
            do
            {
                chunk = await walk.NextAsync(cancellationToken).ConfigureAwait(false);
                chunks++;
                // Without a key that the target can have, its range stays where it was.
                if (chunk.IsLast || chunk.Through is not null)
                    await CompareAsync(chunk, after, chunk.IsLast ? null : chunk.Through!.Values, hash, cancellationToken).ConfigureAwait(false);
                after = chunk.Through?.Values ?? after;
                _quarantined += chunk.Quarantined.Count;
                foreach (ChunkRow row in chunk.Rows.Values)
                    _candidates.TryAdd(row.Key.Hash, row.Key);
                if (_candidates.Count >= SettledTogether)
                    await SettleAsync(cancellationToken).ConfigureAwait(false);
                progress?.Invoke(chunks, _source.Rows + _candidates.Count);
            }
            while (!chunk.IsLast);
        }

        await SettleAsync(cancellationToken).ConfigureAwait(false);
        return new TableVerification
        {
            Table = layout.FullName, TargetTable = layout.TargetTable, Chunks = chunks,
            SourceRows = _source.Rows, TargetRows = _target.Rows, QuarantinedRows = _quarantined,
            SourceChecksum = _source.Print(), TargetChecksum = _target.Print(),
            DifferentRows = _different, UnsettledRows = _unsettled, Differences = _described,
        };
    }

    /// <summary>Takes from the source's rows those that the target has too; what it has otherwise or more are candidates.</summary>
    private async Task CompareAsync(
        SourceChunk chunk, IReadOnlyList<string>? after, IReadOnlyList<string>? through, RowChecksum hash, CancellationToken cancellationToken)
    {
        int page = (int)Math.Min(chunkRows * 2L, int.MaxValue);
        int read;
        do
        {
            read = 0;
            await foreach (CanonicalRow row in TargetRows.ReadPageAsync(sides.Target, layout, after, through, page, cancellationToken).ConfigureAwait(false))
            {
                read++;
                after = row.KeyTexts;
                CanonicalKey key = CanonicalKey.Of(layout, row, hash);
                UInt128 rowHash = hash.Of(row);
                if (chunk.Rows.Remove(key.Hash, out ChunkRow source) && source.Row == rowHash)
                {
                    _source.Add(rowHash);
                    _target.Add(rowHash);
                }
                else
                {
                    _candidates[key.Hash] = key with { Stored = row.KeyTexts };
                    // The settlement counts it, whatever it turns out to be.
                    chunk.Quarantined.Remove(key.Hash);
                }
            }

            if (_candidates.Count >= SettledTogether)
                await SettleAsync(cancellationToken).ConfigureAwait(false);
        }
        while (read == page);
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        List<CanonicalKey> keys = [.. _candidates.Values];
        _candidates.Clear();
        keys.Sort(_order);
        foreach (SettledKey settled in await new Settlement(_keyed).RunAsync(keys, cancellationToken).ConfigureAwait(false))
        {
            if (settled.As == SettledAs.Unsettled)
            {
                _unsettled++;
                continue;
            }

            _quarantined += settled.Source.IsQuarantined ? 1 : 0;
            if (settled.Source.Row is { } source)
                _source.Add(source);
            if (settled.Target is { } target)
                _target.Add(target);
            if (settled.As == SettledAs.Same)
                continue;
            _different++;
            if (_described.Count < keptDifferences)
                await DescribeAsync(settled, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DescribeAsync(SettledKey settled, CancellationToken cancellationToken)
    {
        RowDifferenceKind kind = settled.Source.Row is null ? RowDifferenceKind.Surplus : settled.Target is null ? RowDifferenceKind.Missing : RowDifferenceKind.Value;
        (CanonicalRow? source, CanonicalRow? target) = kind == RowDifferenceKind.Value ? await _keyed.ReadRowsAsync(settled.Key, cancellationToken).ConfigureAwait(false) : (null, null);
        _described.AddRange(DifferenceText.Of(layout, kind, _order.Describe(settled.Key), source, target).Take(keptDifferences - _described.Count));
    }
}
