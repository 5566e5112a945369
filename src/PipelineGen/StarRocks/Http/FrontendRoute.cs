using System.Globalization;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>
/// Brings a request to the server that will serve it: from the configured frontends (the last good one first) along their
/// redirects to the leader and to a backend. STARROCKS.md section 1.1.
/// </summary>
internal sealed class FrontendRoute(StarRocksOptions options, HttpExchange exchange)
{
    private const int MaxHops = 5;
    private const int MaxLocation = 8192; // a frontend's request line holds 4096 (STARROCKS.md 1.1)

    private readonly string _credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(options.User + ":" + options.Password));

    private int _lastGood;

    /// <summary>Sends the request; every hop gets the same method, headers and Authorization. Never throws for the network's sake.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<ExchangeResult> SendAsync(string method, string path, IEnumerable<string> headers, LoadBody? body, CancellationToken cancellationToken, TimeSpan? loadTimeout = null, TimeSpan? answerTimeout = null)
    {
        List<string> lines = ["Authorization: Basic " + _credentials, .. headers];
        int first = Volatile.Read(ref _lastGood);
        var failures = new List<string>();
        ExchangeResult result = new(null, false);
        bool maybeReceived = false;
        for (int offset = 0; offset < options.LoadUrls.Count; offset++)
        {
            int index = (first + offset) % options.LoadUrls.Count;
            var url = new Uri(options.LoadUrls[index].GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
            result = await exchange.SendAsync(url, method, lines, body, cancellationToken, loadTimeout, answerTimeout).ConfigureAwait(false);
            if (result.Reply is null && !result.BodyBegan)
            {
                failures.Add(result.Failure);
                maybeReceived |= result.MaybeReceived;
                continue; // no body has begun anywhere, so the next frontend may have it
            }

            // A frontend that is up but failing is not a good one: the next request starts behind it.
            Volatile.Write(ref _lastGood, result.Reply is { Status: >= 500 } ? (index + 1) % options.LoadUrls.Count : index);
            result = await FollowAsync(url, result, method, lines, body, loadTimeout, answerTimeout, cancellationToken).ConfigureAwait(false);
            return result with { Reply = WithoutCredentials(result.Reply), MaybeReceived = maybeReceived | result.MaybeReceived };
        }

        return result with { Failure = string.Join("; ", failures), MaybeReceived = maybeReceived };
    }

    /// <summary>Fetches a text that a reply pointed to, without credentials.</summary>
    public Task<ExchangeResult> FetchAsync(Uri url, CancellationToken cancellationToken) =>
        exchange.SendAsync(url, "GET", [], null, cancellationToken);

    // A proxy's error page may quote the request's headers, and its text gets into messages.
    private HttpReply? WithoutCredentials(HttpReply? reply) =>
        reply is not null && reply.Text is var text && text.Contains(_credentials, StringComparison.Ordinal)
            ? reply with { Body = Encoding.UTF8.GetBytes(text.Replace(_credentials, "***", StringComparison.Ordinal)) }
            : reply;

    private async Task<ExchangeResult> FollowAsync(Uri url, ExchangeResult result, string method, List<string> lines, LoadBody? body, TimeSpan? loadTimeout, TimeSpan? answerTimeout, CancellationToken cancellationToken)
    {
        for (int hop = 0; result is { Reply.IsRedirect: true, BodyBegan: false }; hop++)
        {
            if (hop == MaxHops)
            {
                return new ExchangeResult(null, false, string.Create(CultureInfo.InvariantCulture, $"{url.Authority}: more than {MaxHops} redirects"));
            }

            if (NextHop(url, result.Reply, options.AllowInsecureRedirect, out string refusal) is not { } next)
            {
                return new ExchangeResult(null, false, refusal, IsFinal: true);
            }

            url = next;
            result = await exchange.SendAsync(url, method, lines, body, cancellationToken, loadTimeout, answerTimeout).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Where a redirect leads, or <see langword="null"/> and why it must not be followed.</summary>
    internal static Uri? NextHop(Uri url, HttpReply redirect, bool allowInsecure, out string refusal)
    {
        refusal = "";
        if (redirect.Status is not (307 or 308))
        {
            // The others let a client change the method.
            refusal = $"{url.Authority}: redirect with status {redirect.Status}; StarRocks sends 307. Is this a proxy's address?";
            return null;
        }

        if (redirect.Location is not { Length: <= MaxLocation } || !Uri.TryCreate(url, redirect.Location, out Uri? next) || (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps))
        {
            refusal = $"{url.Authority}: redirect without a usable Location";
            return null;
        }

        if (url.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp && !allowInsecure)
        {
            refusal = $"{url.Authority} (https) redirects to http://{next.Authority}, which would send the password in the clear. "
                + $"Load through an https backend address, or allow it with {nameof(StarRocksOptions.AllowInsecureRedirect)}";
            return null;
        }

        return next;
    }
}
