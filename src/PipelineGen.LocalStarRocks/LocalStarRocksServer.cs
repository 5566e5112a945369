using PipelineGen.LocalStarRocks.Http;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Protocol;

namespace PipelineGen.LocalStarRocks;

/// <summary>
/// A stand-in for a StarRocks of one FE and one BE, on loopback only: Stream Load, its transactions, labels and the SQL endpoint over an
/// embedded SQLite. For examples and tests; what it doesn't know it refuses. Several may run in one process.
/// </summary>
public sealed class LocalStarRocksServer : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly HttpListener _frontend;
    private readonly HttpListener? _follower;
    private readonly HttpListener _backend;
    private readonly SqlListener _sql;
    private bool _disposed;

    private LocalStarRocksServer(LocalStarRocksOptions options)
    {
        _cluster = new Cluster(options, Faults);
        var admin = new StandInAdmin(_cluster, RestartBackendAsync);
        _frontend = new HttpListener(options.HttpPort, new FrontendHttp(_cluster, admin, leader: true).AnswerAsync);
        _follower = options.FollowerHttpPort is { } port ? new HttpListener(port, new FrontendHttp(_cluster, admin, leader: false).AnswerAsync) : null;
        _backend = new HttpListener(options.BackendPort, new BackendHttp(_cluster).AnswerAsync);
        _sql = new SqlListener(_cluster, options.SqlPort);
    }

    /// <summary>The FE's HTTP address: what a pipeline's <c>StarRocks:LoadUrl</c> names.</summary>
    public Uri LoadUrl => new($"http://127.0.0.1:{_frontend.Port}/");

    /// <summary>The following FE's HTTP address, if the options ask for one: it sends what only the leader does on to <see cref="LoadUrl"/>.</summary>
    public Uri? FollowerUrl => _follower is null ? null : new($"http://127.0.0.1:{_follower.Port}/");

    /// <summary>The BE's HTTP address, where the FE redirects loads to.</summary>
    public Uri BackendUrl => new($"http://127.0.0.1:{_backend.Port}/");

    /// <summary>The SQL endpoint as <c>host:port</c>: a pipeline's <c>StarRocks:QueryEndpoint</c>.</summary>
    public string QueryEndpoint => $"127.0.0.1:{_sql.Port}";

    /// <summary>The user that HTTP and SQL accept.</summary>
    public string User => _cluster.Options.User;

    /// <summary>That user's password.</summary>
    public string Password => _cluster.Options.Password;

    internal LabelRegistry Labels => _cluster.Labels;

    /// <summary>Faults to come.</summary>
    public LocalStarRocksFaults Faults { get; } = new();

    /// <summary>What to print at start: that this is no StarRocks, and where it listens.</summary>
    public string StartText => $"{Cluster.Comment}: Stream Load {LoadUrl}, SQL {QueryEndpoint}, standing in for {_cluster.Options.Version}";

    /// <summary>Starts FE, BE and SQL endpoint.</summary>
    /// <exception cref="IOException">A port is taken, or the file can't be opened.</exception>
    public static async Task<LocalStarRocksServer> StartAsync(LocalStarRocksOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new LocalStarRocksServer(options);
        try
        {
            await server.ResumeAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return server;
    }

    /// <summary>Stops listening and cuts every connection; tables, rows and labels stay. Until <see cref="ResumeAsync"/>, connecting is refused.</summary>
    public async Task PauseAsync()
    {
        await _sql.StopAsync().ConfigureAwait(false);
        await _frontend.StopAsync().ConfigureAwait(false);
        if (_follower is not null)
        {
            await _follower.StopAsync().ConfigureAwait(false);
        }

        await _backend.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Listens again, on the same ports.</summary>
    public async Task ResumeAsync(CancellationToken ct = default)
    {
        await _backend.StartAsync(ct).ConfigureAwait(false);
        _cluster.BackendUrl = BackendUrl;
        await _frontend.StartAsync(ct).ConfigureAwait(false);
        if (_follower is not null)
        {
            await _follower.StartAsync(ct).ConfigureAwait(false);
        }

        _sql.Start();
        _cluster.HttpPort = _frontend.Port;
        _cluster.SqlPort = _sql.Port;
    }

    /// <summary>
    /// The BE's process ends and starts again: connections are cut, and what it held of transactions that are not PREPARED is gone,
    /// though the FE shows them as PREPARE until they time out (STARROCKS.md, 2.4).
    /// </summary>
    public async Task RestartBackendAsync(CancellationToken ct = default)
    {
        // Lost before its connections are cut, or the loads on them would be aborted in an orderly way; and after, for what began meanwhile.
        await _cluster.LoseBackendAsync().ConfigureAwait(false);
        await _backend.StopAsync().ConfigureAwait(false);
        await _cluster.LoseBackendAsync().ConfigureAwait(false);
        await _backend.StartAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Another FE becomes the leader, at the same address: it knows what was journaled, which no PREPARE is, nor any multi-table transaction (STARROCKS.md, 2.4, 2.8).</summary>
    public void ChangeLeader() => _cluster.ChangeLeader();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await PauseAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
    }
}
