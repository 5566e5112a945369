using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>The decision table of STARROCKS.md section 2.6, row by row.</summary>
public sealed class TransactionRecoveryTests
{
    [Theory]
    [InlineData("VISIBLE", false, "Committed", "get_load_state")]
    [InlineData("VISIBLE", true, "Committed", "get_load_state")]
    [InlineData("COMMITTED", false, "Committed later", "get_load_state")]
    [InlineData("PREPARED", true, "Committed", "get_load_state commit")]
    [InlineData("PREPARED", false, "NothingKept", "get_load_state rollback")]
    [InlineData("PREPARE", false, "NothingKept", "get_load_state rollback")]
    [InlineData("PREPARE", true, "NothingKept", "get_load_state rollback")]
    [InlineData("ABORTED", false, "NothingKept", "get_load_state")]
    [InlineData("ABORTED", true, "NothingKept", "get_load_state")]
    [InlineData("UNKNOWN", false, "NothingKept", "get_load_state")]
    [InlineData("UNKNOWN", true, "Unknown", "get_load_state")]
    public async Task Each_state_has_its_end(string state, bool stored, string outcome, string calls)
    {
        await using var cluster = new TransactionCluster { State = state };

        TransactionOutcome found = await new TransactionRecovery(cluster.Client).SettleAsync("shop-1", stored, "orders", default).WaitAsync(Patience);

        Assert.Equal(outcome, found is TransactionOutcome.Committed { VisibleLater: true } ? "Committed later" : found.GetType().Name);
        Assert.Equal(calls, string.Join(' ', cluster.Calls));
    }

    [Fact]
    public async Task A_transaction_that_the_backend_has_lost_is_cancelled_at_the_frontend()
    {
        await using var cluster = new TransactionCluster { State = "PREPARE" }.Meets("rollback", Trouble.Status("TXN_NOT_EXISTS", "Transaction with label shop-1 not exists"));

        Assert.IsType<TransactionOutcome.NothingKept>(await new TransactionRecovery(cluster.Client).SettleAsync("shop-1", false, "orders", default).WaitAsync(Patience));

        Assert.Equal(["get_load_state", "rollback", "_cancel", "get_load_state"], cluster.Calls);
        Assert.Equal("ABORTED", cluster.State);
    }

    [Fact]
    public async Task A_commit_that_overtakes_the_rollback_counts()
    {
        await using var cluster = new TransactionCluster { State = "VISIBLE" }.Meets("get_load_state", new Trouble(State("PREPARE")));
        Assert.IsType<TransactionOutcome.Committed>(await new TransactionRecovery(cluster.Client).SettleAsync("shop-1", false, "orders", default).WaitAsync(Patience));
    }

    [Fact]
    public async Task What_can_neither_be_rolled_back_nor_cancelled_is_unknown_after_a_few_attempts()
    {
        Trouble refusal = Trouble.Status("FAILED", "class x: current fe is not master");
        await using var cluster = new TransactionCluster { State = "PREPARE" }
            .Meets("rollback", [.. Enumerable.Repeat(refusal, 10)]);
        var unknown = Assert.IsType<TransactionOutcome.Unknown>(await new TransactionRecovery(cluster.Client).SettleAsync("shop-1", false, null, default).WaitAsync(Patience));
        Assert.Contains("not master", unknown.Reason);
        Assert.Equal(4, cluster.Calls.Count(call => call == "rollback"));
    }

    [Fact]
    public async Task A_frontend_that_cannot_be_asked_is_an_error()
    {
        await using var cluster = new TransactionCluster().Meets("get_load_state", Trouble.LostRequest, Trouble.LostRequest);
        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => new TransactionRecovery(cluster.Client).SettleAsync("shop-1", false, "orders", default).WaitAsync(Patience));
        Assert.Equal(ErrorClass.Retryable, failure.Class);
    }
}
