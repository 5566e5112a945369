using System.Buffers.Binary;
using System.Text;

namespace PipelineGen.Postgres;

/// <summary>Reads a protocol message front to back, big-endian, never past its end.</summary>
public ref struct WireReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Offset of the next byte in the message.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => _message.Length - Position;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>A zero-terminated string.</summary>
    public string String()
    {
        int end = _message[Position..].IndexOf((byte)0);
        if (end < 0)
            throw Torn();
        string text = Encoding.UTF8.GetString(_message.Slice(Position, end));
        Position += end + 1;
        return text;
    }

    public void Skip(int count) => Take(count);

    /// <exception cref="PgOutputException">The message ends before.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw Torn();
        ReadOnlySpan<byte> bytes = _message.Slice(Position, count);
        Position += count;
        return bytes;
    }

    private readonly PgOutputException Torn() =>
        new($"a message of type '{(char)(_message.IsEmpty ? 0 : _message[0])}' with {_message.Length} bytes is torn at byte {Position}");
}

/// <summary>The replication stream or a COPY doesn't follow its protocol: final, nothing can be guessed.</summary>
public sealed class PgOutputException(string message) : Exception(message);
