using System.Globalization;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace Shop.Demo;

/// <summary>The stand-in for StarRocks, and how the demo's pipeline reaches it.</summary>
internal sealed class DemoTarget : IAsyncDisposable
{
    private const string Database = "shop";

    private readonly LocalStarRocksServer _server;

    private DemoTarget(LocalStarRocksServer server) => _server = server;

    public Uri LoadUrl => _server.LoadUrl;

    public string QueryEndpoint => _server.QueryEndpoint;

    /// <summary>The pipeline's configuration for this target.</summary>
    public IReadOnlyDictionary<string, string?> Configuration => new Dictionary<string, string?>
    {
        ["StarRocks:LoadUrl"] = LoadUrl.ToString(),
        ["StarRocks:QueryEndpoint"] = QueryEndpoint,
        ["StarRocks:Database"] = Database,
        ["StarRocks:User"] = _server.User,
        ["StarRocks:Password"] = _server.Password,
    };

    /// <summary>The same as command-line arguments, without the empty password.</summary>
    public string ConfigurationArguments =>
        string.Join(' ', Configuration.Where(static setting => !string.IsNullOrEmpty(setting.Value)).Select(static setting => $"--{setting.Key}={setting.Value}"));

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

    /// <summary>Starts it, empty: the pipeline creates the database and its tables, from the DDL that was reviewed.</summary>
    public static async Task<DemoTarget> StartAsync(CancellationToken cancellationToken) =>
        new(await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions(), cancellationToken));

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
