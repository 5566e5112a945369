namespace PipelineGen.StarRocks;

/// <summary>How the bodies of loads are compressed on the wire. STARROCKS.md section 1.3, header <c>compression</c>.</summary>
public enum LoadCompression
{
    /// <summary>Not at all: the network is faster than the processor.</summary>
    None,

    /// <summary>gzip, at its fastest level. Understood for JSON bodies by StarRocks 3.2.7 and later.</summary>
    Gzip,
}
