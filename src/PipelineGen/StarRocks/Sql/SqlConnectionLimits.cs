using System.Security.Cryptography.X509Certificates;

namespace PipelineGen.StarRocks;

/// <summary>Bounds and encryption of a <see cref="SqlConnection"/>.</summary>
public sealed record SqlConnectionLimits
{
    /// <summary>Connecting and logging in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One statement; of a streamed result each stretch of 256 rows.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The largest packet payload, one row for instance, that is accepted, in bytes.</summary>
    public int MaxPayload { get; init; } = 256 * 1024 * 1024;

    /// <summary>Whether to encrypt.</summary>
    public SqlTls Tls { get; init; } = SqlTls.Preferred;

    /// <summary>Certificates to trust in place of the machine's, for <see cref="SqlTls.Required"/>.</summary>
    internal X509Certificate2Collection? TrustedRoots { get; init; }
}
