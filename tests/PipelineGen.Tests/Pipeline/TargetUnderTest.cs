using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A stand-in with the tables of <see cref="TestPipeline"/>, and the clients of a pipeline for it.</summary>
internal sealed class TargetUnderTest : IAsyncDisposable
{
    private readonly LocalStarRocksServer _server;
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create("Host=never.connected");

    private TargetUnderTest(LocalStarRocksServer server)
    {
        _server = server;
        var options = new StarRocksOptions { LoadUrls = [server.LoadUrl], QueryEndpoint = server.QueryEndpoint, Database = "shop", User = server.User, Password = server.Password };
        Sql = new SqlClient(options);
        Loads = new StreamLoadClient(options);
        Transactions = new TransactionClient(options);
        Progress = new ProgressStore(Sql, "shop", TimeProvider.System);
        Intents = new IntentLedger(Progress, Loads, "shop", TimeProvider.System);
    }

    public SqlClient Sql { get; }

    public StreamLoadClient Loads { get; }

    public TransactionClient Transactions { get; }

    public ProgressStore Progress { get; }

    public IntentLedger Intents { get; }

    public LocalStarRocksFaults Faults => _server.Faults;

    public static async Task<TargetUnderTest> StartAsync(string version = "3.5")
    {
        LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version });
        await using (var bare = new SqlClient(new StarRocksOptions { LoadUrls = [server.LoadUrl], QueryEndpoint = server.QueryEndpoint, Database = "shop", User = server.User, Password = server.Password }, withoutDatabase: true))
            await bare.ExecuteAsync("CREATE DATABASE shop", CancellationToken.None);
        var target = new TargetUnderTest(server);
        foreach (string create in (string[])[ProgressStore.CreateTable(1), QuarantineTable.CreateTable(1), Fruit.Layout.CreateTable, Tag.Layout.CreateTable, Item.Layout.CreateTable, Photo.Layout.CreateTable, Hit.Layout.CreateTable])
            await target.Sql.ExecuteAsync(create, CancellationToken.None);
        return target;
    }

    public Loader Loader(PipelineState state) => new(state, Loads, Progress, Intents, Quarantine(state), Truncation, NullLogger.Instance);

    public QuarantineLoads Quarantine(PipelineState state) => new(state, Loads, Intents, Sql, TimeProvider.System);

    public Recovery Recovery(PipelineState state) => new(Context(state), Transactions);

    /// <summary>For what never asks the source.</summary>
    public CopyContext Context(PipelineState state) => new(
        state, _source, Loads, Intents, Quarantine(state), Progress, Truncation, new PipelineOptions { SourceConnectionString = "", Slot = "shop", Publication = "shop" }, TimeProvider.System, NullLogger.Instance);

    public TransactionLoader TransactionLoader(PipelineState state) => new(
        state, Loader(state), Transactions, Progress, Truncation, new FlushCadence(TimeSpan.FromSeconds(2), 1 << 20, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    /// <summary>Another leader frontend: open transactions over several tables are lost.</summary>
    public void ChangeLeader() => _server.ChangeLeader();

    private TableTruncation Truncation => new(Sql, TimeProvider.System, NullLogger.Instance);

    /// <summary>The table's rows, a line each, in the order of its key.</summary>
    public async Task<string[]> RowsAsync(string table = "items", string columns = "id, name, body, size")
    {
        SqlResult result = await Sql.QueryAsync($"SELECT {columns} FROM {table} ORDER BY id", CancellationToken.None);
        return [.. result.Rows.Select(row => string.Join('|', Enumerable.Range(0, columns.Split(',').Length).Select(i => row[i] ?? "NULL")))];
    }

    public async Task<StoredPosition?> PositionAsync() => (await Progress.ReadAsync(CancellationToken.None)).Position;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        Loads.Dispose();
        Transactions.Dispose();
        await Sql.DisposeAsync();
        await _server.DisposeAsync();
    }
}
