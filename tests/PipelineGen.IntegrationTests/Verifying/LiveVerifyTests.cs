using System.Globalization;
using System.Text.Json;
using PipelineGen.Hosting;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary><c>verify</c> while writers write and the pipeline streams.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LiveVerifyTests(PostgresFixture postgres)
{
    private const string Rows = """
        INSERT INTO notes SELECT i, 'title ' || i, NULL, i, now() FROM generate_series(1000, 2500) i;
        INSERT INTO notes SELECT -i, 'title ' || i, NULL, i, now() FROM generate_series(1000, 1200) i;
        INSERT INTO documents SELECT i, 't' || i, repeat('x', 2500), '{"a": 1}', '\x00ff' FROM generate_series(1000, 1100) i;
        INSERT INTO readings SELECT s, timestamp '2024-03-01' + i * interval '1.000001 s', i, '{1,NULL}'
            FROM unnest(ARRAY['', 'a', 'o''brien', E'back\\slash', 'per%cent_', 'é', 'ｅ～', '😀', 'Z z', E'tab\tx', E'line\nx', '"quoted"']) s, generate_series(0, 40) i;
        INSERT INTO archive SELECT ('10000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'body ' || i, NULL FROM generate_series(1, 400) i;
        INSERT INTO events SELECT i, date '2023-01-01' + i % 900, 'w' || i FROM generate_series(1000, 1600) i;
        INSERT INTO clicks SELECT timestamptz '2024-01-01' + i * interval '1 s', 'page ' || i % 10, i, i FROM generate_series(1, 900) i;
        """;

    [Fact]
    public async Task Traffic_is_no_difference()
    {
        int seed = Environment.TickCount & 0xFFFF;
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows);
        test.Start();
        await test.CatchUpAsync();
        await using var traffic = new Traffic(test.Database.ConnectionString, seed);
        int chunks = 0;
        for (int run = 0; run < 12; run++)
        {
            (int status, string text) = await VerifyRun.RunAsync(test, new VerifyRequest([]) { AsJson = true, ChunkRows = run % 2 == 0 ? 150 : 40 });
            Assert.True(status == ExitStatus.Fine, $"seed {seed}, run {run}: {text}");
            foreach (JsonElement table in JsonDocument.Parse(text).RootElement.GetProperty("tables").EnumerateArray())
            {
                Assert.Equal(0, table.GetProperty("different_rows").GetInt64());
                Assert.Equal(table.GetProperty("source_rows").GetInt64(), table.GetProperty("target_rows").GetInt64());
                chunks = Math.Max(chunks, table.GetProperty("chunks").GetInt32());
            }
        }

        Assert.True(chunks > 30, $"{chunks} chunks");
        Assert.True(traffic.Committed > 100, $"{traffic.Committed} transactions");
    }

    [Fact]
    public async Task A_random_workload_with_truncates_is_no_difference()
    {
        int seed = Environment.TickCount & 0xFFFF;
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        Task workload = new RandomWorkload(test.Database.ConnectionString, seed).RunAsync(1500, between: static _ => Task.Delay(5));
        int runs = 0;
        do
        {
            (int status, string text) = await VerifyRun.RunAsync(test, new VerifyRequest([]) { ChunkRows = 30 });
            Assert.True(status == ExitStatus.Fine, $"seed {seed}, run {runs}: {text}");
            runs++;
        }
        while (!workload.IsCompleted);

        await workload;
        await test.AssertSameAsync();
        Assert.True(runs > 2, $"{runs} runs");
    }

    [Fact]
    public async Task Planted_differences_are_found_amid_traffic_and_nothing_else_is()
    {
        int seed = Environment.TickCount & 0xFFFF;
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows);
        test.Start();
        await test.CatchUpAsync();
        await using SqlClient sql = test.OpenTarget();
        foreach (string statement in Planted)
            await sql.ExecuteAsync(statement, CancellationToken.None);

        await using var traffic = new Traffic(test.Database.ConnectionString, seed);
        for (int run = 0; run < 3; run++)
        {
            (int status, string text) = await VerifyRun.RunAsync(test, new VerifyRequest([]) { AsJson = true, ChunkRows = run == 0 ? 7 : 100 });
            Assert.True(status == ExitStatus.Differences, $"seed {seed}: {text}");
            List<string> found = [.. JsonDocument.Parse(text).RootElement.GetProperty("tables").EnumerateArray()
                .SelectMany(static table => table.GetProperty("differences").EnumerateArray().Select(d => $"{table.GetProperty("target_table")} {d.GetProperty("kind")} {d.GetProperty("key")} {d.GetProperty("column")}".TrimEnd()))];
            Assert.Equal(Expected, found);
            Assert.Equal([5, 1, 7, 4, 4, 2], JsonDocument.Parse(text).RootElement.GetProperty("tables").EnumerateArray().Select(static table => table.GetProperty("different_rows").GetInt64()));
        }
    }

    private static readonly string[] Planted =
    [
        "DELETE FROM notes WHERE id = -1100",
        "INSERT INTO notes (id, title) VALUES (-5000, 'surplus'), (700, 'surplus'), (9000000000, 'surplus')",
        "UPDATE notes SET title = 'other' WHERE id = 2000",
        "UPDATE documents SET scan = 'other' WHERE id = 1050",
        "DELETE FROM readings WHERE station = 'o\\'brien' AND taken_at = '2024-03-01 00:00:03.000003'",
        "DELETE FROM readings WHERE station = 'back\\\\slash' AND taken_at = '2024-03-01 00:00:00'",
        "UPDATE readings SET value = 0.5 WHERE station = 'é' AND taken_at = '2024-03-01 00:00:07.000007'",
        "INSERT INTO readings (station, taken_at) VALUES ('', '2023-01-01'), ('o\\'brien', '2024-03-01 00:00:03.000004'), ('😀😀', '2024-03-01')",
        "UPDATE readings SET flags = NULL WHERE station = 'line\\nx' AND taken_at = '2024-03-01'",
        "DELETE FROM archive WHERE id = '10000000-0000-4000-8000-000000000400'",
        "UPDATE archive SET body = 'other' WHERE id = '10000000-0000-4000-8000-000000000200'",
        "INSERT INTO archive (id, body) VALUES ('0', 'no uuid'), ('ffffffff-ffff-4fff-8fff-ffffffffffff', 'surplus')",
        "DELETE FROM events WHERE id = 1000",
        "UPDATE events SET what = NULL WHERE id = 1500",
        "INSERT INTO events (id, day) VALUES (1300, '0001-01-01'), (9999, '9999-12-31')",
        // Rows of an append table go only all at once: one of them does not come back, and one comes twice.
        "TRUNCATE TABLE clicks",
        $"INSERT INTO clicks (at, page, weight, hit) VALUES {string.Join(", ", Enumerable.Range(1, 900).Where(static i => i != 70).Append(5).Select(Click))}",
    ];

    private static string Click(int i) =>
        string.Create(CultureInfo.InvariantCulture, $"('{new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddSeconds(i):yyyy-MM-dd HH:mm:ss}', 'page {i % 10}', {i}, {i})");

    private static readonly string[] Expected =
    [
        "notes surplus id=-5000", "notes missing id=-1100", "notes surplus id=700", "notes value id=2000 title", "notes surplus id=9000000000",
        "documents value id=1050 scan",
        "readings surplus station=, taken_at=2023-01-01 00:00:00.000000",
        "readings missing station=back\\slash, taken_at=2024-03-01 00:00:00.000000",
        "readings value station=line\nx, taken_at=2024-03-01 00:00:00.000000 flags",
        "readings missing station=o'brien, taken_at=2024-03-01 00:00:03.000003",
        "readings surplus station=o'brien, taken_at=2024-03-01 00:00:03.000004",
        "readings value station=é, taken_at=2024-03-01 00:00:07.000007 value",
        "readings surplus station=😀😀, taken_at=2024-03-01 00:00:00.000000",
        "archive surplus id=0", "archive value id=10000000-0000-4000-8000-000000000200 body", "archive missing id=10000000-0000-4000-8000-000000000400",
        "archive surplus id=ffffffff-ffff-4fff-8fff-ffffffffffff",
        "events missing id=1000, day=2023-04-11", "events surplus id=1300, day=0001-01-01", "events value id=1500, day=2024-08-23 what", "events surplus id=9999, day=9999-12-31",
        "clicks missing at=2024-01-01 00:01:10.000000, page=page 0, weight=70, hit=70",
        "clicks surplus at=2024-01-01 00:00:05.000000, page=page 5, weight=5, hit=5",
    ];

    [Fact]
    public async Task A_commit_that_is_streamed_before_it_is_visible_is_no_difference()
    {
        // F2 of POSTGRES.md: a commit that waits for its standby goes to the walsender, and is visible to no snapshot.
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, Rows);
            test.Start();
            await test.CatchUpAsync();
            await own.Server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            await own.Server.ExecuteAsync("SELECT pg_reload_conf()");
            await Eventually.TrueAsync(() => test.Database.ScalarAsync<bool>("SELECT current_setting('synchronous_standby_names') = 'nobody'"), "the setting is in force");
            await RecoveryTests.UntilCommitsWaitAsync(test.Database);
            Task stuck = test.Database.ExecuteAsync("UPDATE notes SET title = 'unseen' WHERE id = 2000; INSERT INTO notes VALUES (500, 'unseen too', NULL, 1, now())");
            await using SqlClient sql = test.OpenTarget();
            await Eventually.TrueAsync(async () => (await sql.QueryAsync("SELECT count(*) FROM notes WHERE title LIKE 'unseen%'", CancellationToken.None)).Scalar == "2", "the target has it");
            Assert.Equal("title 2000", await test.Database.ScalarAsync<string>("SELECT title FROM notes WHERE id = 2000"));

            Task<(int Status, string Text)> verify = VerifyRun.RunAsync(test, new VerifyRequest(["notes"]));
            Assert.NotSame(verify, await Task.WhenAny(verify, Task.Delay(TimeSpan.FromSeconds(3))));
            Assert.False(stuck.IsCompleted, "the commit was not waiting");
            await own.Server.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
            await own.Server.ExecuteAsync("SELECT pg_reload_conf()");
            await stuck;
            (int status, string text) = await verify;
            Assert.True(status == ExitStatus.Fine, text);
            Assert.DoesNotContain("unsettled", text, StringComparison.Ordinal);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_that_go_in_and_out_of_quarantine_are_no_difference_and_a_lost_one_is()
    {
        await using var test = await PipelineUnderTest<QuarantinePipeline>.CreateAsync(
            postgres, QuarantinePipeline.Schema + "INSERT INTO fruits SELECT 'f' || i, CASE WHEN i % 4 = 0 THEN repeat('x', 20) ELSE 'short' END, NULL FROM generate_series(1, 200) i;");
        test.Start();
        await test.CatchUpAsync();
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(async () =>
        {
            for (int i = 1; !stop.IsCancellationRequested; i = (i % 80) + 1)
            {
                await test.Database.ExecuteAsync($"UPDATE fruits SET name = CASE length(name) WHEN 20 THEN 'fine' ELSE repeat('y', 20) END WHERE id = 'f{i}'");
                await Task.Delay(5);
            }
        });
        for (int run = 0; run < 5; run++)
        {
            (int status, string text) = await VerifyRun.RunAsync(test, new VerifyRequest([]) { ChunkRows = 13 });
            Assert.True(status == ExitStatus.Fine, text);
        }

        await stop.CancelAsync();
        await writer;
        await test.CatchUpAsync();
        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("DELETE FROM _pipelinegen_quarantine WHERE row_key LIKE '%f200\"%'", CancellationToken.None);
        (int lost, string told) = await VerifyRun.RunAsync(test, new VerifyRequest(["fruits"]));
        Assert.Equal(ExitStatus.Differences, lost);
        Assert.Matches(@"DIFFERENT \(\d+ more rows belong into the quarantine, which has \d+\)", told);
        Assert.DoesNotContain("differ", told.Split("DIFFERENT")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_to_either_side()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("UPDATE notes SET title = 'other' WHERE id = 2000", CancellationToken.None);
        long xid = await test.Database.ScalarAsync<long>("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8");

        for (int run = 0; run < 2; run++)
        {
            (int status, string text) = await VerifyRun.RunAsync(test, new VerifyRequest(["notes"]));
            Assert.Equal(ExitStatus.Differences, status);
            Assert.Contains("  id=2000: title is 'title 2000' in PostgreSQL and 'other' in StarRocks", text, StringComparison.Ordinal);
        }

        Assert.Equal(xid, await test.Database.ScalarAsync<long>("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8"));
    }

    [Fact]
    public async Task A_target_that_lacks_everything_or_has_far_too_much_is_counted_exactly()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("TRUNCATE TABLE notes", CancellationToken.None);
        // More surplus rows at the end than a page of the target takes.
        for (int part = 0; part < 4; part++)
            await sql.ExecuteAsync($"INSERT INTO events (id, day) VALUES {string.Join(", ", Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"({5000 + (part * 500) + i}, '2024-01-01')")))}", CancellationToken.None);

        var results = new List<TableVerification>();
        await foreach (TableVerification result in new PipelineGen.Pipeline.Verification(TestPipeline.Definition, test.Database.ConnectionString, sql) { ChunkRows = 50 }.RunAsync(["notes", "events"], CancellationToken.None))
            results.Add(result);

        Assert.Equal([(1702, 1702, 0), (2000, 601, 2601)], results.Select(static r => (r.DifferentRows, r.SourceRows, r.TargetRows)));
        Assert.Equal(["id=-1200: missing in StarRocks", "id=5000, day=2024-01-01: not in PostgreSQL"], results.Select(static r => r.Differences[0].ToString()));
        Assert.All(results, static r => Assert.Equal(10, r.Differences.Count));
    }
}
