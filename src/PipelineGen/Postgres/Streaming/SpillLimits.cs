namespace PipelineGen.Postgres.Streaming;

/// <summary>How much of the streamed transactions may be where.</summary>
internal sealed record SpillLimits
{
    /// <summary>
    /// Bytes of a block, with its header. A transaction's first block stays in memory; a file is made when it is full. The same
    /// as a batch, so that a block that is read back fills one.
    /// </summary>
    public int BlockSize { get; init; } = WalBatch.TargetSize;

    /// <summary>Bytes of first blocks, over all transactions; beyond it they go to files however small they are.</summary>
    public long HeldBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Files that stay open from block to block. Those beyond are closed at the end of each block: however many transactions
    /// there are, no more than this and one or two handles are used.
    /// </summary>
    public int OpenFiles { get; init; } = 128;
}

/// <summary>What the first blocks of all transactions hold, counted by the arrays that are rented for them.</summary>
internal sealed class SpillMemory
{
    public long Held { get; set; }
}
