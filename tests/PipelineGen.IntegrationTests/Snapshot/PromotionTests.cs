using PipelineGen.Pipeline;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>A standby takes the primary's place, with the pipeline's failover slot (POSTGRES.md, section 3, rule 8).</summary>
public sealed class PromotionTests
{
    [FailoverFact]
    public async Task The_pipeline_goes_on_at_the_promoted_standby_and_nothing_is_lost_or_doubled()
    {
        await using StandbyPair pair = await StandbyPair.CreateAsync(CopyUnderTest.Notes + CopyUnderTest.Clicks);
        PipelineUnderTest<TestPipeline> test = pair.Test;
        await pair.HoldBackForStandbyAsync();
        test.Start();
        await test.CatchUpAsync();
        await pair.UntilSlotIsSyncedAsync();
        await new RandomWorkload(test.Database.ConnectionString, 81).RunAsync(90);
        await test.CatchUpAsync();
        await new RandomWorkload(test.Database.ConnectionString, 82).RunAsync(30);
        // In the middle of its streaming; what was committed reaches the standby before the primary is down.
        await pair.Primary.StopAsync(ShutdownMode.Fast);
        await Eventually.TrueAsync(() => Task.FromResult(test.Log.Contains("the replication stream broke", StringComparison.Ordinal)), "the stream broke", 60);
        await test.ForgetAsync();
        await pair.PromoteAsync();
        await new RandomWorkload(pair.StandbyDatabase.ConnectionString, 83).RunAsync(30);

        test.Start(pair.NewSource);
        await test.AssertSameAsync(pair.StandbyDatabase.ConnectionString);
        await new RandomWorkload(pair.StandbyDatabase.ConnectionString, 84).RunAsync(60);
        await test.AssertSameAsync(pair.StandbyDatabase.ConnectionString);
        await test.StopAsync();
    }

    [FailoverFact]
    public Task A_standby_without_the_last_changes_is_refused() => IsRefusedAsync(writesAfterwards: false);

    [FailoverFact]
    public Task A_standby_without_the_last_changes_is_refused_when_it_has_written_more_since() => IsRefusedAsync(writesAfterwards: true);

    private static async Task IsRefusedAsync(bool writesAfterwards)
    {
        await using StandbyPair pair = await StandbyPair.CreateAsync(CopyUnderTest.Notes);
        PipelineUnderTest<TestPipeline> test = pair.Test;
        test.Start();
        await test.CatchUpAsync();
        await pair.UntilSlotIsSyncedAsync();
        await pair.Standby.StopAsync(ShutdownMode.Immediate);
        await test.Database.ExecuteAsync("INSERT INTO notes SELECT i, 'of the old primary', repeat('x', 500), i, NULL FROM generate_series(1001, 3000) i");
        await test.CatchUpAsync();
        await test.StopAsync();
        Assert.Equal("2400", await test.TargetAsync("SELECT count(*) FROM notes"));
        await pair.Primary.StopAsync(ShutdownMode.Immediate);
        await pair.Standby.StartAsync();
        await pair.PromoteAsync();
        if (writesAfterwards)
            await pair.StandbyDatabase.ExecuteAsync("INSERT INTO notes SELECT i, 'of the new primary', repeat('y', 500), i, NULL FROM generate_series(1501, 6000) i");

        test.Start(pair.NewSource);
        PreparationException refused = await test.FailsAsync<PreparationException>();
        Assert.Contains("promoted without the last changes", refused.Message, StringComparison.Ordinal);
        await test.ForgetAsync();
        Assert.Equal("2400", await test.TargetAsync("SELECT count(*) FROM notes"));
    }
}
