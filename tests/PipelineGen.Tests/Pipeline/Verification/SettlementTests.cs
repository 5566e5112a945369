using PipelineGen.Pipeline;

namespace PipelineGen.Tests.Pipeline.Verification;

/// <summary>What is on its way, and what differs: every outcome, with sides whose every reading is told.</summary>
public sealed class SettlementTests
{
    private static readonly CanonicalKey One = new(["1"], 1);
    private static readonly CanonicalKey Two = new(["2"], 2);

    [Fact]
    public async Task A_change_that_arrives_is_no_difference()
    {
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"));
        sides.Target(One, 7);

        SettledKey settled = Assert.Single(await SettleAsync(sides, One));

        Assert.Equal((SettledAs.Same, (UInt128?)7), (settled.As, settled.Target));
        Assert.Equal(["source", "pass", "target", "writers", "source"], sides.Calls);
    }

    [Fact]
    public async Task A_row_that_changes_while_it_is_looked_at_is_the_same_as_either_reading()
    {
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"), Row(8, "v2"));
        sides.Target(One, 8);
        sides.Source(Two, Row(7, "v1"), Row(8, "v2"));
        sides.Target(Two, 7);

        IReadOnlyList<SettledKey> settled = await SettleAsync(sides, One, Two);

        Assert.All(settled, static key => Assert.Equal(SettledAs.Same, key.As));
        Assert.Equal([8, 7], settled.Select(static key => key.Target!.Value));
        // Both sides are to count the same row.
        Assert.Equal([8, 7], settled.Select(static key => key.Source.Row!.Value));
    }

    [Fact]
    public async Task Another_value_under_an_unchanged_row_is_a_difference_after_a_second_round()
    {
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"));
        sides.Target(One, 9);
        sides.Source(Two, Row(5, "v1"));
        sides.Target(Two, null);

        IReadOnlyList<SettledKey> settled = await SettleAsync(sides, One, Two);

        Assert.Equal([(SettledAs.Different, (UInt128?)7, (UInt128?)9), (SettledAs.Different, 5, null)], settled.Select(static key => (key.As, key.Source.Row, key.Target)));
        Assert.Equal(2, sides.Calls.Count(static call => call == "target"));
        Assert.Equal(1, sides.Calls.Count(static call => call == "pause"));
    }

    [Fact]
    public async Task A_load_that_shows_late_is_no_difference()
    {
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"));
        sides.Target(One, 6, 7);

        Assert.Equal(SettledAs.Same, Assert.Single(await SettleAsync(sides, One)).As);
    }

    [Fact]
    public async Task Values_that_come_back_are_told_by_the_rows_version()
    {
        // 7, then 8, then 7 again: the target has the 8 of between.
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"), Row(7, "v3"), Row(7, "v5"), Row(7, "v5"));
        sides.Target(One, 8, 8, 7);

        Assert.Equal(SettledAs.Same, Assert.Single(await SettleAsync(sides, One)).As);
        Assert.Equal(3, sides.Calls.Count(static call => call == "target"));
    }

    [Fact]
    public async Task A_row_that_comes_and_goes_takes_three_rounds_with_the_same_surplus_row()
    {
        var sides = new ToldSides();
        sides.Target(One, 4, 5, 5, 5);

        Assert.Equal(SettledAs.Different, Assert.Single(await SettleAsync(sides, One)).As);
        Assert.Equal(4, sides.Calls.Count(static call => call == "target"));
    }

    [Fact]
    public async Task A_surplus_row_that_goes_in_time_is_no_difference()
    {
        var sides = new ToldSides();
        sides.Target(One, 4, 4, null);

        SettledKey settled = Assert.Single(await SettleAsync(sides, One));
        Assert.Equal((SettledAs.Same, (UInt128?)null), (settled.As, settled.Target));
    }

    [Fact]
    public async Task A_key_that_changes_every_time_is_unsettled_and_no_difference()
    {
        var sides = new ToldSides();
        sides.Source(One, [.. Enumerable.Range(0, Settlement.MaxRounds + 1).Select(static i => Row((UInt128)(100 + i), $"v{i}"))]);
        sides.Target(One, 9);
        sides.Source(Two, Row(1, "v"));
        sides.Target(Two, 1);

        IReadOnlyList<SettledKey> settled = await SettleAsync(sides, One, Two);

        Assert.Equal([SettledAs.Unsettled, SettledAs.Same], settled.Select(static key => key.As));
        Assert.Equal(Settlement.MaxRounds, sides.Calls.Count(static call => call == "target"));
    }

