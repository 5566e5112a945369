using System.Globalization;
using System.Runtime.InteropServices;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>The two sides of an append table. Each reading begins anew.</summary>
internal interface IBagSides
{
    /// <summary>Whether the sides may change between two readings.</summary>
    bool IsLive { get; }

    IAsyncEnumerable<CanonicalRow> ReadSourceAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<CanonicalRow> ReadTargetAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="IKeyedSides.PassAsync"/>
    Task PassAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="IKeyedSides.OutlastWritersAsync"/>
    Task<bool> OutlastWritersAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Compares an append table: rows without a key, in no order, of which some may be alike. First the sums of all rows' hashes,
/// which lie in so many buckets that a few new rows touch a few of them; then the rows of those buckets that are not the same.
/// </summary>
/// <remarks>
/// While rows are being added, the target is between two readings of the source: of each row it has at least as many as the
/// source had before (the position has passed that reading), and at most as many as the source has after it, once those have
/// ended who wrote then. Fewer or more, in two such looks, is a difference.
/// </remarks>
internal sealed class BagComparison(IBagSides sides, TableLayout layout, int keptDifferences)
{
    private const int Buckets = 1 << 16;

    /// <summary>Rows that are held at once, as hashes. More are gone through a part of the buckets at a time.</summary>
    private const long MaxHashes = 1_000_000;

    private const int ShownLength = 200;

    /// <summary>Looks that are taken for one in which no writer of the table was under way for too long.</summary>
    private const int MaxTries = 5;

    private readonly List<RowDifference> _described = [];
    private long _different;
    private bool _isUnsettled;

