using System.Net.Sockets;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>MySQL packets: three bytes of length, one of sequence, the payload; 16 MB ones go on in the next.</summary>
internal sealed class PacketSocket : IDisposable
{
    private const int Whole = 0xFFFFFF;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000, SendTimeout = 60_000 };
    private readonly byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;
    private byte _sequence;

    public PacketSocket(string host, int port) => _socket.Connect(host, port);

    /// <summary>A new command begins: its first packet has number 0.</summary>
    public void Begin() => _sequence = 0;

    /// <summary>The reply to a command of one packet begins, after other commands were sent.</summary>
    public void BeginReply() => _sequence = 1;

    /// <exception cref="IOException">The connection ended, or a packet came out of turn.</exception>
    public byte[] Read()
    {
        byte[] payload = [];
        while (true)
        {
            byte[] header = Take(4);
            int length = header[0] | header[1] << 8 | header[2] << 16;
            if (header[3] != _sequence)
                throw new IOException($"packet {header[3]} came, {_sequence} was due");
            _sequence++;
            byte[] part = Take(length);
            payload = payload.Length == 0 ? part : [.. payload, .. part];
            if (length < Whole)
                return payload.Length > 0 ? payload : throw new IOException("an empty packet came");
        }
    }

    public void Write(byte[] payload)
    {
        int at = 0;
        int length;
        do
        {
            length = Math.Min(payload.Length - at, Whole);
            WriteRaw([(byte)length, (byte)(length >> 8), (byte)(length >> 16), _sequence++, .. payload.AsSpan(at, length)]);
            at += length;
        }
        while (length == Whole);
    }

    /// <summary>Bytes as they are, for what is no packet.</summary>
    public void WriteRaw(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += _socket.Send(bytes.AsSpan(sent));
    }

    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();

    private byte[] Take(int count)
    {
        var bytes = new byte[count];
        for (int taken = 0; taken < count;)
        {
            if (_start == _end)
            {
                _start = 0;
                try
                {
                    _end = _socket.Receive(_buffer);
                }
                catch (SocketException e)
                {
                    _end = 0;
                    throw new IOException($"the SQL connection broke: {e.SocketErrorCode}", e);
                }

                if (_end == 0)
                    throw new IOException("the SQL connection was closed by the server");
            }

            int part = Math.Min(count - taken, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(taken));
            _start += part;
            taken += part;
        }

        return bytes;
    }
}

/// <summary>Length-encoded fields of a packet, one after another.</summary>
internal sealed class PacketFields(byte[] packet, int at)
{
    private int _at = at;

    public ulong Number()
    {
        byte first = packet[_at++];
        int width = first switch { 0xFC => 2, 0xFD => 3, 0xFE => 8, _ => 0 };
        if (width == 0)
            return first;
        ulong number = 0;
        for (int i = 0; i < width; i++)
            number |= (ulong)packet[_at++] << (8 * i);
        return number;
    }

    public byte[]? Bytes()
    {
        if (packet[_at] == 0xFB)
        {
            _at++;
            return null;
        }

        int length = (int)Number();
        _at += length;
        return packet[(_at - length).._at];
    }

    public string Text() => Encoding.UTF8.GetString(Bytes() ?? []);

    public byte[] Rest(int length) => packet[_at..(_at + length)];
}

/// <summary>A column's definition.</summary>
internal sealed record RawColumn(string Name, byte Type, uint Length, byte Decimals)
{
    public static RawColumn Parse(byte[] packet)
    {
        var fields = new PacketFields(packet, 0);
        fields.Text(); // catalog
        fields.Text(); // schema
        fields.Text(); // table
        fields.Text(); // its own name
        string name = fields.Text();
        fields.Text(); // the column's own name
        fields.Number();
        byte[] rest = fields.Rest(10);
        return new RawColumn(name, rest[6], BitConverter.ToUInt32(rest, 2), rest[9]);
    }

    /// <summary>The name of the MySQL type.</summary>
    public string TypeName => Type switch
    {
        1 => "tiny", 2 => "short", 3 => "long", 4 => "float", 5 => "double", 6 => "null", 8 => "longlong", 10 => "date", 12 => "datetime",
        15 => "varchar", 245 => "json", 246 => "newdecimal", 252 => "blob", 253 => "varstring", 254 => "string",
        _ => $"type{Type}",
    };
}
