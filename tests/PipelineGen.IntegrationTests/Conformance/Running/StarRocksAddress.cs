using System.Globalization;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>Where a StarRocks is: <c>http://user:password@fe:8030;sql=fe:9030</c>.</summary>
internal sealed record StarRocksAddress(string Host, int HttpPort, string SqlHost, int SqlPort, string User, string Password)
{
    /// <summary>The variable that names a real one.</summary>
    public const string Variable = "PIPELINEGEN_STARROCKS";

    public static StarRocksAddress? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Parse(text) : null;

    /// <summary>User is <c>root</c> without a password and the SQL port 9030 on the same host where the text doesn't say.</summary>
    /// <exception cref="FormatException">It says something else.</exception>
    public static StarRocksAddress Parse(string text)
    {
        string[] parts = text.Split(';');
        if (!Uri.TryCreate(parts[0], UriKind.Absolute, out Uri? url) || url.Scheme != "http" || parts.Length > 2)
            throw Wrong();
        string[] account = url.UserInfo.Length == 0 ? ["root"] : url.UserInfo.Split(':', 2);
        string sqlHost = url.Host;
        int sqlPort = 9030;
        if (parts.Length == 2)
        {
            string endpoint = parts[1].StartsWith("sql=", StringComparison.Ordinal) ? parts[1][4..] : throw Wrong();
            int colon = endpoint.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out sqlPort))
                throw Wrong();
            sqlHost = endpoint[..colon];
        }

        return new StarRocksAddress(url.Host, url.IsDefaultPort ? 8030 : url.Port, sqlHost, sqlPort, Uri.UnescapeDataString(account[0]), Uri.UnescapeDataString(account.ElementAtOrDefault(1) ?? ""));

        // Not the text itself: it holds a password.
        static FormatException Wrong() => new($"{Variable} has the form http://user:password@fe:8030;sql=fe:9030");
    }
}
