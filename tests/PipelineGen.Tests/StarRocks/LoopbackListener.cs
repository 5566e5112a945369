using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineGen.Tests.StarRocks;

/// <summary>Accepts connections on a free loopback port and holds a conversation on each. A conversation's own failures fail the test; the client's leaving doesn't.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<NetworkStream, CancellationToken, Task> _converse;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Exception> _failures = [];
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Task _accepting;

    public LoopbackListener(Func<NetworkStream, CancellationToken, Task> converse)
    {
        _converse = converse;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>A port where nobody listens.</summary>
    public static int FreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_conversations);
        Assert.Empty(_failures);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                _conversations.Add(ConverseAsync(socket));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true; // packets that are written in two parts would wait for an acknowledgement in between
            using var network = new NetworkStream(socket, ownsSocket: true);
            await _converse(network, _stopping.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left, or the test is over.
        }
        catch (Exception failure)
        {
            _failures.Add(failure);
        }
    }
}
