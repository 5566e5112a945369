using System.Text.Json;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>What must hold when a pipeline has caught up and ended in order.</summary>
internal sealed class EndChecks(OracleSurroundings surroundings, PositionWatch watch)
{
    /// <summary>What doesn't hold; and, of the comparison, the keys.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var problems = new List<string>();
        await CompareAsync(problems);
        await CheckProgressAsync(problems);
        await CheckTransactionsAsync(problems);
        if (surroundings.Disk.Files is { Count: > 0 } files)
            problems.Add($"spill files are left behind: {string.Join(", ", files.Take(5))}");
        return problems;
    }

    /// <summary>Every row of every table.</summary>
    private async Task CompareAsync(List<string> problems)
    {
        await using SqlClient sql = surroundings.Target.OpenSql();
        await foreach (TableVerification table in new PipelineGen.Pipeline.Verification(OraclePipeline.Definition, surroundings.SourceConnectionString, sql).RunAsync([], CancellationToken.None))
        {
            if (!table.IsVerified)
                problems.Add($"{table.Table}: {table.SourceRows} rows in the source, {table.TargetRows} in the target, {table.DifferentRows} differ: {string.Join("; ", table.Differences)}");
        }
    }

    /// <summary>The position is there and not behind the slot, and no load is still to be decided about.</summary>
    private async Task CheckProgressAsync(List<string> problems)
    {
        Lsn? stored = await watch.ReadStoredAsync();
        Lsn? confirmed = await watch.ReadConfirmedAsync();
        if (stored is null || confirmed is null)
            problems.Add($"position {(stored is null ? "none" : stored)}, slot at {(confirmed is null ? "none" : confirmed)}");
        else if (confirmed > stored)
            problems.Add($"the slot stands at {confirmed}, ahead of the stored position {stored}");
        await using SqlClient sql = surroundings.Target.OpenSql();
        SqlResult rows = await sql.QueryAsync("SELECT `item`, `content` FROM `_pipelinegen_progress` WHERE `pipeline` = 'oracle'", CancellationToken.None);
        foreach (SqlRow row in rows.Rows)
        {
            using var json = JsonDocument.Parse(row[1]!);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("state", out JsonElement state) && state.ValueKind == JsonValueKind.String && state.GetString() == "in_flight")
                problems.Add($"progress row {row[0]} is still in flight: {row[1]}");
        }
    }

    /// <summary>
    /// A prepared transaction would hold what it has for a day. One that was never prepared is rolled back with its connection or
    /// its backend, of which the frontend may not hear (STARROCKS.md, 2.4): that is no fault of the pipeline's.
    /// </summary>
    private async Task CheckTransactionsAsync(List<string> problems)
    {
        await using SqlClient sql = surroundings.Target.OpenSql();
        SqlResult rows = await sql.QueryAsync($"SHOW PROC '/transactions/{TargetHost.Database}/running'", CancellationToken.None);
        foreach (SqlRow row in rows.Rows.Where(static row => row["TransactionStatus"] != "PREPARE"))
            problems.Add($"transaction {row["Label"]} is left {row["TransactionStatus"]}");
    }
}
