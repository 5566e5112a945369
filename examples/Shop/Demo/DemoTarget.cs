using System.Globalization;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace Shop.Demo;

/// <summary>The stand-in for StarRocks, with the demo's database.</summary>
internal sealed class DemoTarget : IAsyncDisposable
{
    private const string Database = "shop";

    private readonly LocalStarRocksServer _server;

    private DemoTarget(LocalStarRocksServer server) => _server = server;

    public Uri LoadUrl => _server.LoadUrl;

    public string QueryEndpoint => _server.QueryEndpoint;

    /// <summary>The pipeline's configuration for this target, as command-line arguments.</summary>
    public IReadOnlyList<string> Configuration =>
    [
        $"--StarRocks:LoadUrl={LoadUrl}", $"--StarRocks:QueryEndpoint={QueryEndpoint}", $"--StarRocks:Database={Database}", $"--StarRocks:User={_server.User}", $"--StarRocks:Password={_server.Password}",
    ];

    /// <summary>What connects a MySQL client.</summary>
    public string ClientArguments
    {
        get
        {
            string[] endpoint = QueryEndpoint.Split(':');
            return string.Create(CultureInfo.InvariantCulture, $"-h {endpoint[0]} -P {endpoint[1]} -u {_server.User} {Database}");
        }
    }

    private StarRocksOptions Options => new()
    {
        LoadUrls = [LoadUrl], QueryEndpoint = QueryEndpoint, Database = Database, User = _server.User, Password = _server.Password,
    };

    /// <summary>Starts it and creates the database and the pipeline's tables, from the DDL that was reviewed.</summary>
    public static async Task<DemoTarget> StartAsync(PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var target = new DemoTarget(await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions(), cancellationToken));
        try
        {
            await using (var server = new SqlClient(target.Options, withoutDatabase: true))
                await new DdlExecutor(server).CreateDatabaseIfMissingAsync(Database, cancellationToken);
            await using var database = new SqlClient(target.Options);
            await new DdlExecutor(database).ExecuteAsync(pipeline.Tables.Select(static table => table.Layout.CreateTable), cancellationToken);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <summary>Compares the pipeline's tables with their source.</summary>
    public async Task<IReadOnlyList<TableVerification>> VerifyAsync(PipelineDefinition pipeline, string sourceConnectionString, CancellationToken cancellationToken)
    {
        await using var client = new SqlClient(Options);
        var results = new List<TableVerification>();
        await foreach (TableVerification result in new Verification(pipeline, sourceConnectionString, client).RunAsync([], cancellationToken))
            results.Add(result);
        return results;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
