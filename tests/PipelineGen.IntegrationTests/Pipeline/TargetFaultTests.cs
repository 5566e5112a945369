using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests;

/// <summary>
/// Random traffic over primary-key and append tables, while the target fails in one way again and again: at the end source
/// and target are equal row by row, the append table as a bag, in which a row that was loaded twice would stand twice.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class TargetFaultTests(PostgresFixture postgres)
{
    private const int Strikes = 4;

    /// <summary>A fault, how to bring it about, and how to tell how often it is still to strike.</summary>
    private static readonly Dictionary<string, Func<LocalStarRocksServer, Task<Func<int>>>> Faults = new()
    {
        [nameof(LocalStarRocksFaults.LoseReplyAfterCommit)] = Counter((f, n) => f.LoseReplyAfterCommit = n, f => f.LoseReplyAfterCommit),
        [nameof(LocalStarRocksFaults.PublishTimeout)] = Counter((f, n) => f.PublishTimeout = n, f => f.PublishTimeout),
        [nameof(LocalStarRocksFaults.TooManyVersions)] = Counter((f, n) => f.TooManyVersions = n, f => f.TooManyVersions, 1),
        [nameof(LocalStarRocksFaults.MemoryLimit)] = Counter((f, n) => f.MemoryLimit = n, f => f.MemoryLimit, 1),
        [nameof(LocalStarRocksFaults.RunningTransactionLimit)] = Counter((f, n) => f.RunningTransactionLimit = n, f => f.RunningTransactionLimit, 1),
        [nameof(LocalStarRocksFaults.RedirectWithoutAuthorization)] = Counter((f, n) => f.RedirectWithoutAuthorization = n, f => f.RedirectWithoutAuthorization),
        [nameof(LocalStarRocksFaults.NoBackendAlive)] = Counter((f, n) => f.NoBackendAlive = n, f => f.NoBackendAlive),
        [nameof(LocalStarRocksFaults.FrontendError)] = Counter((f, n) => f.FrontendError = n, f => f.FrontendError),
        [nameof(LocalStarRocksFaults.ResetBeforeContinue)] = Counter((f, n) => f.ResetBeforeContinue = n, f => f.ResetBeforeContinue),
        [nameof(LocalStarRocksFaults.ResetInBody)] = Counter((f, n) => f.ResetInBody = n, f => f.ResetInBody),
        [nameof(LocalStarRocksFaults.TransactionInProcessing)] = Counter((f, n) => f.TransactionInProcessing = n, f => f.TransactionInProcessing),
        [nameof(LocalStarRocksFaults.CommitTimeout)] = Counter((f, n) => f.CommitTimeout = n, f => f.CommitTimeout),
        [nameof(LocalStarRocksFaults.SlowPublish)] = async target =>
        {
            target.Faults.SlowPublish = TimeSpan.FromMilliseconds(300);
            await Task.Delay(1500);
            target.Faults.SlowPublish = TimeSpan.Zero;
            return static () => 0;
        },
        ["RestartBackend"] = Event(static target => target.RestartBackendAsync()),
        ["ChangeLeader"] = Event(static target => { target.ChangeLeader(); return Task.CompletedTask; }),
        ["Restart"] = Event(static async target => { await target.PauseAsync(); await Task.Delay(100); await target.ResumeAsync(); }),
    };

    /// <summary>What only a Stream Load meets, and what only a transaction does.</summary>
    private static readonly string[] OfLoads = [nameof(LocalStarRocksFaults.PublishTimeout), nameof(LocalStarRocksFaults.RedirectWithoutAuthorization)];

    private static readonly string[] OfTransactions = [nameof(LocalStarRocksFaults.TransactionInProcessing), nameof(LocalStarRocksFaults.CommitTimeout)];

    /// <summary>Every fault, for loads table by table; and for whole transactions.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string fault in Faults.Keys)
            {
                if (!OfTransactions.Contains(fault))
                    cases.Add(fault, "table");
                if (!OfLoads.Contains(fault))
                    cases.Add(fault, "transaction");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_is_lost_and_nothing_doubled(string fault, string consistency)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Whole + """
            INSERT INTO notes SELECT i, 'title ' || i, NULL, i, now() FROM generate_series(1, 500) i;
            INSERT INTO clicks SELECT now(), '/' || i, i, i FROM generate_series(1, 500) i;
            """, version: "4.1");
        test.Start(("StarRocks:Consistency", consistency));
        await test.CatchUpAsync();
        using var done = new CancellationTokenSource();
        Func<int> left = static () => 0;
        Task striking = StrikeAsync();
        var workload = new RandomWorkload(test.Database.ConnectionString, seed: fault.Length);
        await workload.RunAsync(120, between: static _ => Task.Delay(15));
        await striking;
        // What has not struck yet needs loads to strike.
        for (int i = 0; left() > 0 && i < 200; i++)
        {
            await test.Database.ExecuteAsync($"INSERT INTO clicks VALUES (now(), 'more', 0, {i}); INSERT INTO notes VALUES ({10_000 + i}, 'more', NULL, 0, now())");
            await Task.Delay(50);
        }

        Assert.True(left() == 0, $"{fault} has not struck {left()} times");
        await test.AssertSameAsync();
        await test.StopAsync();

        async Task StrikeAsync()
        {
            for (int i = 0; i < Strikes; i++)
            {
                await Task.Delay(150);
                left = await Faults[fault](test.Target);
            }
        }
    }

    /// <summary>Transactions take one set of columns a table.</summary>
    private const string Whole = "ALTER TABLE notes REPLICA IDENTITY FULL; ALTER TABLE documents REPLICA IDENTITY FULL; ALTER TABLE readings REPLICA IDENTITY FULL; ALTER TABLE events REPLICA IDENTITY FULL; ALTER TABLE events_old REPLICA IDENTITY FULL; ALTER TABLE events_new REPLICA IDENTITY FULL;\n";

    private static Func<LocalStarRocksServer, Task<Func<int>>> Counter(Action<LocalStarRocksFaults, int> set, Func<LocalStarRocksFaults, int> get, int times = 2) => target =>
    {
        set(target.Faults, Math.Max(get(target.Faults), times));
        return Task.FromResult<Func<int>>(() => get(target.Faults));
    };

    private static Func<LocalStarRocksServer, Task<Func<int>>> Event(Func<LocalStarRocksServer, Task> happen) => async target =>
    {
        await happen(target);
        return static () => 0;
    };
}
