using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Npgsql;
using PipelineGen.Hosting;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using Shop.Postgres;

namespace PipelineGen.Benchmarks;

[Pipeline("bench", typeof(Order))]
public partial class BenchPipeline;

/// <summary>
/// The snapshot of one table beside the fastest reader there is, psql's binary COPY into /dev/null over as many connections, in
/// turns on the same server. Issue 5 asks for 70 % of it at least.
/// </summary>
internal static class SnapshotBenchmark
{
    public const string Verb = "snapshot";

    public static Task<int> RunAsync(string[] args)
    {
        var rows = new Option<int>("--rows") { DefaultValueFactory = static _ => 5_000_000, Description = "rows of the table" };
        var workers = new Option<int>("--workers") { DefaultValueFactory = static _ => 2, Description = "connections, of the pipeline and of psql" };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = static _ => 3, Description = "turns; medians are compared" };
        var chunkRows = new Option<int>("--chunk-rows") { DefaultValueFactory = static _ => 100_000, Description = "Pipeline:ChunkRows" };
        var root = new RootCommand("Copies a table, in turns with psql") { rows, workers, rounds, chunkRows };
        root.SetAction((parsed, _) => MeasureAsync(parsed.GetValue(rows), parsed.GetValue(workers), parsed.GetValue(rounds), parsed.GetValue(chunkRows)));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(int rows, int workers, int rounds, int chunkRows)
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions { Settings = new Dictionary<string, string> { ["shared_buffers"] = "2GB", ["max_wal_size"] = "8GB" } });
        await using LocalStarRocksServer standIn = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using var endpoint = new DiscardingEndpoint("orders", standIn.LoadUrl);
        await FillAsync(server.ConnectionString, rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, {workers} connections, ranges of {chunkRows:N0} rows, {rounds} rounds"));

        var psql = new List<double>();
        var copy = new List<double>();
        var run = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            psql.Add(await PsqlAsync(server, rows, workers));
            (double seconds, double whole) = await PipelineAsync(server, standIn, endpoint, round, workers, chunkRows, rows);
            copy.Add(seconds);
            run.Add(whole);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: psql {rows / psql[^1]:N0} rows/s, snapshot {rows / seconds:N0} rows/s ({psql[^1] / seconds:P0}), whole run {whole:0.0} s"));
        }

        double ratio = Median(psql) / Median(copy);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians: psql {Median(psql):0.00} s, snapshot {Median(copy):0.00} s, ratio {ratio:P0}; with start, slot and stop {Median(psql) / Median(run):P0}; {endpoint.Bytes / rounds:N0} bytes of JSON a run"));
        return ratio >= 0.7 ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task FillAsync(string connectionString, int rows)
    {
        await using Stream schema = Assembly.GetExecutingAssembly().GetManifestResourceStream("schema.sql")!;
        using var reader = new StreamReader(schema);
        string sql = await reader.ReadToEndAsync();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        foreach (string statement in (string[])
        [
            sql,
            $"INSERT INTO orders SELECT i, i % 100000, 'shipped', (i % 1000000) / 100.0, i % 50, i / 8.0, i % 7 = 0, timestamptz '2024-01-01' + i * interval '1 second', now(), gen_random_uuid(), " +
            $"'Please leave the parcel at the back door of the house; the bell does not work, so knock twice. ' || i, '{{\"source\": \"web\", \"items\": [3, 5, 8]}}' FROM generate_series(1, {rows}) i WHERE i <> 184467",
            "VACUUM (ANALYZE, FREEZE) orders",
            "CHECKPOINT",
        ])
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<double> PsqlAsync(ThrowawayPostgres server, int rows, int workers)
    {
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker =>
        {
            long from = (long)rows * worker / workers;
            long to = (long)rows * (worker + 1) / workers;
            string sql = string.Create(CultureInfo.InvariantCulture, $"\\copy (SELECT * FROM orders WHERE id > {from} AND id <= {to}) TO '/dev/null' (FORMAT BINARY)");
            // \copy reads the rows in psql, as a client does; COPY TO a file would not leave the server.
            var start = new ProcessStartInfo(Path.Combine(server.BinaryDirectory, "psql"), ["-X", "-q", "-h", "127.0.0.1", "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", "postgres", "-c", sql]);
            return WaitAsync(Process.Start(start)!);
        }));
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;

        static async Task WaitAsync(Process process)
        {
            using (process)
            {
                await process.WaitForExitAsync();
                if (process.ExitCode != 0)
                    throw new InvalidOperationException($"psql ended with {process.ExitCode}");
            }
        }
    }

    /// <summary>From the first range's beginning to the last one's end; and the whole run.</summary>
    private static async Task<(double Copy, double Run)> PipelineAsync(ThrowawayPostgres server, LocalStarRocksServer standIn, DiscardingEndpoint endpoint, int round, int workers, int chunkRows, int rows)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"bench_{round}");
        long begun = Stopwatch.GetTimestamp();
        CopyFigures figures;
        await using (RunningPipeline pipeline = PipelineHost.Start<BenchPipeline>(
            new Dictionary<string, string?>
            {
                ["Source:ConnectionString"] = server.ConnectionString, ["Source:Slot"] = name, ["Source:Publication"] = name,
                ["StarRocks:LoadUrl"] = endpoint.Url.ToString(), ["StarRocks:QueryEndpoint"] = standIn.QueryEndpoint, ["StarRocks:Database"] = name,
                ["StarRocks:User"] = standIn.User, ["StarRocks:Password"] = standIn.Password,
                ["Pipeline:SnapshotWorkers"] = workers.ToString(CultureInfo.InvariantCulture), ["Pipeline:ChunkRows"] = chunkRows.ToString(CultureInfo.InvariantCulture),
            },
            untilCaughtUp: true))
        {
            await pipeline.Completion;
            figures = pipeline.Progress.Tables[0].Copy;
        }

        double whole = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (figures.Rows != rows)
            throw new InvalidOperationException($"{figures.Rows} rows were copied");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"SELECT pg_drop_replication_slot('{name}'); DROP PUBLICATION {name}", connection);
        await drop.ExecuteNonQueryAsync();
        return (figures.Elapsed.TotalSeconds, whole);
    }
}
