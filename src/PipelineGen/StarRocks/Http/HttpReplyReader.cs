using System.Globalization;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>Reads HTTP/1.1 replies from a connection that carries one request. Sizes are bounded: a reply is a small JSON text.</summary>
internal sealed class HttpReplyReader(Stream stream)
{
    private const int MaxHeadBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;

    /// <summary>Reads the next reply; interim replies come as <see cref="HttpReply"/> without a body.</summary>
    /// <param name="maxBody">Bytes of body to read at most; the rest is left unread.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The connection ended inside the reply, or what came is not HTTP.</exception>
    public async Task<HttpReply> ReadAsync(int maxBody, CancellationToken cancellationToken)
    {
        int headBytes = 0;
        string statusLine = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (statusLine.Length < 12 || !statusLine.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(statusLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status < 100)
        {
            throw new IOException("The server's answer is not HTTP/1.1.");
        }

        string? location = null;
        long? length = null;
        bool chunked = false;
        while (true)
        {
            string line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line.Length == 0)
            {
                break;
            }

            if ((headBytes += line.Length) > MaxHeadBytes)
            {
                throw new IOException($"The server's answer has more than {MaxHeadBytes} bytes of headers.");
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new IOException("The server's answer has a malformed header.");
            }

            ReadOnlySpan<char> name = line.AsSpan(0, colon);
            ReadOnlySpan<char> value = line.AsSpan(colon + 1).Trim();
            if (name.Equals("Location", StringComparison.OrdinalIgnoreCase))
            {
                location = value.ToString();
            }
            else if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed))
                {
                    throw new IOException("The server's answer has a malformed Content-Length.");
                }

                length = parsed;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                chunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase);
            }
        }

        if (status is (>= 100 and < 200) or 204 or 304)
        {
            return new HttpReply(status, location, ReadOnlyMemory<byte>.Empty);
        }

        var body = new MemoryStream();
        if (chunked)
        {
            await ReadChunksAsync(body, maxBody, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CopyAsync(body, length, maxBody, cancellationToken).ConfigureAwait(false);
        }

        return new HttpReply(status, location, body.ToArray());
    }

    private async Task ReadChunksAsync(MemoryStream body, int maxBody, CancellationToken cancellationToken)
    {
        while (true)
        {
            string line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            int extension = line.IndexOf(';', StringComparison.Ordinal);
            ReadOnlySpan<char> digits = line.AsSpan(0, extension < 0 ? line.Length : extension).Trim();
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size) || size < 0)
            {
                throw new IOException("The server's answer has a malformed chunk.");
            }

            if (size == 0 || body.Length >= maxBody)
            {
                return; // trailers are of no interest, and the connection carries no other reply
            }

            await CopyAsync(body, size, maxBody, cancellationToken).ConfigureAwait(false);
            if (body.Length >= maxBody)
            {
                return;
            }

            if ((await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length != 0)
            {
                throw new IOException("The server's answer has a malformed chunk.");
            }
        }
    }

    // Without a length the body ends with the connection.
    private async Task CopyAsync(MemoryStream body, long? length, int maxBody, CancellationToken cancellationToken)
    {
        long left = length ?? long.MaxValue;
        while (left > 0 && body.Length < maxBody)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                if (length is null)
                {
                    return;
                }

                throw new IOException($"The connection ended {left} bytes before the end of the server's answer.");
            }

            int take = (int)Math.Min(Math.Min(left, _end - _start), maxBody - body.Length);
            body.Write(_buffer, _start, take);
            _start += take;
            left -= take;
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>(128);
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new IOException("The connection ended before the server had answered.");
            }

            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int take = newline < 0 ? _end - _start : newline;
            line.AddRange(_buffer.AsSpan(_start, take));
            _start += take;
            if (line.Count > MaxHeadBytes)
            {
                throw new IOException($"The server's answer has a line of more than {MaxHeadBytes} bytes.");
            }

            if (newline >= 0)
            {
                _start++;
                if (line.Count > 0 && line[^1] == '\r')
                {
                    line.RemoveAt(line.Count - 1);
                }

                return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line));
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
