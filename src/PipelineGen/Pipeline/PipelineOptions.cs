namespace PipelineGen.Pipeline;

/// <summary>What becomes visible in the target at once.</summary>
public enum LoadConsistency
{
    /// <summary>One table's share of a batch.</summary>
    Table,

    /// <summary>A batch over all tables, with the position, at the end of a source transaction (STARROCKS.md 2.8; StarRocks 4.0 and later).</summary>
    Transaction,
}

/// <summary>In which form the source sends values.</summary>
public enum SourceWireFormat
{
    /// <summary>Each type's send format, where the type contract reads it; a pipeline with a column that it doesn't streams text.</summary>
    Binary,

    /// <summary>All columns as text, in the stream and in copies: for servers where a type has no send function, or a failing one.</summary>
    Text,
}

/// <summary>What a run is told beside the compiled pipeline. Made and validated by Hosting.</summary>
public sealed record PipelineOptions
{
    /// <summary>Npgsql connection string of the source.</summary>
    public required string SourceConnectionString { get; init; }

    public required string Slot { get; init; }

    public required string Publication { get; init; }

    /// <summary>In which form the source sends values; both give the same (TYPES.md, rule 4).</summary>
    public SourceWireFormat WireFormat { get; init; }

    /// <summary>A load at least this often while there is something to load. One load makes one version of each tablet (STARROCKS.md 9).</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Encoded bytes, over all tables, after which the next transaction end flushes.</summary>
    public long FlushBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>What becomes visible in the target at once.</summary>
    public LoadConsistency Consistency { get; init; }

    /// <summary>Connections that copy ranges at the same time.</summary>
    public int SnapshotWorkers { get; init; } = 2;

    /// <summary>Rows of a snapshot range.</summary>
    public int ChunkRows { get; init; } = 100_000;

    /// <summary>Whether transactions that are too large for the server's memory are received while they run (POSTGRES.md, section 4).</summary>
    public bool StreamTransactions { get; init; } = true;

    /// <summary>Bytes of managed memory that a run stays within.</summary>
    public long MaxMemory { get; init; } = 256L * 1024 * 1024;

    /// <summary>Where spill files are made.</summary>
    public string SpillFolder { get; init; } = Path.GetTempPath();

    /// <summary>Whether spill files are encrypted, with a key that is never written anywhere.</summary>
    public bool SpillEncryption { get; init; }

    /// <summary>How often an idle pipeline persists and acknowledges the WAL position (POSTGRES.md 3.3).</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>WAL that the slot may keep before a warning, in bytes; 0 for no warning.</summary>
    public long MaxRetainedWal { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary><see cref="MaxQuarantinedRows"/>, where nothing else is said.</summary>
    public const int DefaultMaxQuarantinedRows = 100_000;

    /// <summary>Rows that may be in quarantine, over all tables. Beyond it the pipeline stops: that many are no exception any more.</summary>
    public int MaxQuarantinedRows { get; init; } = DefaultMaxQuarantinedRows;

    /// <summary>How long a start waits for the walsender of an earlier run to let the slot go (POSTGRES.md 3.6).</summary>
    public TimeSpan SlotWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Encoded bytes that may wait in memory, beside as many that are being loaded. Above it the stream is not read on; a transaction larger than this is loaded
    /// in parts, and the position stays before it until its end.
    /// </summary>
    public long HardLimitBytes => Math.Min(FlushBytes * 2, MaxMemory / 4);
}
