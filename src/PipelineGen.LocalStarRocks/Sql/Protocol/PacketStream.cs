using System.Buffers.Binary;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>A packet over max_allowed_packet: refused before it is read, and its connection ended.</summary>
internal sealed class PacketTooLargeException() : Exception("Got a packet bigger than 'max_allowed_packet' bytes");

/// <summary>Packets over a connection: three bytes of length, one of sequence; payloads of 16 MB and more come in parts.</summary>
internal sealed class PacketStream(Stream stream)
{
    private const int MaxPart = 0xFFFFFF;

    // A header may announce 16 MB that never come: room is made as bytes arrive.
    private const int FirstRoom = 64 * 1024;

    private readonly byte[] _in = new byte[16 * 1024];
    private readonly MemoryStream _out = new();
    private Stream _stream = stream;
    private int _start;
    private int _end;
    private byte _sequence;

    /// <summary>Little before the login.</summary>
    public int MaxPacket { get; set; } = 1 << 20;

    /// <summary>Off during the handshake: the bytes behind an SSLRequest are TLS' own.</summary>
    public bool ReadAhead { get; set; }

    public void Switch(Stream tls) => _stream = tls;

    /// <summary>Null: the client went away between packets.</summary>
    /// <exception cref="EndOfStreamException">It went away within one.</exception>
    /// <exception cref="PacketTooLargeException">The packet is over <see cref="MaxPacket"/>.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        var header = new byte[4];
        byte[] payload = [];
        int used = 0;
        while (true)
        {
            int read = await FillAsync(header.AsMemory(), ct).ConfigureAwait(false);
            if (read < 4)
            {
                return read == 0 && used == 0 ? null : throw new EndOfStreamException();
            }

            int length = header[0] | header[1] << 8 | header[2] << 16;
            _sequence = (byte)(header[3] + 1);
            if (used + length > MaxPacket)
            {
                throw new PacketTooLargeException();
            }

            int end = used + length;
            while (used < end)
            {
                if (used == payload.Length)
                {
                    Array.Resize(ref payload, Math.Min(end, Math.Max(FirstRoom, payload.Length * 2)));
                }

                int got = await FillAsync(payload.AsMemory(used, Math.Min(payload.Length, end) - used), ct).ConfigureAwait(false);
                used += got > 0 ? got : throw new EndOfStreamException();
            }

            if (length < MaxPart)
            {
                return used == payload.Length ? payload : payload[..used];
            }
        }
    }

    public async Task WriteAsync(PacketWriter packet, CancellationToken ct)
    {
        ReadOnlyMemory<byte> rest = packet.Payload;
        var header = new byte[4];
        while (true)
        {
            int length = Math.Min(rest.Length, MaxPart);
            BinaryPrimitives.WriteInt32LittleEndian(header, length);
            header[3] = _sequence++;
            _out.Write(header);
            _out.Write(rest.Span[..length]);
            rest = rest[length..];
            if (_out.Length >= FirstRoom)
            {
                await SendAsync(ct).ConfigureAwait(false);
            }

            // A part of exactly the maximum is followed by another, empty one if need be.
            if (length < MaxPart)
            {
                return;
            }
        }
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        await SendAsync(ct).ConfigureAwait(false);
        await _stream.FlushAsync(ct).ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken ct)
    {
        await _stream.WriteAsync(_out.GetBuffer().AsMemory(0, (int)_out.Length), ct).ConfigureAwait(false);
        _out.SetLength(0);
        _out.Capacity = FirstRoom * 2;
    }

    // As many bytes as there is room for, fewer only at the end of the stream.
    private async Task<int> FillAsync(Memory<byte> room, CancellationToken ct)
    {
        int filled = 0;
        while (filled < room.Length)
        {
            if (_start == _end)
            {
                _start = 0;
                int wanted = ReadAhead ? _in.Length : Math.Min(room.Length - filled, _in.Length);
                _end = await _stream.ReadAsync(_in.AsMemory(0, wanted), ct).ConfigureAwait(false);
                if (_end == 0)
                {
                    return filled;
                }
            }

            int part = Math.Min(room.Length - filled, _end - _start);
            _in.AsMemory(_start, part).CopyTo(room[filled..]);
            _start += part;
            filled += part;
        }

        return filled;
    }
}
