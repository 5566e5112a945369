using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>Kestrel on one loopback port, without host, routing or log. Stopped and started again on the same port for faults.</summary>
internal sealed class HttpListener(int port, RequestDelegate answer) : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private KestrelServer? _server;

    public int Port { get; private set; } = port;

    public async Task StartAsync(CancellationToken ct)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        // STARROCKS.md, 1.1: FE's limits on the request line and the headers.
        options.Limits.MaxRequestLineSize = 4096;
        options.Limits.MaxRequestHeadersTotalSize = 32768;
        options.Limits.MaxRequestHeaderCount = 1000;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, Port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await _server.StartAsync(this, ct).ConfigureAwait(false);
        string address = _server.Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(address).Port;
    }

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            // Cancelled at once: open connections are cut, as a process that dies cuts them.
            await server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            server.Dispose();
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, or was cut off on purpose: there is nobody to answer.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            int status = e is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : 500;
            await JsonReply.SendTextAsync(context, status, $"{Cluster.Comment}: {e.GetType().Name}: {e.Message}").ConfigureAwait(false);
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public ValueTask DisposeAsync() => new(StopAsync());
}
