namespace PipelineGen.StarRocks;

/// <summary>What the server has too little of, when an error asks to slow down. STARROCKS.md sections 8 and 9.</summary>
public enum Shortage
{
    /// <summary>Nothing known.</summary>
    None,

    /// <summary>Room for tablet versions: loads come faster than compaction merges them. Fewer and larger loads help.</summary>
    Versions,

    /// <summary>Memory for loads or for primary-key indexes. Smaller loads help.</summary>
    Memory,

    /// <summary>Running transactions of the database, or loads of a backend. Fewer loads at a time help.</summary>
    Transactions,
}
