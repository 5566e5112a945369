using System.Globalization;
using System.IO.Compression;
using System.Text;
using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>The steps of a case over HTTP: redirects are followed by hand, as STARROCKS.md, 1.1 asks of a client.</summary>
internal sealed class HttpSteps(ConformanceCase of, StarRocksAddress address, Placeholders values)
{
    private const int MostHops = 5;
    private static readonly TimeSpan StateLimit = TimeSpan.FromSeconds(60);

    private RawReply? _last;

    public void Run(HttpStep step)
    {
        byte[] body = Compress(values.Fill(step.Body), step.Flags.Compressed);
        string path = values.Fill(step.Path);
        (string host, int port) = step.Flags.AtBackend ? Backend() : (address.Host, address.HttpPort);
        bool watchClose = step.Expectations.Exists(static e => e.Key == "closed");
        RawReply reply = Exchange(step, host, port, path, body, sendsAuth: !step.Flags.NoAuth, watchClose);
        int hops = 0;
        while (reply.Status == 307 && !step.Flags.NoFollow)
        {
            if (++hops > MostHops)
                throw new CaseFailure(of, step.Line, $"more than {MostHops} redirects", reply.ToString());
            if (reply.Header("Location") is not { } target || !Uri.TryCreate(target, UriKind.Absolute, out Uri? location))
                throw new CaseFailure(of, step.Line, "a redirect without an absolute Location", reply.ToString());
            bool sendsAuth = !step.Flags.NoAuth && !step.Flags.NoAuthAfterRedirect;
            reply = Exchange(step, location.Host, location.Port, location.PathAndQuery, body, sendsAuth, watchClose);
        }

        _last = reply with { Hops = hops };
        Check(step);
    }

    public void Run(FetchStep step)
    {
        var url = new Uri(Field(step.Field, step.Line));
        _last = RawHttp.Exchange(url.Host, url.Port, new RawRequest("GET", url.PathAndQuery, [("Host", url.Authority), ("Authorization", Basic(null))], []));
        Check(step);
    }

    public void Run(LetStep step) => values[step.Name] = Field(step.Field, step.Line);

    public void Run(StateStep step)
    {
        string expected = values.Fill(step.State);
        string path = $"/api/{values["db"]}/get_load_state?label={values.Fill(step.Label)}";
        var plain = new HttpStep(step.Line, "GET", path, new HttpFlags { NoExpect = true });
        string state = "";
        if (!Waiting.Until(StateLimit, () =>
        {
            Run(plain);
            state = _last!.Find("state")?.Text ?? _last.ToString();
            return state == expected || !IsPassing(state, expected);
        }) || state != expected)
        {
            throw new CaseFailure(of, step.Line, $"expected state {expected} of {values.Fill(step.Label)}, got {state}");
        }
    }

    /// <summary>What the state may still become the expected one from.</summary>
    private static bool IsPassing(string state, string expected) => expected switch
    {
        "VISIBLE" => state is "COMMITTED",
        "ABORTED" => state is "PREPARE" or "PREPARED",
        "UNKNOWN" => true,
        _ => false,
    };

    private RawReply Exchange(HttpStep step, string host, int port, string path, byte[] body, bool sendsAuth, bool watchClose)
    {
        try
        {
            return RawHttp.Exchange(host, port, Request(step, host, port, path, body, sendsAuth), watchClose);
        }
        catch (Exception e) when (step.Flags.MayBreak && e is IOException or System.Net.Sockets.SocketException)
        {
            return new RawReply(0, [], Encoding.UTF8.GetBytes(e.Message), Continued: false, Closed: true);
        }
    }

    private RawRequest Request(HttpStep step, string host, int port, string path, byte[] body, bool sendsAuth)
    {
        HttpFlags flags = step.Flags;
        bool sendsBody = step.Method is "PUT" && !flags.NoBody;
        bool expects = sendsBody && !flags.NoExpect && !flags.Http10;
        var headers = new List<(string, string)> { ("Host", $"{host}:{port}") };
        string? auth = flags.Auth is null ? null : values.Fill(flags.Auth);
        if (sendsAuth && auth != "none")
            headers.Add(("Authorization", Basic(auth)));
        if (expects)
            headers.Add(("Expect", "100-continue"));
        if (flags.Chunked)
            headers.Add(("Transfer-Encoding", "chunked"));
        else if (sendsBody || step.Method == "POST")
            headers.Add(("Content-Length", (flags.Length ?? body.Length).ToString(CultureInfo.InvariantCulture)));
        headers.AddRange(step.Headers.Select(h => (values.Fill(h.Name), values.Fill(h.Value))));
        return new RawRequest(step.Method, path, headers, sendsBody ? body : [])
        {
            Http10 = flags.Http10, ExpectsContinue = expects, Chunked = flags.Chunked, EndSending = flags.UntilClosed || flags.Length > body.Length,
        };
    }

    private string Basic(string? auth) => auth switch
    {
        "garbage" => "Basic !!!",
        "bearer" => "Bearer token",
        _ => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(auth ?? $"{address.User}:{address.Password}")),
    };

    /// <summary>A backend's address is what the frontend redirects a load to.</summary>
    private (string Host, int Port) Backend()
    {
        var probe = new RawRequest("PUT", $"/api/{values["db"]}/t/_stream_load",
            [("Host", values["fe"]), ("Authorization", Basic(null)), ("Expect", "100-continue"), ("Content-Length", "0")], []) { ExpectsContinue = true };
        RawReply reply = RawHttp.Exchange(address.Host, address.HttpPort, probe);
        return reply.Status == 307 && Uri.TryCreate(reply.Header("Location"), UriKind.Absolute, out Uri? url)
            ? (url.Host, url.Port)
            : throw new CaseFailure(of, of.Line, "the frontend names no backend", reply.ToString());
    }

    private string Field(string name, int line) =>
        _last?.Find(name)?.Text ?? throw new CaseFailure(of, line, $"the last reply has no {name}", _last?.ToString());

    private void Check(CaseStep step)
    {
        foreach (Expectation expected in step.Expectations)
        {
            Fact? fact = expected.Key == "cause" ? new Fact(Cause(expected.Line)) : _last!.Find(expected.Key);
            if (expected.Mismatch(fact, values.Fill(expected.Value)) is { } mismatch)
                throw new CaseFailure(of, expected.Line, mismatch, _last!.ToString());
        }
    }

    /// <summary>The message, and after it the rejected rows' reasons.</summary>
    private string Cause(int line)
    {
        string message = Field("Message", line);
        if (_last!.Find("ErrorURL") is null)
            return message;
        var url = new Uri(Field("ErrorURL", line));
        RawReply log = RawHttp.Exchange(url.Host, url.Port, new RawRequest("GET", url.PathAndQuery, [("Host", url.Authority), ("Authorization", Basic(null))], []));
        return $"{message}\n{log.Text}";
    }

    private static byte[] Compress(byte[] body, string? how)
    {
        if (how is null)
            return body;
        using var compressed = new MemoryStream();
        using (Stream stream = how == "gzip" ? new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(body);
        return compressed.ToArray();
    }
}
