using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.Benchmarks;

/// <summary>
/// Takes the loads of one table and drops their bodies; everything else it redirects to a stand-in. What is measured with it
/// is the way from Postgres to a load's body, and HTTP.
/// </summary>
internal sealed class DiscardingEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _others;
    private readonly string _path;
    private readonly Task _accepting;
    private long _bytes;

    /// <param name="table">The table whose loads are dropped.</param>
    /// <param name="others">Where all other requests belong.</param>
    public DiscardingEndpoint(string table, Uri others)
    {
        _path = $"/{table}/_stream_load";
        _others = others;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Body bytes that were dropped.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client = await _listener.AcceptSocketAsync(_stop.Token);
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            byte[] buffer = new byte[256 * 1024];
            int held = 0;
            while (await ReadHeadAsync(client, buffer, held, _stop.Token) is { } request)
            {
                (string head, held) = request;
                string line = head[..head.IndexOf("\r\n", StringComparison.Ordinal)];
                string target = line.Split(' ')[1];
                if (!target.EndsWith(_path, StringComparison.Ordinal))
                {
                    await SendAsync(client, $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {new Uri(_others, target)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                    return;
                }

                await SendAsync(client, "HTTP/1.1 100 Continue\r\n\r\n");
                if (!head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                    throw new NotSupportedException("a chunk's load has no length");
                await DropBodyAsync(client, buffer, held);
                const string reply = """{"TxnId":1,"Status":"Success","Message":"OK","NumberTotalRows":0,"NumberLoadedRows":0,"NumberFilteredRows":0,"NumberUnselectedRows":0,"LoadBytes":0,"LoadTimeMs":1}""";
                await SendAsync(client, string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {reply.Length}\r\nConnection: close\r\n\r\n{reply}"));
                client.Shutdown(SocketShutdown.Send);
                return;
            }
        }
    }

    /// <summary>The request's head; what of the body came with it lies at the buffer's beginning then.</summary>
    private static async Task<(string Head, int Held)?> ReadHeadAsync(Socket client, byte[] buffer, int held, CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                string head = Encoding.ASCII.GetString(buffer, 0, end + 2);
                buffer.AsSpan(end + 4, held - end - 4).CopyTo(buffer);
                return (head, held - end - 4);
            }

            int read = await client.ReceiveAsync(buffer.AsMemory(held), cancellationToken);
            if (read == 0)
                return null;
            held += read;
        }
    }

    /// <summary>Reads a chunked body to its last chunk.</summary>
    private async Task DropBodyAsync(Socket client, byte[] buffer, int held)
    {
        int at = 0;
        while (true)
        {
            int line;
            while ((line = buffer.AsSpan(at, held - at).IndexOf("\r\n"u8)) < 0)
                (at, held) = await MoreAsync(at, held);
            long left = long.Parse(buffer.AsSpan(at, line), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at += line + 2;
            bool isLast = left == 0;
            Interlocked.Add(ref _bytes, left);
            left += 2;
            while (left > 0)
            {
                if (at == held)
                    (at, held) = await MoreAsync(at, held);
                int some = (int)Math.Min(left, held - at);
                at += some;
                left -= some;
            }

            if (isLast)
                return;
        }

        async Task<(int At, int Held)> MoreAsync(int from, int to)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            int read = await client.ReceiveAsync(buffer.AsMemory(to - from), _stop.Token);
            return read > 0 ? (0, to - from + read) : throw new EndOfStreamException("a load's body ended in its middle");
        }
    }

    private static async Task SendAsync(Socket client, string text) => await client.SendAsync(Encoding.ASCII.GetBytes(text));
}
