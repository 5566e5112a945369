using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.Tests.StarRocks;

/// <summary>A frontend or backend on the wire: hands each connection's request to a script that decides every byte and every reset.</summary>
internal sealed class FakeHttpServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;

    public FakeHttpServer(Func<FakeHttpRequest, Task> script)
    {
        _listener = new LoopbackListener(async (network, stopping) =>
        {
            FakeHttpRequest request = await FakeHttpRequest.ReadHeadAsync(network, stopping);
            Requests.Enqueue(request);
            await script(request);
        });
        Url = new Uri($"http://127.0.0.1:{_listener.Port}");
    }

    public Uri Url { get; }

    public ConcurrentQueue<FakeHttpRequest> Requests { get; } = [];

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nobody() => new($"http://127.0.0.1:{LoopbackListener.FreePort()}");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}

/// <summary>One request and the means to answer it.</summary>
internal sealed class FakeHttpRequest
{
    private readonly NetworkStream _network;
    private readonly CancellationToken _stopping;

    private FakeHttpRequest(NetworkStream network, string head, CancellationToken stopping)
    {
        _network = network;
        _stopping = stopping;
        string[] lines = head.Split("\r\n");
        string[] parts = lines[0].Split(' ');
        Method = parts[0];
        Path = parts[1];
        Headers = lines.Skip(1).Where(line => line.Length > 0).ToDictionary(
            line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
    }

    public string Method { get; }

    public string Path { get; }

    public Dictionary<string, string> Headers { get; }

    public string Body => Encoding.UTF8.GetString(BodyBytes);

    public byte[] BodyBytes { get; private set; } = [];

    public CancellationToken Stopping => _stopping;

    public static async Task<FakeHttpRequest> ReadHeadAsync(NetworkStream network, CancellationToken stopping)
    {
        var seen = new StringBuilder();
        byte[] one = new byte[1];
        while (!seen.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await network.ReadAsync(one, stopping) == 0)
            {
                throw new IOException("no request came");
            }

            seen.Append((char)one[0]);
        }

        return new FakeHttpRequest(network, seen.ToString(), stopping);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => _network.WriteAsync(bytes, _stopping).AsTask();

    public Task ReplyAsync(int status, string body, string extraHeaders = "") =>
        SendAsync($"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{extraHeaders}\r\n{body}");

    public Task RedirectAsync(Uri target) => ReplyAsync(307, "", $"Location: {new Uri(target, Path)}\r\n");

    /// <summary>Sends 100 Continue and reads the body by its framing.</summary>
    public async Task ContinueAsync()
    {
        await SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        if (Headers.TryGetValue("Content-Length", out string? length))
        {
            byte[] bytes = new byte[int.Parse(length)];
            await _network.ReadExactlyAsync(bytes, _stopping);
            BodyBytes = bytes;
            return;
        }

        var body = new MemoryStream();
        while (true)
        {
            int size = Convert.ToInt32(await ReadLineAsync(), 16);
            byte[] chunk = new byte[size];
            await _network.ReadExactlyAsync(chunk, _stopping);
            body.Write(chunk);
            Assert.Equal("", await ReadLineAsync());
            if (size == 0)
            {
                BodyBytes = body.ToArray();
                return;
            }
        }
    }

    public async Task ReadSomeAsync(int bytes) => await _network.ReadExactlyAsync(new byte[bytes], _stopping);

    /// <summary>Everything that the client still sends until it closes.</summary>
    public async Task<int> CountUntilClosedAsync()
    {
        _network.Socket.Shutdown(SocketShutdown.Send);
        int total = 0;
        byte[] buffer = new byte[4096];
        int read;
        while ((read = await _network.ReadAsync(buffer, _stopping)) > 0)
        {
            total += read;
        }

        return total;
    }

    /// <summary>Closes with RST.</summary>
    public void Reset()
    {
        _network.Socket.LingerState = new LingerOption(true, 0);
        _network.Socket.Close();
    }

    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, _stopping);

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (true)
        {
            await _network.ReadExactlyAsync(one, _stopping);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}
