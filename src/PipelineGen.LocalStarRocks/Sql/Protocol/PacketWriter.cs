using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>A payload in the making, in MySQL's little-endian and length-encoded forms.</summary>
internal sealed class PacketWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlyMemory<byte> Payload => _buffer.WrittenMemory;

    public PacketWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public PacketWriter Int16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), (ushort)value);
        _buffer.Advance(2);
        return this;
    }

    public PacketWriter Int32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public PacketWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public PacketWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public PacketWriter Zeroes(int count)
    {
        _buffer.GetSpan(count)[..count].Clear();
        _buffer.Advance(count);
        return this;
    }

    public PacketWriter Terminated(string text) => Bytes(Encoding.UTF8.GetBytes(text)).Byte(0);

    public PacketWriter LengthEncoded(ulong value)
    {
        if (value < 251)
        {
            return Byte((byte)value);
        }

        if (value <= ushort.MaxValue)
        {
            return Byte(0xFC).Int16((int)value);
        }

        if (value < 1 << 24)
        {
            return Byte(0xFD).Int16((int)(value & 0xFFFF)).Byte((byte)(value >> 16));
        }

        Byte(0xFE);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public PacketWriter Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public PacketWriter Text(ReadOnlySpan<byte> text) => LengthEncoded((ulong)text.Length).Bytes(text);
}
