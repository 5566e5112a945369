using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Authentication;

namespace PipelineGen.StarRocks;

/// <summary>Packets over a connection: 3 bytes of length, 1 of sequence, payloads of 16 MB - 1 and more in several packets.</summary>
internal sealed class PacketStream(Stream plain, int maxPayload) : IAsyncDisposable
{
    private const int MaxPacket = 0xFFFFFF;
    private const int FirstRoom = 64 * 1024;

    private Stream _stream = plain;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;
    private byte _sequence;

    /// <summary>Whether packets travel through TLS.</summary>
    public bool IsEncrypted => _stream is SslStream { IsEncrypted: true };

    /// <summary>Puts TLS under the packets that follow; their sequence goes on.</summary>
    /// <exception cref="AuthenticationException">The other side's certificate or version of TLS won't do.</exception>
    /// <exception cref="InvalidDataException">More came before TLS than the greeting: somebody in between may have put it there.</exception>
    public async Task UpgradeAsync(SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        if (_start != _end)
        {
            throw new InvalidDataException("unencrypted bytes after the greeting");
        }

        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
    }

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
            await _stream.WriteAsync(packet, cancellationToken).ConfigureAwait(false);
            payload = payload[length..];
        }
        while (length == MaxPacket); // a payload that fills its last packet is ended by an empty one
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

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
            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }

            _end += read;
        }
    }
}
