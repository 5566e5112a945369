using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Transaction ids above 32 bits, of which the stream has the low half only (POSTGRES.md, F4).</summary>
public sealed class TransactionIdTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_stream_and_checkpoint_follow_them(bool crossesTheBorder)
    {
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            const int before = 3000;
            if (crossesTheBorder)
                await TransactionIds.MoveToEndOfEpochAsync(own.Server, before);
            else
                await TransactionIds.SetEpochAsync(own.Server, 1);
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, CopyUnderTest.Notes + CopyUnderTest.Documents);
            if (crossesTheBorder)
                await TransactionIds.BurnAsync(test.Database, TransactionIds.Epoch - 150);
            // Without heartbeats R is not pruned: what is dropped stays in the checkpoint.
            test.StartSlowly(("Pipeline:HeartbeatInterval", "1h"));
            await test.UntilRangesAsync("notes", 2);
            ulong first;
            ulong second;
            await using (TableGate gate = await TableGate.CloseAsync(test.Database, "notes"))
            {
                test.AssertInTheMiddle("notes");
                first = await gate.XidAsync();
                await gate.ExecuteAsync("UPDATE notes SET title = 'below' WHERE id IN (1, 395)");
                await gate.StepAsync();
                if (crossesTheBorder)
                    await TransactionIds.BurnAsync(test.Database, TransactionIds.Epoch + 20);
                // The one that holds the table is older than that.
                await gate.StepAsync();
                second = await gate.XidAsync();
                await gate.ExecuteAsync("UPDATE notes SET title = 'above' WHERE id IN (2, 396); DELETE FROM notes WHERE id IN (3, 397); INSERT INTO notes VALUES (-1, 'above', NULL, 1, NULL), (1000, 'above', NULL, 1, NULL)");
                await gate.StepAsync();
                test.AssertInTheMiddle("notes");
                await test.UntilTargetAsync("SELECT title FROM notes WHERE id = 2", "above");
                await test.StopAsync();
                await gate.OpenAsync();
            }

            Assert.Equal(crossesTheBorder, first < TransactionIds.Epoch);
            Assert.True(second > TransactionIds.Epoch, $"{second} is no id above 32 bits");
            IReadOnlyList<ulong> dropped = (await test.StoredAsync()).Position!.Dropped["public.notes"];
            Assert.Contains(first, dropped);
            Assert.Contains(second, dropped);

            test.StartSlowly();
            var workload = new RandomWorkload(test.Database.ConnectionString, 71);
            await workload.RunAsync(150);
            test.Target.Faults.SlowAnswers = TimeSpan.Zero;
            await test.AssertSameAsync();
            await test.StopAsync();
            // And once more with everything behind the border.
            test.Start();
            await new RandomWorkload(test.Database.ConnectionString, 72).RunAsync(60);
            await test.AssertSameAsync();
            await test.StopAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }
}
