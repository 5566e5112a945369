using System.Buffers.Binary;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>Walks one packet's payload. Every step is checked against the end: a short packet is an error, never an over-read.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;

    /// <summary>Bytes walked so far.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => _payload.Length - Position;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A length-encoded integer.</summary>
    public ulong LengthEncoded() => Byte() switch
    {
        < 0xFB and var small => small,
        0xFC => UInt16(),
        0xFD => UInt16() | ((ulong)Byte() << 16),
        0xFE => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
        var bad => throw Torn($"0x{bad:X2} where a length was expected"),
    };

    /// <summary>A length-encoded string's bytes.</summary>
    public ReadOnlySpan<byte> LengthEncodedBytes()
    {
        ulong length = LengthEncoded();
        return length <= (ulong)Remaining ? Take((int)length) : throw Torn($"a value of {length} bytes in a packet with {Remaining} left");
    }

    public string LengthEncodedText() => Encoding.UTF8.GetString(LengthEncodedBytes());

    /// <summary>Text up to a NUL, which is consumed; or to the end of the packet where some servers leave the NUL out.</summary>
    public string NulTerminatedText()
    {
        ReadOnlySpan<byte> rest = _payload[Position..];
        int nul = rest.IndexOf((byte)0);
        Position += nul < 0 ? rest.Length : nul + 1;
        return Encoding.UTF8.GetString(nul < 0 ? rest : rest[..nul]);
    }

    public ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > Remaining)
        {
            throw Torn($"{bytes} bytes wanted, {Remaining} left");
        }

        ReadOnlySpan<byte> taken = _payload.Slice(Position, bytes);
        Position += bytes;
        return taken;
    }

    public ReadOnlySpan<byte> Rest() => Take(Remaining);

    private readonly InvalidDataException Torn(string what) => new($"malformed packet of {_payload.Length} bytes: {what}");
}
