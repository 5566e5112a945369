using System.Globalization;
using Npgsql;
using PipelineGen.Hosting;
using PipelineGen.IntegrationTests.Postgres;
using PipelineGen.LocalStarRocks;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>One group of cases on one server: its database, its compiled pipelines and a stand-in.</summary>
internal sealed class MatrixRun : IAsyncDisposable
{
    /// <summary>What Postgres' canonical texts are printed under.</summary>
    private const string Session =
        "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1; SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = public;";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TestDatabase _database;
    private readonly LocalStarRocksServer _target;
    private readonly MatrixAssembly _assembly;
    private readonly int _seed;
    private readonly RecentLog _log = new();
    private int _runs;

    private MatrixRun(TestDatabase database, LocalStarRocksServer target, MatrixAssembly assembly, IReadOnlyList<MatrixTable> tables, IReadOnlyList<(MatrixCase Case, string Why)> skipped, int version, int seed)
    {
        _database = database;
        _target = target;
        _assembly = assembly;
        Tables = tables;
        Skipped = skipped;
        Version = version;
        _seed = seed;
    }

    public IReadOnlyList<MatrixTable> Tables { get; }

    /// <summary>Cases that this server can't have, and why.</summary>
    public IReadOnlyList<(MatrixCase Case, string Why)> Skipped { get; }

    public int Version { get; }

    public IReadOnlyDictionary<string, Schema.Catalog.CatalogFile> Catalogs => _assembly.Catalogs;

