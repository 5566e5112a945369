using System.Reflection;
using PipelineGen.Hosting;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests;

/// <summary>A database with the tests' tables, a stand-in, and a pipeline between them in this process.</summary>
internal sealed class PipelineUnderTest<TPipeline> : IAsyncDisposable
    where TPipeline : IPipeline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _name;
    private readonly RecentLog _log = new();

    private PipelineUnderTest(TestDatabase database, LocalStarRocksServer target)
    {
        Database = database;
        Target = target;
        // Slots are names of the whole server, databases are not.
        _name = $"slot_{database.Name}";
    }

    public TestDatabase Database { get; }

    public LocalStarRocksServer Target { get; }

    public RunningPipeline? Running { get; private set; }

    public Dictionary<string, string?> Settings => new()
    {
        ["Source:ConnectionString"] = Database.ConnectionString,
        ["Source:Slot"] = _name,
        ["StarRocks:LoadUrl"] = Target.LoadUrl.ToString(),
        ["StarRocks:QueryEndpoint"] = Target.QueryEndpoint,
        ["StarRocks:User"] = Target.User,
        ["StarRocks:Password"] = Target.Password,
        ["StarRocks:Database"] = "it",
        ["Pipeline:FlushInterval"] = "50ms",
        ["Pipeline:HeartbeatInterval"] = "200ms",
        // Small tables of several ranges.
        ["Pipeline:ChunkRows"] = "40",
    };

    public string Slot => _name;

    /// <summary>The last lines that the pipeline logged.</summary>
    public string Log => _log.ToString();

    public static async Task<PipelineUnderTest<TPipeline>> CreateAsync(PostgresFixture postgres, string sql = "", string version = "3.5")
    {
        await using Stream schema = Assembly.GetExecutingAssembly().GetManifestResourceStream("schema.sql")!;
        using var reader = new StreamReader(schema);
        TestDatabase database = await postgres.CreateDatabaseAsync(await reader.ReadToEndAsync() + sql);
        return new PipelineUnderTest<TPipeline>(database, await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version }));
    }

    /// <summary>Starts the pipeline; settings given here replace the harness's.</summary>
    public void Start(params (string Key, string Value)[] settings)
    {
        Dictionary<string, string?> all = Settings;
        foreach ((string key, string value) in settings)
            all[key] = value;
        Running = PipelineHost.Start<TPipeline>(all, _log);
    }

    public async Task StopAsync()
    {
        await Running!.StopAsync().WaitAsync(Limit);
        await Running.DisposeAsync();
        Running = null;
    }

    /// <summary>Has done with a pipeline that ended by itself, or whose source is gone.</summary>
    public async Task ForgetAsync()
    {
        await Running!.DisposeAsync();
        Running = null;
    }

    public async Task CatchUpAsync()
    {
        try
        {
            await Running!.WaitUntilCaughtUpAsync(CancellationToken.None).WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"not caught up within {Limit}: {Running!.Progress}{Environment.NewLine}{string.Join(Environment.NewLine, Running.Progress.Tables)}{Environment.NewLine}{_log}");
        }
    }

    /// <summary>Waits until the source's commits are in the target, and compares the tables row by row.</summary>
    /// <param name="source">Where the source is by now; null where it was.</param>
    public async Task AssertSameAsync(string? source = null)
    {
        if (Running is not null)
            await CatchUpAsync();
        await using SqlClient sql = OpenTarget();
        await foreach (TableVerification table in new PipelineGen.Pipeline.Verification(TPipeline.Definition, source ?? Database.ConnectionString, sql).RunAsync([], CancellationToken.None))
            Assert.True(table.IsVerified, $"{table.Table}: {table.SourceRows} rows in the source, {table.TargetRows} in the target; {string.Join("; ", table.Differences)}");
    }

    public SqlClient OpenTarget() => new(new StarRocksOptions
    {
        LoadUrls = [Target.LoadUrl], QueryEndpoint = Target.QueryEndpoint, Database = "it", User = Target.User, Password = Target.Password,
    });

    public async ValueTask DisposeAsync()
    {
        if (Running is not null)
            await Running.DisposeAsync();
        await Target.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"not within {seconds} s: {what}");
            }
        }
    }
}
