using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>Walks both sides of one table in key order, row by row. Holds one row of each side, however large the table.</summary>
internal static class RowComparison
{
    private const int ShownLength = 120;

    /// <param name="layout">The table.</param>
    /// <param name="source">Postgres' rows in key order.</param>
    /// <param name="target">StarRocks' rows in key order.</param>
    /// <param name="keptDifferences">How many differences are described; all are counted.</param>
    /// <exception cref="InvalidDataException">A side doesn't keep the order that it was asked for.</exception>
    public static async Task<TableVerification> RunAsync(
        TableLayout layout, IAsyncEnumerable<CanonicalRow> source, IAsyncEnumerable<CanonicalRow> target, int keptDifferences, CancellationToken cancellationToken)
    {
        var order = new KeyOrder(layout);
        await using var sourceSide = new Side("PostgreSQL", layout, order, source, cancellationToken);
        await using var targetSide = new Side("StarRocks", layout, order, target, cancellationToken);
        var differences = new List<RowDifference>();
        long different = 0;
        await sourceSide.AdvanceAsync().ConfigureAwait(false);
        await targetSide.AdvanceAsync().ConfigureAwait(false);
        while (sourceSide.Current is not null || targetSide.Current is not null)
        {
            int side = sourceSide.Current is null ? 1 : targetSide.Current is null ? -1 : order.Compare(sourceSide.Current, targetSide.Current);
            if (side == 0)
            {
                List<RowDifference> found = Compare(layout, order, sourceSide.Current!, targetSide.Current!);
                different += found.Count > 0 ? 1 : 0;
                differences.AddRange(found.Take(keptDifferences - differences.Count));
            }
            else
            {
                different++;
                if (differences.Count < keptDifferences)
                {
                    differences.Add(side < 0
                        ? new RowDifference(RowDifferenceKind.Missing, Shorten(order.Describe(sourceSide.Current!))!)
                        : new RowDifference(RowDifferenceKind.Surplus, Shorten(order.Describe(targetSide.Current!))!));
                }
            }

            if (side <= 0)
                await sourceSide.AdvanceAsync().ConfigureAwait(false);
            if (side >= 0)
                await targetSide.AdvanceAsync().ConfigureAwait(false);
        }

        return new TableVerification
        {
            Table = layout.FullName, TargetTable = layout.TargetTable,
            SourceRows = sourceSide.Rows, TargetRows = targetSide.Rows, QuarantinedRows = sourceSide.Quarantined,
            SourceChecksum = sourceSide.Checksum.Finish(), TargetChecksum = targetSide.Checksum.Finish(),
            DifferentRows = different, Differences = differences,
        };
    }

    private static List<RowDifference> Compare(TableLayout layout, KeyOrder order, CanonicalRow source, CanonicalRow target)
    {
        var found = new List<RowDifference>();
        for (int i = 0; i < source.Values.Length; i++)
        {
            if (source.Values[i] == target.Values[i])
                continue;
            (string? left, string? right) = Window(source.Values[i], target.Values[i]);
            found.Add(new RowDifference(RowDifferenceKind.Value, Shorten(order.Describe(source))!, layout.Columns[i].Name, left, right));
        }

        return found;
    }

    /// <summary>Of two long values the stretch in which they first differ: their beginnings would look the same.</summary>
    private static (string? Source, string? Target) Window(string? source, string? target)
    {
        int common = source is null || target is null ? 0 : source.AsSpan().CommonPrefixLength(target);
        int start = common < ShownLength - 20 ? 0 : common - 20;
        return (Shorten(source, start), Shorten(target, start));
    }

    private static string? Shorten(string? text, int start = 0)
    {
        if (text is null)
            return null;
        int length = Math.Min(ShownLength, text.Length - start);
        return $"{(start > 0 ? "..." : "")}{text.AsSpan(start, length)}{(start + length < text.Length ? $"... ({text.Length} characters)" : "")}";
    }

    /// <summary>One side's cursor: counts, hashes, and sees to it that the order is kept.</summary>
    private sealed class Side(string name, TableLayout layout, KeyOrder order, IAsyncEnumerable<CanonicalRow> rows, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<CanonicalRow> _rows = rows.GetAsyncEnumerator(cancellationToken);

        public CanonicalRow? Current { get; private set; }

        public long Rows { get; private set; }

        /// <summary>Rows that a policy keeps out of the table; they are no part of <see cref="Rows"/>.</summary>
        public long Quarantined { get; private set; }

        public RowChecksum Checksum { get; } = new();

        public async ValueTask AdvanceAsync()
        {
            CanonicalRow? before = Current;
            do
            {
                Current = await _rows.MoveNextAsync().ConfigureAwait(false) ? _rows.Current : null;
                Quarantined += Current is { IsQuarantined: true } ? 1 : 0;
            }
            while (Current is { IsQuarantined: true });
            if (Current is null)
                return;
            // A side in another order would make every row look missing here and surplus there.
            if (before is not null && order.Compare(before, Current) >= 0)
                throw new InvalidDataException($"{layout.FullName}: {name} gave the row {order.Describe(Current)} after {order.Describe(before)}: not in key order, or the key is not unique");
            Rows++;
            Checksum.Add(Current);
        }

        public async ValueTask DisposeAsync()
        {
            Checksum.Dispose();
            await _rows.DisposeAsync().ConfigureAwait(false);
        }
    }
}
