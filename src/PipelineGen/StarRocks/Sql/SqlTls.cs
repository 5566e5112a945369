namespace PipelineGen.StarRocks;

/// <summary>Whether connections to the SQL endpoint are encrypted. StarRocks offers TLS only where a keystore is configured. STARROCKS.md section 7.</summary>
public enum SqlTls
{
    /// <summary>Never.</summary>
    Disabled,

    /// <summary>
    /// Where the server offers it. As with MySQL's PREFERRED the certificate is not checked, and somebody on the way can take
    /// the offer away: it keeps listeners out, not impostors.
    /// </summary>
    Preferred,

    /// <summary>Always; certificate and host name are checked by the platform's rules, and nothing is sent before they hold.</summary>
    Required,
}
