using Npgsql;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>A seed's source and target, and the network, disk and clock between them and the pipeline.</summary>
internal sealed class OracleSurroundings : IAsyncDisposable
{
    private readonly OracleDraws _draws;
    private readonly string _folder;

    private OracleSurroundings(OracleDraws draws, string folder, ThrowawayPostgres postgres, TestDatabase database, TargetHost target, SpillDisk disk, SkewedClock? clock)
    {
        _draws = draws;
        _folder = folder;
        Postgres = postgres;
        SourceDatabase = database;
        Target = target;
        Disk = disk;
        Clock = clock;
        Source = new FaultyProxy(postgres.Port);
        Sql = new FaultyProxy(Port(target.Server.QueryEndpoint));
        Backend = new FaultyProxy(target.Server.BackendUrl.Port);
        Frontend = new FaultyProxy(target.Server.LoadUrl.Port, (target.Server.BackendUrl.Port, Backend.Port));
    }

    public ThrowawayPostgres Postgres { get; }

    public TestDatabase SourceDatabase { get; }

    /// <summary>Past the proxy.</summary>
    public string SourceConnectionString => SourceDatabase.ConnectionString;

    public string Slot => $"oracle_{SourceDatabase.Name}";

    public TargetHost Target { get; }

    public SpillDisk Disk { get; }

    /// <summary>Null where clocks can't be made to jump.</summary>
    public SkewedClock? Clock { get; }

    public FaultyProxy Source { get; }

    public FaultyProxy Frontend { get; }

    public FaultyProxy Backend { get; }

    public FaultyProxy Sql { get; }

    /// <summary>The pipeline's, through the proxies.</summary>
    public Dictionary<string, string?> Settings => new(_draws.Settings)
    {
        ["Source:ConnectionString"] = new NpgsqlConnectionStringBuilder(SourceConnectionString) { Port = Source.Port }.ConnectionString,
        ["Source:Slot"] = Slot,
        ["StarRocks:LoadUrl"] = $"http://127.0.0.1:{Frontend.Port}/",
        ["StarRocks:QueryEndpoint"] = $"127.0.0.1:{Sql.Port}",
        ["StarRocks:User"] = Target.Server.User,
        ["StarRocks:Password"] = Target.Server.Password,
        ["StarRocks:Database"] = TargetHost.Database,
        ["Pipeline:SpillFolder"] = Disk.Folder,
    };

    /// <summary>A database with filled tables, an empty target, and no pipeline between them.</summary>
    public static async Task<OracleSurroundings> CreateAsync(ThrowawayPostgres postgres, string database, OracleDraws draws)
    {
        string folder = Directory.CreateTempSubdirectory("pipelinegen-oracle-").FullName;
        await using (var connection = new NpgsqlConnection(postgres.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"CREATE DATABASE {database}", connection);
            await create.ExecuteNonQueryAsync();
        }

        var source = new TestDatabase(postgres, database);
        await source.ExecuteAsync(OracleSchema.Create + (draws.HasWholeOldRows ? OracleSchema.WholeOldRows : ""));
        await source.ExecuteAsync(OracleSchema.Fill);
        return new OracleSurroundings(
            draws, folder, postgres, source, await TargetHost.StartAsync(folder), await SpillDisk.CreateAsync(Path.Combine(folder, "spill"), draws.HasSmallDisk), await SkewedClock.CreateAsync(folder));
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Frontend.DisposeAsync();
        await Backend.DisposeAsync();
        await Sql.DisposeAsync();
        await Target.DisposeAsync();
        await SourceDatabase.DisposeAsync();
        await Disk.DisposeAsync();
        Clock?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int Port(string endpoint) => int.Parse(endpoint.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
