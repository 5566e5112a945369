namespace PipelineGen.Tests.StarRocks;

/// <summary>Breaks messages, the same way for the same seed.</summary>
internal sealed class Mutations(int seed)
{
    private readonly Random _random = new(seed);

    public byte[] Of(IReadOnlyList<byte[]> messages)
    {
        byte[] message = messages[_random.Next(messages.Count)];
        int changes = _random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            message = Once(message, messages);
        }

        return message;
    }

    public int Next(int below) => _random.Next(below);

    private byte[] Once(byte[] message, IReadOnlyList<byte[]> messages)
    {
        int at = _random.Next(message.Length + 1);
        int length = Math.Min(_random.Next(1, 16), message.Length - at);
        switch (_random.Next(8))
        {
            case 0:
                return message[..at];
            case 1 when at < message.Length: // one bit
                byte[] flipped = [.. message];
                flipped[at] ^= (byte)(1 << _random.Next(8));
                return flipped;
            case 2: // bytes out of nowhere
                byte[] noise = new byte[_random.Next(1, 32)];
                _random.NextBytes(noise);
                return [.. message[..at], .. noise, .. message[at..]];
            case 3: // bytes lost
                return [.. message[..at], .. message[(at + length)..]];
            case 4: // bytes twice
                return [.. message[..(at + length)], .. message[at..]];
            case 5: // extreme values where a length may stand
                byte[] extreme = [.. message];
                extreme.AsSpan(at, length).Fill(_random.Next(3) switch { 0 => (byte)0xFF, 1 => (byte)0, _ => (byte)'9' });
                return extreme;
            case 6: // the end of another
                byte[] other = messages[_random.Next(messages.Count)];
                return [.. message[..at], .. other[_random.Next(other.Length + 1)..]];
            default: // far too much of the same
                byte[] much = new byte[_random.Next(1, _random.Next(32) == 0 ? 100_000 : 500)];
                Array.Fill(much, message.Length > 0 ? message[Math.Min(at, message.Length - 1)] : (byte)'a');
                return [.. message[..at], .. much, .. message[at..]];
        }
    }
}

/// <summary>A connection whose other side has said everything already; what is written goes nowhere.</summary>
internal sealed class SaidStream(byte[] said, int piece) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = Math.Min(Math.Min(piece, buffer.Length), said.Length - _position);
        said.AsMemory(_position, read).CopyTo(buffer);
        _position += read;
        return ValueTask.FromResult(read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
