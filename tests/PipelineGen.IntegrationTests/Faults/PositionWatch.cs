using System.Text.Json;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// Looks, all through a run, whether the slot has been told of a position that is not stored (POSTGRES.md, section 3, rule 2):
/// first the slot is asked, then the target, whose position only grows.
/// </summary>
internal sealed class PositionWatch(OracleSurroundings surroundings, Timeline timeline)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>A position that is committed may become visible so much later.</summary>
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(8);

    /// <summary>Comparisons that were made.</summary>
    public int Samples { get; private set; }

    /// <summary>The first violation; null: none.</summary>
    public string? Violation { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Violation is null)
        {
            await SampleAsync();
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Compares once; a server that is away is no violation.</summary>
    public async Task SampleAsync()
    {
        try
        {
            if (await ReadConfirmedAsync() is not { } confirmed)
                return;
            Lsn? stored = await ReadStoredAsync();
            // Committed is durable, and may be acknowledged, though it is seen only after its publishing.
            if (!(stored >= confirmed) && IsPublishingSlow)
                stored = await UntilStoredAsync(confirmed);
            Samples++;
            if (stored >= confirmed)
                return;
            // Before the first position is stored, the slot stands where it was made: there is nothing to be ahead of.
            if (stored is null)
                return;
            Violation = $"the slot is told of {confirmed}, and {stored} is stored";
            timeline.Add(Violation);
        }
        catch (Exception error) when (error is NpgsqlException or StarRocksException or IOException or InvalidOperationException or TimeoutException)
        {
            // Source or target is away: that is what this run is about.
        }
    }

    /// <summary>The stored position; null: none.</summary>
    public async Task<Lsn?> ReadStoredAsync()
    {
        await using SqlClient sql = surroundings.Target.OpenSql();
        SqlResult rows = await sql.QueryAsync("SELECT `content` FROM `_pipelinegen_progress` WHERE `pipeline` = 'oracle' AND `item` = 'position'", CancellationToken.None);
        if (rows.Scalar is not { } content)
            return null;
        using var json = JsonDocument.Parse(content);
        return Lsn.Parse(json.RootElement.GetProperty("lsn").GetString()!);
    }

    /// <summary>The slot's position; null: there is no slot yet.</summary>
    public async Task<Lsn?> ReadConfirmedAsync()
    {
        await using var connection = new NpgsqlConnection(surroundings.SourceConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = '{surroundings.Slot}'", connection);
        return await command.ExecuteScalarAsync() is string text ? Lsn.Parse(text) : null;
    }

    private bool IsPublishingSlow => timeline.Faults.ContainsKey(FaultKind.SlowPublish) || timeline.Faults.ContainsKey(FaultKind.CommitTimeout) || timeline.Faults.ContainsKey(FaultKind.PublishTimeout);

    private async Task<Lsn?> UntilStoredAsync(Lsn confirmed)
    {
        using var limit = new CancellationTokenSource(PublishLimit);
        Lsn? stored = null;
        while (!limit.IsCancellationRequested)
        {
            stored = await ReadStoredAsync();
            if (stored >= confirmed)
                break;
            await Task.Delay(50, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return stored;
    }
}
