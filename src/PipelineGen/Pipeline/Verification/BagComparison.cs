using System.Globalization;
using System.Runtime.CompilerServices;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// Compares an append table: rows without a key, in no order, of which some may be alike. First the sums of all rows'
/// hashes, in one pass and constant memory; only if these differ, the rows that make the difference are looked for.
/// </summary>
internal static class BagComparison
{
    /// <summary>Hashes that are held at once. More rows are gone through a slice of the hashes at a time.</summary>
    private const long MaxHashes = 1_000_000;

    private const int ShownLength = 200;

    /// <param name="source">Reads Postgres' rows from the beginning; called more than once.</param>
    /// <param name="target">Reads StarRocks' rows from the beginning; called more than once.</param>
    /// <param name="keptDifferences">How many differences are described. Where there are more rows than fit in memory, the others are not all counted either.</param>
    public static async Task<TableVerification> RunAsync(
        TableLayout layout, Func<IAsyncEnumerable<CanonicalRow>> source, Func<IAsyncEnumerable<CanonicalRow>> target, int keptDifferences, CancellationToken cancellationToken)
    {
        var quarantined = new Counter();
        (long Rows, UInt128 Sum) left = await SumAsync(InTable(source(), quarantined, cancellationToken), cancellationToken).ConfigureAwait(false);
        (long Rows, UInt128 Sum) right = await SumAsync(target(), cancellationToken).ConfigureAwait(false);
        var differences = new List<RowDifference>();
        long different = 0;
        if (left != right)
        {
            long slices = (Math.Max(left.Rows, right.Rows) / MaxHashes) + 1;
            for (long slice = 0; slice < slices && differences.Count < keptDifferences; slice++)
                different += await DescribeSliceAsync(layout, () => InTable(source(), new Counter(), cancellationToken), target, slice, slices, keptDifferences, differences, cancellationToken).ConfigureAwait(false);
        }

        return new TableVerification
        {
            Table = layout.FullName, TargetTable = layout.TargetTable,
            SourceRows = left.Rows, TargetRows = right.Rows, QuarantinedRows = quarantined.Value,
            SourceChecksum = Print(left.Sum), TargetChecksum = Print(right.Sum),
            // The sums may differ though no slice was looked at: then there is one difference at least.
            DifferentRows = left == right ? 0 : Math.Max(different, 1), Differences = differences,
        };
    }

    /// <summary>Without the rows that a policy keeps out of the table.</summary>
    private static async IAsyncEnumerable<CanonicalRow> InTable(IAsyncEnumerable<CanonicalRow> rows, Counter quarantined, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (CanonicalRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (row.IsQuarantined)
                quarantined.Value++;
            else
                yield return row;
        }
    }

    private static async Task<(long Rows, UInt128 Sum)> SumAsync(IAsyncEnumerable<CanonicalRow> rows, CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        UInt128 sum = 0;
        long count = 0;
        await foreach (CanonicalRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            sum = unchecked(sum + hash.Of(row));
            count++;
        }

        return (count, sum);
    }

    private static async Task<long> DescribeSliceAsync(
        TableLayout layout, Func<IAsyncEnumerable<CanonicalRow>> source, Func<IAsyncEnumerable<CanonicalRow>> target, long slice, long slices, int kept, List<RowDifference> differences,
        CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        var excess = new Dictionary<UInt128, int>();
        await foreach (CanonicalRow row in source().WithCancellation(cancellationToken).ConfigureAwait(false))
            Count(hash.Of(row), 1);
        await foreach (CanonicalRow row in target().WithCancellation(cancellationToken).ConfigureAwait(false))
            Count(hash.Of(row), -1);
        long different = excess.Values.Sum(static n => (long)Math.Abs(n));
        await DescribeAsync(source(), RowDifferenceKind.Missing, 1).ConfigureAwait(false);
        await DescribeAsync(target(), RowDifferenceKind.Surplus, -1).ConfigureAwait(false);
        return different;

        void Count(UInt128 row, int side)
        {
            if ((long)(row % (UInt128)slices) != slice)
                return;
            int balance = excess.GetValueOrDefault(row) + side;
            if (balance == 0)
                excess.Remove(row);
            else
                excess[row] = balance;
        }

        async Task DescribeAsync(IAsyncEnumerable<CanonicalRow> rows, RowDifferenceKind kind, int side)
        {
            if (!excess.Values.Any(n => Math.Sign(n) == side))
                return;
            await foreach (CanonicalRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (differences.Count >= kept)
                    return;
                UInt128 key = hash.Of(row);
                if (!excess.TryGetValue(key, out int balance) || Math.Sign(balance) != side)
                    continue;
                excess.Remove(key);
                differences.Add(new RowDifference(kind, Describe(layout, row, Math.Abs(balance))));
            }
        }
    }

    private static string Describe(TableLayout layout, CanonicalRow row, int times)
    {
        string text = string.Join(", ", layout.Columns.Select((column, i) => $"{column.Name}={row.Values[i] ?? "NULL"}"));
        string shown = text.Length <= ShownLength ? text : text[..ShownLength] + "...";
        return times == 1 ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} ({times} times)");
    }

    private sealed class Counter
    {
        public long Value { get; set; }
    }

    private static string Print(UInt128 sum) => sum.ToString("x32", CultureInfo.InvariantCulture)[..16];
}
