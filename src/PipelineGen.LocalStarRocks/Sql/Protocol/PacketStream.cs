using System.Buffers.Binary;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>Packets over a connection: three bytes of length, one of sequence; payloads of 16 MB and more come in parts.</summary>
internal sealed class PacketStream(Stream stream)
{
    private const int MaxPart = 0xFFFFFF;
    private byte _sequence;

    /// <summary>Null: the client went away between packets.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        var header = new byte[4];
        byte[] payload = [];
        while (true)
        {
            if (await stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, ct).ConfigureAwait(false) < 4)
            {
                return null;
            }

            int length = header[0] | header[1] << 8 | header[2] << 16;
            _sequence = (byte)(header[3] + 1);
            int start = payload.Length;
            Array.Resize(ref payload, start + length);
            await stream.ReadExactlyAsync(payload.AsMemory(start), ct).ConfigureAwait(false);
            if (length < MaxPart)
            {
                return payload;
            }
        }
    }

    public async Task WriteAsync(PacketWriter packet, CancellationToken ct)
    {
        ReadOnlyMemory<byte> rest = packet.Payload;
        while (true)
        {
            int length = Math.Min(rest.Length, MaxPart);
            var header = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(header, length);
            header[3] = _sequence++;
            await stream.WriteAsync(header, ct).ConfigureAwait(false);
            await stream.WriteAsync(rest[..length], ct).ConfigureAwait(false);
            rest = rest[length..];

            // A part of exactly the maximum is followed by another, empty one if need be.
            if (length < MaxPart)
            {
                return;
            }
        }
    }

    public Task FlushAsync(CancellationToken ct) => stream.FlushAsync(ct);
}
