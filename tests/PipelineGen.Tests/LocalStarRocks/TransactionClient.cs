using System.Net;
using System.Text;
using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Transaction calls by hand: every 307 followed with the same method, headers and body; the hops are remembered.</summary>
internal sealed class TransactionClient(LocalStarRocksServer server) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(10) });

    /// <summary>Headers of every call, such as <c>transaction_type</c>.</summary>
    public List<(string Name, string Value)> Always { get; } = [];

    public Uri Entry { get; set; } = server.LoadUrl;

    /// <summary>The ports that the last call went through.</summary>
    public List<int> Hops { get; } = [];

    public Task<JsonElement> BeginAsync(string label, params (string, string)[] headers) => CallAsync(HttpMethod.Post, "begin", label, null, headers);

    public Task<JsonElement> LoadAsync(string label, string body, params (string, string)[] headers) => CallAsync(HttpMethod.Put, "load", label, body, headers);

    public Task<JsonElement> PrepareAsync(string label, params (string, string)[] headers) => CallAsync(HttpMethod.Post, "prepare", label, null, headers);

    public Task<JsonElement> CommitAsync(string label, params (string, string)[] headers) => CallAsync(HttpMethod.Post, "commit", label, null, headers);

    public Task<JsonElement> RollbackAsync(string label, params (string, string)[] headers) => CallAsync(HttpMethod.Post, "rollback", label, null, headers);

    public async Task<JsonElement> CallAsync(HttpMethod method, string operation, string label, string? body, params (string Name, string Value)[] headers)
    {
        Hops.Clear();
        var url = new Uri(Entry, $"api/transaction/{operation}");
        while (Hops.Count < 5)
        {
            using HttpResponseMessage reply = await SendAsync(method, url, label, body, headers);
            Hops.Add(url.Port);
            if (reply.StatusCode != HttpStatusCode.TemporaryRedirect)
            {
                Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
                return LoadClient.Parse(await reply.Content.ReadAsStringAsync());
            }

            url = reply.Headers.Location!;
        }

        throw new InvalidOperationException("Too many hops");
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, string label, string? body, params (string Name, string Value)[] headers)
    {
        // Not disposed before the reply has come.
        var request = new HttpRequestMessage(method, url) { Headers = { Authorization = LoadClient.Basic(server.User, server.Password) } };
        request.Headers.TryAddWithoutValidation("db", "shop");
        request.Headers.TryAddWithoutValidation("table", "t");
        request.Headers.TryAddWithoutValidation("label", label);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Headers.ExpectContinue = true;
            request.Headers.TryAddWithoutValidation("format", "json");
        }

        foreach ((string name, string value) in Always.Concat(headers))
        {
            request.Headers.Remove(name);
            if (value.Length > 0)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();
}

internal static class ReplyAssertions
{
    public static string Text(this JsonElement reply, string name) => reply.GetProperty(name).GetString()!;

    public static long Number(this JsonElement reply, string name) => reply.GetProperty(name).GetInt64();

    public static JsonElement Is(this JsonElement reply, string status, string? message = null)
    {
        Assert.True(reply.Text("Status") == status, reply.ToString());
        if (message is not null)
        {
            Assert.Equal(message, reply.Text("Message"));
        }

        return reply;
    }
}
