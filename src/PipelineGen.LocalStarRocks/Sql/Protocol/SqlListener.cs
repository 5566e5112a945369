using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>The SQL port: accepts connections until it is stopped, and then cuts them.</summary>
internal sealed class SqlListener(Cluster cluster, int port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<uint, (TcpClient Client, Task Running)> _connections = new();
    private TcpListener? _listener;
    private CancellationTokenSource? _stopping;
    private Task _accepting = Task.CompletedTask;
    private uint _lastConnection;

    public int Port { get; private set; } = port;

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _stopping = new CancellationTokenSource();
        _accepting = AcceptAsync(_listener, _stopping.Token);
    }

    public async Task StopAsync()
    {
        if (_listener is null)
        {
            return;
        }

        await _stopping!.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        _listener = null;
        await _accepting.ConfigureAwait(false);
        foreach ((TcpClient client, Task running) in _connections.Values)
        {
            client.Close();
            await running.ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private async Task AcceptAsync(TcpListener listener, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || ct.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // Gone before it was accepted, or no handle left for it: the next may do better.
                await Task.Yield();
                continue;
            }

            uint id = ++_lastConnection;
            client.NoDelay = true;
            Task running = Task.Run(() => ServeAsync(id, client, ct), CancellationToken.None);
            _connections[id] = (client, running);
            _ = running.ContinueWith(_ => _connections.TryRemove(id, out (TcpClient, Task) gone), TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(uint id, TcpClient client, CancellationToken ct)
    {
        using (client)
        {
            try
            {
                // Null when the listener stops at this moment, and has closed it.
                string host = client.Client?.RemoteEndPoint?.ToString() ?? "";
                await new SqlConnection(cluster, id, host, client.GetStream()).RunAsync(ct).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Whatever it was that a client brought about, it ends that client's connection and nothing else.
            }
        }
    }
}
