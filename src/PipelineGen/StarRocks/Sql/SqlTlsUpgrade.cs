using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PipelineGen.StarRocks;

/// <summary>Decides about TLS on one connection, once the server's greeting has said what it offers.</summary>
internal sealed class SqlTlsUpgrade(string host, SqlConnectionLimits limits)
{
    /// <summary>What to do about a refusal, for its message.</summary>
    public const string Hint = "See the setting StarRocks:SqlTls (disabled, preferred or required).";

    /// <exception cref="StarRocksSqlException">It is required and not offered (Final).</exception>
    public bool IsWanted(bool offered) => limits.Tls switch
    {
        SqlTls.Disabled => false,
        SqlTls.Required when !offered => throw new StarRocksSqlException(ErrorClass.Final, $"The SQL endpoint {host} does not offer TLS, which is required. {Hint}"),
        _ => offered,
    };

    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (limits.Tls == SqlTls.Preferred)
        {
#pragma warning disable CA5359 // SqlTls.Preferred says that it doesn't check: without TLS at all there would be nothing to check either
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (limits.TrustedRoots is { } roots)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return options;
    }
}
