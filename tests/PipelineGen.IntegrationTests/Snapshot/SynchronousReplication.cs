using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Commits that wait for a standby that does not exist: flushed and sent to walsenders, and invisible (POSTGRES.md, F2).</summary>
internal static class SynchronousReplication
{
    /// <summary>Who does not wait says SET synchronous_commit = local.</summary>
    public static async Task BeginWaitingAsync(ThrowawayPostgres server, TestDatabase database)
    {
        await server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        // The checkpointer tells the others of the setting, in its own time: until then commits don't wait.
        Task probe = Task.CompletedTask;
        await Eventually.TrueAsync(
            async () =>
            {
                if (probe.IsCompleted)
                    probe = database.ExecuteAsync("SELECT pg_logical_emit_message(true, 'probe', '')");
                return await IsWaitingAsync(database);
            },
            "commits wait for a standby");
        await database.ExecuteAsync("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        await probe;
    }

    public static Task<bool> IsWaitingAsync(TestDatabase database) =>
        database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')");

    public static async Task EndWaitingAsync(ThrowawayPostgres server)
    {
        await server.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
    }
}
