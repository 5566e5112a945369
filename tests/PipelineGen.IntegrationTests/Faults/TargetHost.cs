using PipelineGen.LocalStarRocks;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>A seed's stand-in, which keeps its data in a file and so can be ended and started again at the same ports.</summary>
internal sealed class TargetHost : IAsyncDisposable
{
    public const string Database = "oracle";

    private LocalStarRocksOptions _options;
    private LocalStarRocksServer _server;

    private TargetHost(LocalStarRocksOptions options, LocalStarRocksServer server)
    {
        _options = options;
        _server = server;
    }

    public LocalStarRocksServer Server => _server;

    public static async Task<TargetHost> StartAsync(string folder)
    {
        var options = new LocalStarRocksOptions { Version = "4.1", DataFile = Path.Combine(folder, "target.db") };
        LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(options);
        options = options with
        {
            HttpPort = server.LoadUrl.Port,
            BackendPort = server.BackendUrl.Port,
            SqlPort = int.Parse(server.QueryEndpoint.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture),
        };
        return new TargetHost(options, server);
    }

    /// <summary>Everything that is not in the file is gone; and so are the faults that were to come.</summary>
    public async Task RestartAsync(TimeSpan down)
    {
        await _server.DisposeAsync();
        await Task.Delay(down);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _server = await LocalStarRocksServer.StartAsync(_options);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                // An outgoing connection of somebody's sits on the port for a moment.
                await Task.Delay(100);
            }
        }
    }

    /// <summary>A client that goes past the proxies.</summary>
    public SqlClient OpenSql() => new(new StarRocksOptions
    {
        LoadUrls = [_server.LoadUrl], QueryEndpoint = _server.QueryEndpoint, Database = Database, User = _server.User, Password = _server.Password,
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
