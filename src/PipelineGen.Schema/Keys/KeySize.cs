using PipelineGen.Schema.Types;

namespace PipelineGen.Schema.Keys;

/// <summary>How long an encoded StarRocks primary key can become (STARROCKS.md 4).</summary>
public static class KeySize
{
    /// <summary>Bytes that an encoded primary key can have; a longer one fails its load.</summary>
    public const int MaxBytes = 128;

    /// <summary>What ends a string in the key, unless it is the last.</summary>
    private const int TerminatorBytes = 2;

    /// <summary>The bytes that a key of these columns, in key order, can need at most; 0 without columns.</summary>
    public static long Encoded(IReadOnlyList<TypeMapping> key)
    {
        long bytes = key.Sum(static column => (long)column.KeyBytes);
        bool endsWithText = key.Count > 0 && key[key.Count - 1].StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal);
        return endsWithText ? bytes - TerminatorBytes : bytes;
    }
}
