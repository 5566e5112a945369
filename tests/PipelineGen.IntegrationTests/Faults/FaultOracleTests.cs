using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>The short form of the oracle, and that it notices what it is there to notice. The long form is <see cref="OracleCommand"/>.</summary>
public sealed class FaultOracleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Whatever_strikes_source_and_target_end_the_same(int seed)
    {
        await using OracleLane lane = await OracleLane.StartAsync();
        OracleResult result = await lane.RunAsync(seed, new OracleOptions());
        Assert.True(result.IsPassed, result.Describe());
        Assert.True(result is { Committed: > 20, Faults.Count: > 2, Samples: > 10, Starts: > 1 }, $"so little has happened that nothing was shown: {result}");
    }

    [Fact]
    public async Task A_row_that_is_taken_from_the_target_is_found_and_its_key_is_named()
    {
        string key = "";
        await using OracleLane lane = await OracleLane.StartAsync();
        OracleResult result = await lane.RunAsync(6, new OracleOptions
        {
            Duration = TimeSpan.FromSeconds(3),
            IsCalm = true,
            BeforeComparison = async surroundings =>
            {
                await surroundings.SourceDatabase.ExecuteAsync("SELECT 1");
                await using SqlClient sql = surroundings.Target.OpenSql();
                key = (await sql.QueryAsync("SELECT max(`id`) FROM `oracle_tallies`", CancellationToken.None)).Scalar!;
                await sql.ExecuteAsync($"DELETE FROM `oracle_tallies` WHERE `id` = {key}", CancellationToken.None);
            },
        });
        Assert.False(result.IsPassed);
        Assert.Contains($"id={key}: missing in StarRocks", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_that_the_publication_left_out_for_a_moment_are_noticed()
    {
        await using OracleLane lane = await OracleLane.StartAsync();
        OracleResult result = await lane.RunAsync(7, new OracleOptions
        {
            Duration = TimeSpan.FromSeconds(5),
            IsCalm = true,
            Halfway = async surroundings =>
            {
                await surroundings.SourceDatabase.ExecuteAsync("ALTER PUBLICATION oracle DROP TABLE oracle_tallies");
                await surroundings.SourceDatabase.ExecuteAsync("INSERT INTO oracle_tallies VALUES (-1, 0, 'never seen')");
                await surroundings.SourceDatabase.ExecuteAsync("ALTER PUBLICATION oracle ADD TABLE oracle_tallies");
            },
        });
        Assert.False(result.IsPassed);
    }

    [Fact]
    public async Task A_slot_that_somebody_moved_ends_the_run()
    {
        await using OracleLane lane = await OracleLane.StartAsync();
        OracleResult result = await lane.RunAsync(8, new OracleOptions
        {
            Duration = TimeSpan.FromSeconds(6),
            IsCalm = true,
            Halfway = static surroundings => surroundings.SourceDatabase.ExecuteAsync($"""
                DO $$
                BEGIN
                    FOR i IN 1..1000 LOOP
                        BEGIN
                            PERFORM pg_terminate_backend(active_pid, 1000) FROM pg_replication_slots WHERE slot_name = '{surroundings.Slot}' AND active;
                            PERFORM pg_replication_slot_advance('{surroundings.Slot}', pg_current_wal_flush_lsn());
                            EXIT;
                        EXCEPTION WHEN object_in_use THEN NULL;
                        END;
                    END LOOP;
                END $$
                """),
        });
        Assert.False(result.IsPassed);
        Assert.Contains("ahead of the", result.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_draws_the_same_every_time()
    {
        Assert.Equal(OracleDraws.Of(11), OracleDraws.Of(11));
        Assert.Equal(FaultPlan.Schedule(11, []).Take(200), FaultPlan.Schedule(11, []).Take(200));
        Assert.NotEqual(FaultPlan.Schedule(11, []).Take(200), FaultPlan.Schedule(12, []).Take(200));
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), Enumerable.Range(1, 40).SelectMany(static seed => FaultPlan.Schedule(seed, []).Take(40)).Select(static plan => plan.Kind).Distinct().Order());
    }
}
