using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>Where StarRocks is and how to enter it: the HTTP addresses for Stream Load and the MySQL endpoint for SQL.</summary>
/// <remarks>STARROCKS.md sections 1.1 and 7. No textual form of this type shows the password.</remarks>
public sealed record StarRocksOptions
{
    /// <summary>Base addresses of frontends (<c>http://fe:8030</c>), or of one backend (<c>http://be:8040</c>). Tried in order, the last good one first.</summary>
    public required IReadOnlyList<Uri> LoadUrls { get; init; }

    /// <summary>MySQL endpoint as <c>host:port</c>; several separated by <c>;</c>. The port defaults to 9030.</summary>
    public required string QueryEndpoint { get; init; }

    /// <summary>The target database. Case matters to StarRocks.</summary>
    public required string Database { get; init; }

    /// <summary>The account for both endpoints.</summary>
    public required string User { get; init; }

    /// <summary>The account's password; empty when it has none.</summary>
    public string Password { get; init; } = "";

    /// <summary>
    /// The <c>timeout</c> header of every load, whole seconds, 1 s to 3 days. Always sent: the frontend's own default is 20 s
    /// where the backend's is 600 s (STARROCKS.md, the twelve things, 5).
    /// </summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary><see langword="true"/>: a value that the column can't hold fails the load; <see langword="false"/>: it becomes NULL.</summary>
    public bool StrictMode { get; init; } = true;

    /// <summary>How long one TCP and TLS connect may take, on either endpoint.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server may take to answer a request's headers (a redirect, <c>100 Continue</c>, a refusal). No body has left us by then.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one SQL statement may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Attempts of one load before <see cref="StreamLoadClient.LoadAsync"/> gives up; <see langword="null"/> = until cancelled.</summary>
    public int? MaxLoadAttempts { get; init; }

    /// <summary>
    /// Lets an https frontend redirect to an http backend, which sends the password in the clear.
    /// StarRocks' frontend always redirects to http (STARROCKS.md 1.1).
    /// </summary>
    public bool AllowInsecureRedirect { get; init; }

    /// <summary>How the bodies of loads are compressed. Worth it where the network is slower than about 100 MB/s; needs 3.2.7 or later.</summary>
    public LoadCompression Compression { get; init; } = LoadCompression.None;

    /// <summary>Whether SQL connections are encrypted.</summary>
    public SqlTls SqlTls { get; init; } = SqlTls.Preferred;

    /// <summary>Checks every value and says what is wrong with the first bad one.</summary>
    /// <exception cref="ArgumentException">A value is missing or out of range. The message names the option, never the password.</exception>
    public void Validate()
    {
        Require(LoadUrls is { Count: > 0 }, nameof(LoadUrls), "at least one http or https address is needed, such as http://fe:8030");
        foreach (Uri url in LoadUrls)
        {
            Require(url is { IsAbsoluteUri: true } && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps), nameof(LoadUrls), "only absolute http and https addresses are understood");
            Require(url.UserInfo.Length == 0, nameof(LoadUrls), "an address must not carry user or password; set User and Password");
        }

        Require(QueryEndpoints.Count > 0, nameof(QueryEndpoint), "host:port is needed, such as fe:9030");
        Require(!string.IsNullOrEmpty(Database), nameof(Database), "a database name is needed");
        Require(!string.IsNullOrEmpty(User) && !User.Contains(':', StringComparison.Ordinal), nameof(User), "a user name without ':' is needed");
        Require(Password is not null, nameof(Password), "use an empty text for no password");
        Require(LoadTimeout >= TimeSpan.FromSeconds(1) && LoadTimeout <= TimeSpan.FromDays(3), nameof(LoadTimeout), "1 s to 3 days are possible (STARROCKS.md 1.3)");
        Require(ConnectTimeout > TimeSpan.Zero && ConnectTimeout <= TimeSpan.FromDays(1), nameof(ConnectTimeout), "must be above zero");
        Require(AnswerTimeout > TimeSpan.Zero && AnswerTimeout <= TimeSpan.FromDays(1), nameof(AnswerTimeout), "must be above zero");
        Require(CommandTimeout > TimeSpan.Zero && CommandTimeout <= TimeSpan.FromDays(3), nameof(CommandTimeout), "must be above zero");
        Require(Compression is LoadCompression.None or LoadCompression.Gzip, nameof(Compression), "none or gzip is possible");
        Require(SqlTls is SqlTls.Disabled or SqlTls.Preferred or SqlTls.Required, nameof(SqlTls), "disabled, preferred or required is possible");
        Require(MaxLoadAttempts is null or >= 1, nameof(MaxLoadAttempts), "must be 1 or more, or absent");
    }

    /// <summary><see cref="QueryEndpoint"/> taken apart.</summary>
    /// <exception cref="ArgumentException">An endpoint has no host or a port outside 1..65535.</exception>
    public IReadOnlyList<(string Host, int Port)> QueryEndpoints => ParseEndpoints(QueryEndpoint);

    private static List<(string Host, int Port)> ParseEndpoints(string? text)
    {
        var endpoints = new List<(string Host, int Port)>();
        foreach (string part in (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // [::1]:9030 and ::1 are IPv6; otherwise the last colon separates the port.
            int colon = part.LastIndexOf(':');
            bool hasPort = colon >= 0 && (part.IndexOf(':', StringComparison.Ordinal) == colon || part[colon - 1] == ']');
            string host = (hasPort ? part[..colon] : part).Trim('[', ']');
            int port = 9030;
            if (host.Length == 0 || (hasPort && (!int.TryParse(part.AsSpan(colon + 1), out port) || port is < 1 or > 65535)))
            {
                throw new ArgumentException($"{nameof(QueryEndpoint)}: '{part}' is not host:port.", nameof(QueryEndpoint));
            }

            endpoints.Add((host, port));
        }

        return endpoints;
    }

    private static void Require(bool holds, string option, string message)
    {
        if (!holds)
        {
            throw new ArgumentException($"{option}: {message}.", option);
        }
    }

    // Replaces the compiler's, which would print Password.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("LoadUrls = ").AppendJoin(';', LoadUrls.Select(static url => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)))
            .Append(", QueryEndpoint = ").Append(QueryEndpoint)
            .Append(", Database = ").Append(Database)
            .Append(", User = ").Append(User)
            .Append(", Password = ").Append(Password.Length == 0 ? "(none)" : "***")
            .Append(", LoadTimeout = ").Append(LoadTimeout)
            .Append(", StrictMode = ").Append(StrictMode)
            .Append(", Compression = ").Append(Compression)
            .Append(", SqlTls = ").Append(SqlTls);
        return true;
    }
}
