using System.Buffers.Binary;

namespace PipelineGen.StarRocks;

/// <summary>Packets over a connection: 3 bytes of length, 1 of sequence, payloads of 16 MB - 1 and more in several packets.</summary>
internal sealed class PacketStream(Stream stream, int maxPayload) : IAsyncDisposable
{
    private const int MaxPacket = 0xFFFFFF;
    private const int FirstRoom = 64 * 1024;

    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;
    private byte _sequence;

    /// <summary>Reads one payload, joined.</summary>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    /// <exception cref="InvalidDataException">A packet is out of sequence, or the payload exceeds the limit.</exception>
    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] payload = [];
        int filled = 0;
        while (true)
        {
            await FillAsync(4, cancellationToken).ConfigureAwait(false);
            int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start)) & MaxPacket;
            byte sequence = _buffer[_start + 3];
            _start += 4;
            if (sequence != _sequence)
            {
                throw new InvalidDataException($"packet out of sequence: {sequence} instead of {_sequence}");
            }

            _sequence++;
            if (length > maxPayload - filled)
            {
                throw new InvalidDataException($"the payload exceeds {maxPayload} bytes");
            }

            // A header may lie: room grows with the bytes that have really come, not with the bytes announced.
            int target = filled + length;
            while (filled < target)
            {
                if (filled == payload.Length)
                {
                    Array.Resize(ref payload, Math.Min(target, Math.Max(filled * 2, filled + FirstRoom)));
                }

                if (_start == _end)
                {
                    await FillAsync(1, cancellationToken).ConfigureAwait(false);
                }

                int take = Math.Min(Math.Min(_end - _start, payload.Length - filled), target - filled);
                _buffer.AsSpan(_start, take).CopyTo(payload.AsSpan(filled));
                _start += take;
                filled += take;
            }

            if (length < MaxPacket)
            {
                return payload.Length == filled ? payload : payload.AsSpan(0, filled).ToArray();
            }
        }
    }

    /// <summary>Writes one payload as the first of a new command, in as many packets as it takes.</summary>
    public Task WriteCommandAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _sequence = 0;
        return WriteAsync(payload, cancellationToken);
    }

    /// <summary>Writes one payload as the answer to what was read last.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        int length;
        do
        {
            length = Math.Min(payload.Length, MaxPacket);
            byte[] packet = new byte[4 + length];
            BinaryPrimitives.WriteInt32LittleEndian(packet, length);
            packet[3] = _sequence++;
            payload.Span[..length].CopyTo(packet.AsSpan(4));
            await stream.WriteAsync(packet, cancellationToken).ConfigureAwait(false);
            payload = payload[length..];
        }
        while (length == MaxPacket); // a payload that fills its last packet is ended by an empty one
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async ValueTask FillAsync(int bytes, CancellationToken cancellationToken)
    {
        if (_start > 0 && _end - _start < bytes)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < bytes)
        {
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }

            _end += read;
        }
    }
}