    [Fact]
    public async Task Nothing_is_a_difference_while_a_writer_that_no_snapshot_sees_may_have_been_streamed()
    {
        // A commit that waits for its standby: in the target, and in no snapshot yet.
        var sides = new ToldSides { Incomplete = 4 };
        sides.Source(One, Row(7, "v1"), Row(7, "v1"), Row(7, "v1"), Row(7, "v1"), Row(7, "v1"), Row(8, "v2"));
        sides.Target(One, 8);

        Assert.Equal(SettledAs.Same, Assert.Single(await SettleAsync(sides, One)).As);

        sides = new ToldSides { Incomplete = int.MaxValue };
        sides.Source(One, Row(7, "v1"));
        sides.Target(One, 8);
        Assert.Equal(SettledAs.Unsettled, Assert.Single(await SettleAsync(sides, One)).As);
    }

    [Fact]
    public async Task A_row_that_belongs_into_the_quarantine_is_surplus_in_the_table_and_else_the_same()
    {
        var sides = new ToldSides();
        sides.Source(One, new SourceState(null, "v1", IsQuarantined: true));
        sides.Target(One, 9);
        sides.Source(Two, new SourceState(null, "v1", IsQuarantined: true));

        IReadOnlyList<SettledKey> settled = await SettleAsync(sides, One, Two);

        Assert.Equal([(SettledAs.Different, true), (SettledAs.Same, true)], settled.Select(static key => (key.As, key.Source.IsQuarantined)));
    }

    [Fact]
    public async Task Only_open_keys_are_asked_for_again()
    {
        var sides = new ToldSides();
        sides.Source(One, Row(7, "v1"));
        sides.Target(One, 7);
        sides.Source(Two, Row(7, "v1"));
        sides.Target(Two, 8);

        await SettleAsync(sides, One, Two);

        Assert.Equal([2, 1], sides.TargetAsked);
        Assert.Empty(await SettleAsync(new ToldSides()));
    }

    private static SourceState Row(UInt128 hash, string version) => new(hash, version);

    private static Task<IReadOnlyList<SettledKey>> SettleAsync(ToldSides sides, params CanonicalKey[] keys) => new Settlement(sides).RunAsync(keys, CancellationToken.None);

    /// <summary>Gives the n-th reading of each key as it was told, and the last one from then on.</summary>
    private sealed class ToldSides : IKeyedSides
    {
        private readonly Dictionary<UInt128, SourceState[]> _source = [];
        private readonly Dictionary<UInt128, UInt128?[]> _target = [];
        private int _sourceReadings;
        private int _targetReadings;

        public List<string> Calls { get; } = [];

        public List<int> TargetAsked { get; } = [];

        /// <summary>So many first waits for writers that end without result.</summary>
        public int Incomplete { get; set; }

        public void Source(CanonicalKey key, params SourceState[] readings) => _source[key.Hash] = readings;

        public void Target(CanonicalKey key, params UInt128?[]? readings) => _target[key.Hash] = readings ?? [null];

        public Task<IReadOnlyDictionary<UInt128, SourceState>> ReadSourceAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken)
        {
            Calls.Add("source");
            int at = _sourceReadings++;
            return Task.FromResult<IReadOnlyDictionary<UInt128, SourceState>>(keys
                .Where(key => _source.ContainsKey(key.Hash)).ToDictionary(static key => key.Hash, key => _source[key.Hash][Math.Min(at, _source[key.Hash].Length - 1)]));
        }

        public Task PassAsync(CancellationToken cancellationToken)
        {
            Calls.Add("pass");
            return Task.CompletedTask;
        }

        public Task<IReadOnlyDictionary<UInt128, UInt128>> ReadTargetAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken)
        {
            Calls.Add("target");
            TargetAsked.Add(keys.Count);
            int at = _targetReadings++;
            var rows = new Dictionary<UInt128, UInt128>();
            foreach (CanonicalKey key in keys)
            {
                if (_target.TryGetValue(key.Hash, out UInt128?[]? readings) && readings[Math.Min(at, readings.Length - 1)] is { } row)
                    rows[key.Hash] = row;
            }

            return Task.FromResult<IReadOnlyDictionary<UInt128, UInt128>>(rows);
        }

        public Task<bool> OutlastWritersAsync(CancellationToken cancellationToken)
        {
            Calls.Add("writers");
            return Task.FromResult(Incomplete-- <= 0);
        }

        public Task PauseAsync(int round, CancellationToken cancellationToken)
        {
            Calls.Add("pause");
            return Task.CompletedTask;
        }
    }
}
