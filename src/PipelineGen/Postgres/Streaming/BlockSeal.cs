using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// Makes a block of a spill file such that a torn, changed or displaced one is found out. A block is a header, which begins
/// with the payload's length, and the payload; both seals work in place.
/// </summary>
internal abstract class BlockSeal : IDisposable
{
    public abstract int HeaderSize { get; }

    public static BlockSeal Create(bool encrypted) => encrypted ? new EncryptedSeal() : new ChecksumSeal();

    /// <summary>Fills the header, and leaves the payload as it is to be written.</summary>
    /// <param name="file">Which file it is for: a block of another file doesn't open.</param>
    /// <param name="position">Where in the file: a block at another place doesn't open.</param>
    /// <param name="block">Room for the header, and the payload.</param>
    public abstract void Seal(ulong file, long position, Span<byte> block);

    /// <summary>Leaves the payload as it was before <see cref="Seal"/>; false when this is not that block.</summary>
    public abstract bool TryOpen(ulong file, long position, Span<byte> block);

    public virtual void Dispose()
    {
    }

    /// <summary>The payload's length as the header says, which nothing has confirmed yet.</summary>
    public static uint StatedLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);
}

/// <summary>CRC-32C: against accidents.</summary>
internal sealed class ChecksumSeal : BlockSeal
{
    public override int HeaderSize => 8;

    public override void Seal(ulong file, long position, Span<byte> block)
    {
        BinaryPrimitives.WriteInt32BigEndian(block, block.Length - HeaderSize);
        BinaryPrimitives.WriteUInt32BigEndian(block[4..], Checksum(file, position, block[HeaderSize..]));
    }

    public override bool TryOpen(ulong file, long position, Span<byte> block) =>
        StatedLength(block) == block.Length - HeaderSize &&
        BinaryPrimitives.ReadUInt32BigEndian(block[4..]) == Checksum(file, position, block[HeaderSize..]);

    private static uint Checksum(ulong file, long position, ReadOnlySpan<byte> payload)
    {
        uint checksum = BitOperations.Crc32C(BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, file), (ulong)position), (ulong)payload.Length);
        while (payload.Length >= 8)
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[8..];
        }

        foreach (byte rest in payload)
            checksum = BitOperations.Crc32C(checksum, rest);
        return checksum;
    }
}

/// <summary>
/// AES-256-GCM with a key that is made for one stream and is nowhere but in this object, and a counter as the nonce, which is
/// never the same twice under one key, also when a place in a file is written again.
/// </summary>
internal sealed class EncryptedSeal : BlockSeal
{
    private const int TagSize = 16;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int CounterAt = 4;
    private const int TagAt = CounterAt + sizeof(ulong);

    private readonly AesGcm _aes;
    private ulong _counter;

    public EncryptedSeal()
    {
        Span<byte> key = stackalloc byte[KeySize];
        RandomNumberGenerator.Fill(key);
        _aes = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    public override int HeaderSize => TagAt + TagSize;

    public override void Seal(ulong file, long position, Span<byte> block)
    {
        Span<byte> payload = block[HeaderSize..];
        BinaryPrimitives.WriteInt32BigEndian(block, payload.Length);
        BinaryPrimitives.WriteUInt64BigEndian(block[CounterAt..], checked(++_counter));
        Span<byte> nonce = stackalloc byte[NonceSize];
        Span<byte> place = stackalloc byte[20];
        Describe(file, position, block, nonce, place);
        _aes.Encrypt(nonce, payload, payload, block.Slice(TagAt, TagSize), place);
    }

    public override bool TryOpen(ulong file, long position, Span<byte> block)
    {
        Span<byte> payload = block[HeaderSize..];
        if (StatedLength(block) != payload.Length)
            return false;
        Span<byte> nonce = stackalloc byte[NonceSize];
        Span<byte> place = stackalloc byte[20];
        Describe(file, position, block, nonce, place);
        try
        {
            _aes.Decrypt(nonce, payload, block.Slice(TagAt, TagSize), payload, place);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public override void Dispose() => _aes.Dispose();

    private static void Describe(ulong file, long position, ReadOnlySpan<byte> block, Span<byte> nonce, Span<byte> place)
    {
        nonce.Clear();
        block.Slice(CounterAt, sizeof(ulong)).CopyTo(nonce[^sizeof(ulong)..]);
        BinaryPrimitives.WriteUInt64BigEndian(place, file);
        BinaryPrimitives.WriteInt64BigEndian(place[8..], position);
        block[..4].CopyTo(place[16..]);
    }
}
