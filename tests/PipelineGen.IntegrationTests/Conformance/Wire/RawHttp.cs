using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>HTTP/1.1 from the bytes up, so that the suite is no second user of the client it stands beside.</summary>
internal sealed class RawHttp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds, SendTimeout = (int)Patience.TotalMilliseconds };
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawHttp(string host, int port) => _socket.Connect(host, port);

    /// <summary>A connection that is kept.</summary>
    public static RawHttp Connect(string host, int port) => new(host, port);

    /// <summary>One request on a connection of its own.</summary>
    public static RawReply Exchange(string host, int port, RawRequest request, bool watchClose = false)
    {
        using var http = new RawHttp(host, port);
        RawReply reply = http.Send(request);
        return watchClose ? reply with { Closed = http.IsClosedByServer() } : reply;
    }

    /// <exception cref="IOException">The connection broke before the reply was whole.</exception>
    public RawReply Send(RawRequest request)
    {
        Write(request.Head());
        bool continued = false;
        if (request.ExpectsContinue)
        {
            RawReply first = Read(request.Method == "HEAD");
            if (first.Status != 100)
                return first;
            continued = true;
        }

        try
        {
            Write(request.Payload());
            if (request.EndSending)
                _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has answered without reading all; what it said is still to be read.
        }

        RawReply reply;
        do
        {
            reply = Read(request.Method == "HEAD");
            continued |= reply.Status == 100;
        }
        while (reply.Status == 100);
        return reply with { Continued = continued };
    }

    /// <summary>Bytes as they are, for what is no request.</summary>
    public void Write(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += _socket.Send(bytes.AsSpan(sent));
    }

    /// <summary>A reply; interim ones too.</summary>
    /// <exception cref="IOException">None came whole.</exception>
    public RawReply Read(bool isHead = false)
    {
        string[] status = Line().Split(' ', 3);
        if (status.Length < 2 || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out int code))
            throw new IOException($"'{string.Join(' ', status)}' is no status line");
        var headers = new List<(string Name, string Value)>();
        for (string line = Line(); line.Length > 0; line = Line())
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                throw new IOException($"'{line}' is no header");
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        var head = new RawReply(code, headers, [], Continued: false, Closed: false);
        return code is 100 or 204 or 304 || isHead ? head : head with { Body = ReadBody(head) };
    }

    /// <summary>The server's end of the connection has come to an end, and nothing was sent before.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            _socket.ReceiveTimeout = 15_000;
            return _start == _end && _socket.Receive(_buffer) == 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    public void Dispose() => _socket.Dispose();

    private byte[] ReadBody(RawReply head)
    {
        var body = new ArrayBufferWriter<byte>();
        if (string.Equals(head.Header("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase))
        {
            for (int size = ChunkSize(); size > 0; size = ChunkSize())
            {
                Take(size, body);
                Line();
            }

            while (Line().Length > 0)
            {
                // Trailers.
            }
        }
        else if (head.Header("Content-Length") is { } length)
        {
            Take(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), body);
        }
        else
        {
            while (Fill())
                Take(_end - _start, body);
        }

        return body.WrittenSpan.ToArray();
    }

    private int ChunkSize() => int.Parse(Line().Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Take(int count, ArrayBufferWriter<byte> body)
    {
        while (count > 0)
        {
            if (_start == _end && !Fill())
                throw new IOException($"the connection ended {count} bytes before the body did");
            int part = Math.Min(count, _end - _start);
            body.Write(_buffer.AsSpan(_start, part));
            _start += part;
            count -= part;
        }
    }

    private string Line()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end && !Fill())
                throw new IOException(line.Count == 0 ? "the connection was closed without a reply" : "the connection ended within a line");
            byte next = _buffer[_start++];
            if (next == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }
    }

    private bool Fill()
    {
        try
        {
            _start = 0;
            _end = _socket.Receive(_buffer);
            return _end > 0;
        }
        catch (SocketException e)
        {
            throw new IOException($"the connection broke: {e.SocketErrorCode}", e);
        }
    }
}
