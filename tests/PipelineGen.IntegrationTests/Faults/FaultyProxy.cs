using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>The way of bytes through a <see cref="FaultyProxy"/>.</summary>
internal enum ProxyDirection
{
    ToServer,
    ToClient,
}

/// <summary>
/// A network between the pipeline and one port of a server: passes bytes on, and cuts, holds or swallows them when told to.
/// A cut is a TCP reset, as a router or a dying machine's successor sends it.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Pair, Task> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly long[] _bytesToCut = [-1, -1];
    private readonly int _serverPort;
    private readonly (byte[] From, byte[] To)? _rewriting;
    private readonly Task _accepting;
    private TaskCompletionSource? _stall;
    private volatile bool _blackhole;

    /// <param name="serverPort">On the loopback.</param>
    /// <param name="rewriting">
    /// Two ports: the server's redirects to the first are made to lead to the second, which must have as many digits.
    /// </param>
    public FaultyProxy(int serverPort, (int From, int To)? rewriting = null)
    {
        _serverPort = serverPort;
        if (rewriting is { } ports)
            _rewriting = (Encoding.ASCII.GetBytes($"127.0.0.1:{ports.From}/"), Encoding.ASCII.GetBytes($"127.0.0.1:{ports.To}/"));
        if (_rewriting is { } bytes && bytes.From.Length != bytes.To.Length)
            throw new ArgumentException($"ports {rewriting} are not of one length", nameof(rewriting));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that faults have reset.</summary>
    public int Cuts { get; private set; }

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (Pair pair in _pairs.Keys)
            Reset(pair);
    }

    /// <summary>Resets a connection after so many more bytes, over all connections, have gone that way: in the middle of what it carries.</summary>
    public void CutAfter(ProxyDirection direction, long bytes)
    {
        lock (_lock)
            _bytesToCut[(int)direction] = bytes;
    }

    /// <summary>Takes a cut back that has not struck.</summary>
    public void ForgetCuts()
    {
        lock (_lock)
            _bytesToCut.AsSpan().Fill(-1);
    }

    /// <summary>Nothing moves for a while; nothing is lost.</summary>
    public async Task StallAsync(TimeSpan duration)
    {
        var stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stall = stall;
        try
        {
            await DelayAsync(duration);
        }
        finally
        {
            _stall = null;
            stall.SetResult();
        }
    }

    /// <summary>Both sides take their connections for good, and whatever they send is swallowed; then the connections are reset.</summary>
    public async Task BlackholeAsync(TimeSpan duration)
    {
        _blackhole = true;
        foreach (Pair pair in _pairs.Keys)
            pair.IsSwallowed = true;
        try
        {
            await DelayAsync(duration);
        }
        finally
        {
            _blackhole = false;
            foreach (Pair pair in _pairs.Keys.Where(static pair => pair.IsSwallowed))
                Reset(pair);
        }
    }

    /// <summary>The client's side of every connection is reset, and the server hears of it only after a while: its walsender goes on holding the slot.</summary>
    public async Task HalfOpenAsync(TimeSpan duration)
    {
        Pair[] pairs = [.. _pairs.Keys];
        foreach (Pair pair in pairs)
        {
            pair.IsSwallowed = true;
            pair.KeepsServer = true;
            Reset(pair.Client);
            Cuts++;
        }

        try
        {
            await DelayAsync(duration);
        }
        finally
        {
            foreach (Pair pair in pairs)
            {
                pair.KeepsServer = false;
                Reset(pair);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (Pair pair in _pairs.Keys)
        {
            pair.KeepsServer = false;
            Reset(pair);
        }

        await _accepting;
        await Task.WhenAll(_pairs.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                client.NoDelay = true;
                var pair = new Pair(client) { IsSwallowed = _blackhole };
                _pairs[pair] = Task.CompletedTask;
                _pairs[pair] = ServeAsync(pair);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or a client that gave up.
            }
        }
    }

    private async Task ServeAsync(Pair pair)
    {
        // Off the accepting task.
        await Task.Yield();
        try
        {
            if (!pair.IsSwallowed)
                await pair.Server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            pair.Server.NoDelay = true;
            Task up = PumpAsync(pair, pair.Client, pair.Server, ProxyDirection.ToServer);
            Task down = pair.Server.Connected ? PumpAsync(pair, pair.Server, pair.Client, ProxyDirection.ToClient) : Task.CompletedTask;
            await Task.WhenAll(up, down);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // A server that doesn't listen: the client sees its connection refused.
            Reset(pair);
        }
        finally
        {
            while (pair.KeepsServer && !_stop.IsCancellationRequested)
                await DelayAsync(TimeSpan.FromMilliseconds(50));
            Reset(pair.Client);
            Reset(pair.Server);
            _pairs.TryRemove(pair, out _);
        }
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, ProxyDirection direction)
    {
        byte[] buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, _stop.Token);
                if (_stall is { } stall)
                    await stall.Task;
                if (read == 0)
                {
                    if (!pair.IsSwallowed)
                        to.Shutdown(SocketShutdown.Send);
                    return;
                }

                if (pair.IsSwallowed)
                    continue;
                int passing = BytesBeforeCut(direction, read);
                Memory<byte> bytes = buffer.AsMemory(0, passing);
                if (direction == ProxyDirection.ToClient)
                    Rewrite(bytes.Span);
                while (!bytes.IsEmpty)
                    bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
                if (passing < read)
                    Reset(pair);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other, as on a real network.
            if (!pair.KeepsServer)
                Reset(pair, isFault: false);
        }
    }

    /// <summary>How many of the bytes still go through.</summary>
    private int BytesBeforeCut(ProxyDirection direction, int read)
    {
        lock (_lock)
        {
            ref long left = ref _bytesToCut[(int)direction];
            if (left < 0)
                return read;
            if (read <= left)
            {
                left -= read;
                return read;
            }

            int passing = (int)left;
            left = -1;
            return passing;
        }
    }

    /// <summary>A redirect is one small message, in one read; were it cut in two, the load would go past the proxy, which harms nothing.</summary>
    private void Rewrite(Span<byte> bytes)
    {
        if (_rewriting is { } ports && bytes.IndexOf(ports.From) is >= 0 and var at)
            ports.To.CopyTo(bytes[at..]);
    }

    private void Reset(Pair pair, bool isFault = true)
    {
        if (isFault && pair.Client.Connected)
            Cuts++;
        Reset(pair.Client);
        if (!pair.KeepsServer)
            Reset(pair.Server);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }

    private async Task DelayAsync(TimeSpan duration) => await Task.Delay(duration, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Pair(Socket client)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public volatile bool IsSwallowed;

        public volatile bool KeepsServer;
    }
}
