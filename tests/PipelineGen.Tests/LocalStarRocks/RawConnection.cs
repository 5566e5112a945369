using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>A connection that sends any bytes: for what an HTTP client would not send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly StringBuilder _read = new();
    private NetworkStream _stream = null!;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, port, connection._limit.Token);
        connection._stream = connection._client.GetStream();
        return connection;
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), _limit.Token);

    /// <summary>No more from here; the answer can still come.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>To the end of the next head.</summary>
    public Task<string> ReadHeadAsync() => ReadUntilAsync(text => text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end ? end + 4 : -1);

    /// <summary>A head and its body, by Content-Length.</summary>
    public Task<string> ReadAnswerAsync() => ReadUntilAsync(text =>
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return -1;
        }

        string head = text[..(end + 2)];
        int length = head.Contains("Content-Length: ", StringComparison.Ordinal) ? int.Parse(head.Split("Content-Length: ")[1].Split("\r\n")[0]) : 0;
        return text.Length >= end + 4 + length ? end + 4 + length : -1;
    });

    /// <summary>All that comes until the other side ends the connection, however it does.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, _limit.Token)) > 0)
            {
                _read.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Reset: an end too.
        }

        return _read.ToString();
    }

    public void Dispose()
    {
        _client.Dispose();
        _limit.Dispose();
    }

    private async Task<string> ReadUntilAsync(Func<string, int> end)
    {
        var buffer = new byte[4096];
        int length;
        while ((length = end(_read.ToString())) < 0)
        {
            int read = await _stream.ReadAsync(buffer, _limit.Token);
            Assert.True(read > 0, $"The connection ended after: {_read}");
            _read.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        string text = _read.ToString(0, length);
        _read.Remove(0, length);
        return text;
    }
}
