using System.Buffers;
using System.Collections.Concurrent;

namespace PipelineGen.Rows;

/// <summary>
/// The blocks of <see cref="LoadBuffer"/>s. The shared pool of the runtime keeps some dozens of arrays of this size and drops
/// the others, which lie on the large object heap and stay there until a full collection: with batches of hundreds of blocks,
/// garbage of several times the batch. This one keeps what a full batch and the next one take.
/// </summary>
internal static class LoadBlocks
{
    /// <summary>Bytes of a block: large enough that moving a row's beginning is rare.</summary>
    public const int Size = 256 * 1024;

    /// <summary>128 MiB.</summary>
    private const int MostKept = 512;

    private static readonly ConcurrentBag<byte[]> Kept = [];
    private static int _kept;

    /// <summary>An array of at least so many bytes.</summary>
    public static byte[] Rent(int bytes)
    {
        if (bytes != Size)
            return ArrayPool<byte>.Shared.Rent(bytes);
        if (!Kept.TryTake(out byte[]? block))
            return GC.AllocateUninitializedArray<byte>(Size);
        Interlocked.Decrement(ref _kept);
        return block;
    }

    public static void Return(byte[] block)
    {
        if (block.Length != Size)
        {
            ArrayPool<byte>.Shared.Return(block);
            return;
        }

        if (Interlocked.Increment(ref _kept) <= MostKept)
            Kept.Add(block);
        else
            Interlocked.Decrement(ref _kept);
    }
}
