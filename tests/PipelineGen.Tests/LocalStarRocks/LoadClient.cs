using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Stream Load by hand: 307 followed with the same headers, Authorization and Expect.</summary>
internal sealed class LoadClient(LocalStarRocksServer server) : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(10) });

    public async Task<JsonElement> LoadAsync(string table, string body, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage first = Request(server.LoadUrl, table, body, headers);
        using HttpResponseMessage redirect = await Http.SendAsync(first);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, redirect.StatusCode);
        using HttpRequestMessage second = Request(redirect.Headers.Location!, null, body, headers);
        using HttpResponseMessage reply = await Http.SendAsync(second);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return Parse(await reply.Content.ReadAsStringAsync());
    }

    public static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public HttpRequestMessage Request(Uri url, string? table, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, table is null ? url : new Uri(url, $"api/shop/{table}/_stream_load"))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Headers.ExpectContinue = true;
        request.Headers.Authorization = Basic(server.User, server.Password);
        request.Headers.TryAddWithoutValidation("format", "json");
        foreach ((string name, string value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public async Task<string> StateAsync(string label)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.LoadUrl, $"api/shop/get_load_state?label={label}"));
        request.Headers.Authorization = Basic(server.User, server.Password);
        using HttpResponseMessage reply = await Http.SendAsync(request);
        return Parse(await reply.Content.ReadAsStringAsync()).GetProperty("state").GetString()!;
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public void Dispose() => Http.Dispose();
}
