using System.Globalization;
using PipelineGen.IntegrationTests.Faults;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>A pipeline's process and the next one, with nothing between them but the same settings.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TakeoverTests(PostgresFixture postgres)
{
    private const int Workers = 2;
    private const int ChunkRows = 100;
    private const int Rows = 2000;

    private const string Tallies = "INSERT INTO oracle_tallies SELECT i, i * 3, 'note ' || i FROM generate_series(1, 2000) i; ANALYZE;";

    public static TheoryData<string> ChunkFailPoints =>
        [$"{FailPoint.ChunkBegun}:6", $"{FailPoint.ChunkAnnounced}:6", $"{FailPoint.ChunkSent}:6", $"{FailPoint.ChunkPersisted}:6", $"{FailPoint.ChunkPersisted}:1"];

    [Theory]
    [MemberData(nameof(ChunkFailPoints))]
    public async Task A_kill_while_it_copies_reads_again_at_most_the_ranges_in_flight(string failPoint)
    {
        await using PipelineUnderTest<OraclePipeline> test = await CreateAsync();
        using (OracleProcess process = OracleProcess.Start(Settings(test), clock: null, failPoint, TimeProvider.System, "run"))
        {
            Assert.True(await process.ExitAsync(TimeSpan.FromSeconds(120)), $"{failPoint}: {process.Errors}");
            Assert.True(process.ExitCode == OracleProcess.Killed, $"{failPoint}: {process.ExitCode}, {process.Errors}");
        }

        StoredRange[] stored = [.. (await test.StoredAsync()).Ranges.Where(static r => r.Table == "public.oracle_tallies")];
        int loaded = stored.Count(static r => r.State == RangeOutcome.Loaded);
        int open = stored.Count(static r => r.State == RangeOutcome.InFlight);
        Assert.InRange(open, 0, Workers);
        Assert.InRange(loaded, 0, (Rows / ChunkRows) - 1);
        long inTarget = long.Parse((await test.TargetAsync("SELECT count(*) FROM oracle_tallies"))!, CultureInfo.InvariantCulture);
        await test.Database.ExecuteAsync("UPDATE oracle_tallies SET note = 'while it was down' WHERE id % 50 = 0");

        // Another process, in effect another machine: this one.
        test.Start(("Pipeline:SnapshotWorkers", Workers.ToString(CultureInfo.InvariantCulture)), ("Pipeline:ChunkRows", ChunkRows.ToString(CultureInfo.InvariantCulture)));
        await test.AssertSameAsync();
        long read = test.Copy("oracle_tallies").RowsOfElapsed;
        await test.StopAsync();
        // What was read twice: what this run has read of what was in the target, and what was begun.
        Assert.InRange(read - (Rows - inTarget), 0, Workers * ChunkRows);
        Assert.InRange(read, Rows - ((loaded + Workers) * ChunkRows), Rows - (loaded * ChunkRows));
        Dictionary<string, long> chunks = await ChunksAsync(test);
        Assert.InRange(chunks.Values.Sum(), Rows, Rows + (Workers * ChunkRows));
        Assert.InRange(chunks.Count, Rows / ChunkRows, (Rows / ChunkRows) + Workers);
    }

    [Fact]
    public async Task Two_copies_of_one_pipeline_do_not_run_at_once_and_a_killed_one_is_followed_by_another()
    {
        await using PipelineUnderTest<OraclePipeline> test = await CreateAsync();
        test.Target.Faults.SlowAnswers = TimeSpan.FromMilliseconds(100);
        using (OracleProcess first = OracleProcess.Start(Settings(test), clock: null, failPoint: null, TimeProvider.System, "run"))
        {
            await Eventually.TrueAsync(() => Task.FromResult(first.HasExited || first.Streams), "the first one streams", 90);
            Assert.False(first.HasExited, first.Errors);
            test.Start();
            PreparationException refused = await Assert.ThrowsAsync<PreparationException>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(120)));
            Assert.Contains("Two copies of one pipeline can't run at once", refused.Message, StringComparison.Ordinal);
            await test.ForgetAsync();
            Assert.False(first.HasExited, first.Errors);
            await test.Database.ExecuteAsync("UPDATE oracle_tallies SET note = 'changed' WHERE id % 7 = 0");
            first.Kill();
            Assert.True(await first.ExitAsync(TimeSpan.FromSeconds(30)));
        }

        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        using (OracleProcess second = OracleProcess.Start(Settings(test), clock: null, failPoint: null, TimeProvider.System, "run", "--until-caught-up"))
        {
            Assert.True(await second.ExitAsync(TimeSpan.FromSeconds(120)), second.Errors);
            Assert.True(second.ExitCode == 0, second.Errors);
        }

        await test.AssertSameAsync();
    }

    private async Task<PipelineUnderTest<OraclePipeline>> CreateAsync()
    {
        PipelineUnderTest<OraclePipeline> test = await PipelineUnderTest<OraclePipeline>.CreateAsync(postgres, OracleSchema.Create + Tallies);
        await using var client = new SqlClient(new StarRocksOptions { LoadUrls = [test.Target.LoadUrl], QueryEndpoint = test.Target.QueryEndpoint, Database = "it", User = test.Target.User, Password = test.Target.Password }, withoutDatabase: true);
        await client.ExecuteAsync("CREATE DATABASE `it`", CancellationToken.None);
        return test;
    }

    private static Dictionary<string, string?> Settings<T>(PipelineUnderTest<T> test)
        where T : IPipeline
    {
        Dictionary<string, string?> settings = test.Settings;
        settings["Pipeline:ChunkRows"] = ChunkRows.ToString(CultureInfo.InvariantCulture);
        settings["Pipeline:SnapshotWorkers"] = Workers.ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    /// <summary>The table's chunk loads that are in the target, with their rows.</summary>
    private static async Task<Dictionary<string, long>> ChunksAsync<T>(PipelineUnderTest<T> test)
        where T : IPipeline
    {
        await using SqlClient client = test.OpenTarget();
        SqlResult loads = await client.QueryAsync("SELECT LABEL, SINK_ROWS FROM information_schema.loads WHERE TABLE_NAME = 'oracle_tallies' AND STATE = 'FINISHED' AND LABEL LIKE '%chunk%'", CancellationToken.None);
        return loads.Rows.ToDictionary(static row => row[0]!, static row => long.Parse(row[1]!, CultureInfo.InvariantCulture));
    }
}