    public static async Task<MatrixRun> CreateAsync(PostgresFixture postgres, MatrixGroup group, int version, int seed)
    {
        TestDatabase database = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await OpenAsync(database);
        await ExecuteAsync(connection, ContainerSamples.Schema + string.Create(CultureInfo.InvariantCulture, $"SELECT setseed({seed % 1000} / 1000.0);"));
        var skipped = new List<(MatrixCase, string)>();
        var cases = new List<MatrixCase>();
        foreach (MatrixCase matrixCase in group.Cases)
        {
            string? why = matrixCase.Since > version ? $"PostgreSQL {matrixCase.Since} and later" : await MissingAsync(connection, matrixCase);
            if (why is null)
                cases.Add(matrixCase);
            else
                skipped.Add((matrixCase, why));
        }

        MatrixTable[] tables = [.. cases.SelectMany(static (c, i) => MatrixTable.Of(c, i))];
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (MatrixTable table in tables)
        {
            try
            {
                // By themselves: a label that was added can't be used in its own transaction.
                if (table.Case.Setup.Length > 0 && made.Add(table.Case.Setup))
                    await ExecuteAsync(connection, table.Case.Setup);
                await ExecuteAsync(connection, $"{table.Create}\n{table.Fill(version, seed)}");
            }
            catch (PostgresException error)
            {
                Assert.Fail($"{table.Case.Name} ({table.Role}), seed {seed}: {error.MessageText} {error.Detail}\n{table.Create}\n{table.Fill(version, seed)}");
            }
        }

        MatrixAssembly assembly = tables.Length == 0 ? throw new InvalidOperationException("No case of the group can run.") : await MatrixAssembly.BuildAsync(database.ConnectionString, tables, group.StarRocks);
        return new MatrixRun(database, await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = group.StarRocks }), assembly, tables, skipped, version, seed);
    }

    /// <summary>Snapshot, then changes, then everything compared; what differs comes back, worded.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(string format, MatrixReport report)
    {
        MatrixTable[] tables = [.. Tables.Where(static t => !t.Stops)];
        await using NpgsqlConnection connection = await OpenAsync(_database);
        foreach (MatrixTable table in tables)
            await ExecuteAsync(connection, $"TRUNCATE {table.Name}; {table.Before}");
        string name = NextName();
        var problems = new List<string>();
        RunningPipeline pipeline = _assembly.Start(MatrixAssembly.Pipeline, Settings(name, format), _log);
        await using (pipeline)
        {
            await CatchUpAsync(pipeline, format);
            foreach (MatrixTable table in tables)
                await ExecuteAsync(connection, table.During);
            await CatchUpAsync(pipeline, format);
            await using SqlClient sql = OpenTarget(name);
            foreach (MatrixTable table in tables)
                await CompareAsync(connection, sql, table, format, report, problems);
            await pipeline.StopAsync();
        }

        await DropSlotAsync(connection, name);
        return problems;
    }

    /// <summary>A run that one value must stop, with a message that says all there is to know.</summary>
    /// <param name="inSnapshot">Whether the value is there at the start or comes with the stream.</param>
    public async Task<string?> StopsAtAsync(MatrixTable table, OutsideValue value, string format, bool inSnapshot)
    {
        await using NpgsqlConnection connection = await OpenAsync(_database);
        await ExecuteAsync(connection, $"TRUNCATE {table.Name}; {(inSnapshot ? table.InsertOne(value) : "")}");
        string name = NextName();
        string what = $"{table.Case.Name}, {table.Role}, {format}, {(inSnapshot ? "snapshot" : "stream")}, value {value.Sql}";
        Exception? stopped = null;
        RunningPipeline pipeline = _assembly.Start(table.RowClass + "Pipeline", Settings(name, format), _log);
        await using (pipeline)
        {
            try
            {
                if (!inSnapshot)
                {
                    await pipeline.WaitUntilCaughtUpAsync(CancellationToken.None).WaitAsync(Limit);
                    await ExecuteAsync(connection, table.InsertOne(value));
                }

                await pipeline.WaitUntilCaughtUpAsync(CancellationToken.None).WaitAsync(Limit);
            }
            catch (Exception error) when (error is not TimeoutException)
            {
                stopped = error;
            }
        }

        await DropSlotAsync(connection, name);
        if (stopped is not ColumnValueException { IsOutOfDomain: true })
            return $"{what}: expected the pipeline to stop at the value, found {stopped?.ToString() ?? "that it went on"}";
        await using var printed = new NpgsqlCommand($"SELECT {MatrixCase.Printed} FROM {table.Name}", connection);
        string text = (string)(await printed.ExecuteScalarAsync())!;
        // A value inside of another one is named by itself.
        bool isNested = table.Case.Compare == Comparison.Json && !table.Case.Type.StartsWith("json", StringComparison.Ordinal);
        string[] needed = [$"public.{table.Name}, column v", "\"id\":77", isNested ? "value " : text[..Math.Min(text.Length, 100)], "[Column(\"v\", Policy"];
        string[] missing = [.. needed.Where(n => !stopped.Message.Contains(n, StringComparison.Ordinal))];
        return missing.Length == 0 ? null : $"{what}: the message lacks {string.Join(" and ", missing)}: {stopped.Message}";
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task CompareAsync(NpgsqlConnection connection, SqlClient sql, MatrixTable table, string format, MatrixReport report, List<string> problems)
    {
        Comparison comparison = table.Role == MatrixRole.Text || (table.IsKey && table.Case.Compare == Comparison.Hex) ? Comparison.Text : table.Case.Compare;
        var found = new Dictionary<int, string?>();
        foreach (SqlRow row in (await sql.QueryAsync($"SELECT id, v FROM {table.Name}", CancellationToken.None)).Rows)
            found.Add(int.Parse(row[0]!, CultureInfo.InvariantCulture), MatrixComparison.Found(row, 1, comparison));
        Dictionary<string, string?> quarantined = table.Role == MatrixRole.Quarantine
            ? (await sql.QueryAsync($"SELECT row_key, value FROM _pipelinegen_quarantine WHERE source_table = 'public.{table.Name}'", CancellationToken.None)).Rows.ToDictionary(static r => r[0]!, static r => r[1], StringComparer.Ordinal)
            : [];
        int before = problems.Count;
        await using var command = new NpgsqlCommand(table.Expected, connection) { AllResultTypesAreUnknown = true };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            int id = int.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
            string? expected = await reader.IsDBNullAsync(1) ? null : reader.GetString(1);
            string value = await reader.IsDBNullAsync(2) ? "NULL" : reader.GetString(2);
            string where = $"{table.Case.Name}, {table.Role} ({table.Name}, id {id}), {format}, {table.PathOf(id)}, seed {_seed}, value {Shorten(value)}";
            if (table.Role == MatrixRole.Quarantine && reader.GetString(3) == "t")
            {
                if (found.Remove(id))
                    problems.Add($"{where}: expected in quarantine, found in the table");
                if (!quarantined.Remove($"{{\"id\":{id}}}", out string? text))
                    problems.Add($"{where}: expected in quarantine, found nothing there");
                else if (table.Case.Compare == Comparison.Text && text != value && !(value.Length > 1000 && value.StartsWith(text!, StringComparison.Ordinal)))
                    problems.Add($"{where}: expected {Shorten(value)} in quarantine, found {Shorten(text)}");
            }
            else if (!found.Remove(id, out string? there))
            {
                problems.Add($"{where}: expected {Shorten(expected)}, found no row");
            }
            else if (!MatrixComparison.AreSame(expected, there, comparison))
            {
                problems.Add($"{where}: expected {Shorten(expected)}, found {Shorten(there)}");
            }
        }

        problems.AddRange(found.Select(f => $"{table.Case.Name}, {table.Role} ({table.Name}, id {f.Key}), {format}, {table.PathOf(f.Key)}, seed {_seed}: expected no row, found {Shorten(f.Value)}"));
        problems.AddRange(quarantined.Select(q => $"{table.Case.Name} ({table.Name}), {format}, seed {_seed}: expected nothing in quarantine, found {q.Key} {Shorten(q.Value)}"));
        report.Add(table, format, problems.Count == before);
    }

    private async Task CatchUpAsync(RunningPipeline pipeline, string format)
    {
        try
        {
            await pipeline.WaitUntilCaughtUpAsync(CancellationToken.None).WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{format}: not caught up within {Limit}\n{_log}");
        }
        catch (Exception error)
        {
            MatrixTable? table = Tables.FirstOrDefault(t => error.Message.Contains(t.Name, StringComparison.Ordinal));
            Assert.Fail($"{table?.Case.Name}, {table?.Role}, {format}, seed {_seed}: the pipeline stopped: {error}\n{_log}");
        }
    }

    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"{_database.Name}_{++_runs}");

    private Dictionary<string, string?> Settings(string name, string format) => new()
    {
        ["Source:ConnectionString"] = _database.ConnectionString,
        ["Source:Slot"] = name,
        ["Source:WireFormat"] = format,
        ["StarRocks:LoadUrl"] = _target.LoadUrl.ToString(),
        ["StarRocks:QueryEndpoint"] = _target.QueryEndpoint,
        ["StarRocks:User"] = _target.User,
        ["StarRocks:Password"] = _target.Password,
        ["StarRocks:Database"] = name,
        ["Pipeline:FlushInterval"] = "50ms",
        ["Pipeline:SnapshotWorkers"] = "4",
        ["Pipeline:HeartbeatInterval"] = "200ms",
    };

    private SqlClient OpenTarget(string database) => new(new StarRocksOptions
    {
        LoadUrls = [_target.LoadUrl], QueryEndpoint = _target.QueryEndpoint, Database = database, User = _target.User, Password = _target.Password,
    });

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        await ExecuteAsync(connection, Session);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task DropSlotAsync(NpgsqlConnection connection, string name) =>
        await ExecuteAsync(connection, $"SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '{name}' AND active; SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{name}';");

    /// <summary>Makes the extension, or says why not.</summary>
    private static async Task<string?> MissingAsync(NpgsqlConnection connection, MatrixCase matrixCase)
    {
        if (matrixCase.Extension is not { } extension)
            return null;
        await using var command = new NpgsqlCommand($"SELECT count(*) > 0 FROM pg_available_extensions WHERE name = '{extension}'", connection);
        if (!(bool)(await command.ExecuteScalarAsync())!)
            return $"the extension {extension} is not installed";
        await ExecuteAsync(connection, $"CREATE EXTENSION IF NOT EXISTS {extension}");
        await connection.ReloadTypesAsync();
        return null;
    }

    private static string Shorten(string? text) => text is null ? "NULL" : text.Length <= 160 ? text : $"{text[..160]}... ({text.Length} characters)";
}