    public async Task<TableVerification> RunAsync(CancellationToken cancellationToken)
    {
        (RowSum[] before, long quarantined) = await SumAsync(sides.ReadSourceAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        (RowSum[] target, _) = await SumAsync(sides.ReadTargetAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        RowSum[] after = before;
        bool isSame = before.AsSpan().SequenceEqual(target);
        if (!isSame)
        {
            if (sides.IsLive)
                (after, quarantined) = await SumAsync(sides.ReadSourceAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (HashSet<int> buckets in Group(before, target, after))
                await LookAsync(buckets, cancellationToken).ConfigureAwait(false);
        }

        // What was on its way counts as the target has it.
        bool hasMoved = !isSame && _different == 0 && !_isUnsettled;
        RowSum left = Total(hasMoved ? target : after), right = Total(target);
        return new TableVerification
        {
            Table = layout.FullName, TargetTable = layout.TargetTable, Chunks = 1,
            SourceRows = left.Rows, TargetRows = right.Rows, QuarantinedRows = quarantined, SourceChecksum = left.Print(), TargetChecksum = right.Print(),
            DifferentRows = _different, Differences = _described, UnsettledRows = _isUnsettled ? 1 : 0, IsAppendUnsettled = _isUnsettled && _different == 0,
        };
    }

    /// <summary>Without the rows that a policy keeps out of the table.</summary>
    private static async Task<(RowSum[] Buckets, long Quarantined)> SumAsync(IAsyncEnumerable<CanonicalRow> rows, CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        var buckets = new RowSum[Buckets];
        long quarantined = 0;
        await foreach (CanonicalRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (row.IsQuarantined)
                quarantined++;
            else
                Add(buckets, hash.Of(row));
        }

        return (buckets, quarantined);
    }

    private static void Add(RowSum[] buckets, UInt128 row) => buckets[(int)(row % Buckets)].Add(row);

    private static RowSum Total(RowSum[] buckets)
    {
        var total = default(RowSum);
        foreach (RowSum bucket in buckets)
            total = new RowSum(total.Rows + bucket.Rows, unchecked(total.Hashes + bucket.Hashes));
        return total;
    }

    /// <summary>The buckets whose rows were not those of either reading of the source, in groups that fit into memory.</summary>
    private static IEnumerable<HashSet<int>> Group(RowSum[] before, RowSum[] target, RowSum[] after)
    {
        var group = new HashSet<int>();
        long rows = 0;
        for (int i = 0; i < Buckets; i++)
        {
            if (target[i] == before[i] || target[i] == after[i])
                continue;
            group.Add(i);
            rows += Math.Max(target[i].Rows, after[i].Rows);
            if (rows < MaxHashes)
                continue;
            yield return group;
            group = [];
            rows = 0;
        }

        if (group.Count > 0)
            yield return group;
    }

    private async Task LookAsync(HashSet<int> buckets, CancellationToken cancellationToken)
    {
        Dictionary<UInt128, Balance>? first = await CountAsync(hash => buckets.Contains((int)(hash % Buckets)), null, cancellationToken).ConfigureAwait(false);
        if (first is null)
            return;
        Dictionary<UInt128, int> excess = first.Where(static pair => pair.Value.Excess != 0).ToDictionary(static pair => pair.Key, static pair => Math.Sign(pair.Value.Excess));
        if (excess.Count == 0)
            return;
        var shown = new Dictionary<UInt128, string>();
        if (await CountAsync(excess.ContainsKey, (hash, row, side) => Show(excess, shown, hash, row, side), cancellationToken).ConfigureAwait(false) is not { } second)
            return;
        foreach ((UInt128 hash, Balance balance) in second)
            _different += Math.Sign(balance.Excess) == excess[hash] ? Math.Abs((long)balance.Excess) : 0;
        // What was seen first: the source's rows, then the target's.
        foreach ((UInt128 hash, string text) in shown)
        {
            int times = second[hash].Excess;
            if (_described.Count < keptDifferences && Math.Sign(times) == excess[hash])
                _described.Add(new RowDifference(times < 0 ? RowDifferenceKind.Missing : RowDifferenceKind.Surplus, Describe(text, Math.Abs(times))));
        }
    }

    /// <summary>How many of each wanted row there are, in the target and in the source before and after; null when writers never ended.</summary>
    private async Task<Dictionary<UInt128, Balance>?> CountAsync(Predicate<UInt128> wanted, Action<UInt128, CanonicalRow, int>? show, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MaxTries; attempt++)
        {
            using var hash = new RowChecksum();
            var counts = new Dictionary<UInt128, Balance>();
            await ReadAsync(sides.ReadSourceAsync(cancellationToken), -1, static (ref Balance balance) => balance.Before++).ConfigureAwait(false);
            await sides.PassAsync(cancellationToken).ConfigureAwait(false);
            await ReadAsync(sides.ReadTargetAsync(cancellationToken), 1, static (ref Balance balance) => balance.Target++).ConfigureAwait(false);
            bool isComplete = await sides.OutlastWritersAsync(cancellationToken).ConfigureAwait(false);
            if (sides.IsLive)
                await ReadAsync(sides.ReadSourceAsync(cancellationToken), 0, static (ref Balance balance) => balance.After++).ConfigureAwait(false);
            else
            {
                foreach (UInt128 row in counts.Keys)
                {
                    ref Balance balance = ref CollectionsMarshal.GetValueRefOrNullRef(counts, row);
                    balance.After = balance.Before;
                }
            }

            if (isComplete || counts.Values.All(static balance => balance.Excess == 0))
                return counts;

            async Task ReadAsync(IAsyncEnumerable<CanonicalRow> rows, int side, Counted count)
            {
                await foreach (CanonicalRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    if (row.IsQuarantined)
                        continue;
                    UInt128 key = hash.Of(row);
                    if (!wanted(key))
                        continue;
                    count(ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _));
                    if (side != 0)
                        show?.Invoke(key, row, side);
                }
            }
        }

        _isUnsettled = true;
        return null;
    }

    private void Show(Dictionary<UInt128, int> excess, Dictionary<UInt128, string> shown, UInt128 hash, CanonicalRow row, int side)
    {
        // Some of them may turn out to be none.
        if (excess[hash] != side || shown.Count >= keptDifferences * 4 || shown.ContainsKey(hash))
            return;
        string text = string.Join(", ", layout.Columns.Select((column, i) => $"{column.Name}={row.Values[i] ?? "NULL"}"));
        shown[hash] = text.Length <= ShownLength ? text : text[..ShownLength] + "...";
    }

    private static string Describe(string text, int times) => times == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({times} times)");

    private delegate void Counted(ref Balance balance);

    private record struct Balance(int Before, int Target, int After)
    {
        /// <summary>Rows that the target has too many (positive) or too few of, against whatever the source had from before to after.</summary>
        public readonly int Excess => Target > Math.Max(Before, After) ? Target - Math.Max(Before, After) : Math.Min(0, Target - Math.Min(Before, After));
    }
}
