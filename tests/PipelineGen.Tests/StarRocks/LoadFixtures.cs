using System.Text;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.StarRocks;

internal static class LoadFixtures
{
    /// <summary>Longer than any test may take: a hang becomes a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static StarRocksOptions Options(params Uri[] urls) => new()
    {
        LoadUrls = urls,
        QueryEndpoint = "127.0.0.1:9030",
        Database = "shop",
        User = "loader",
        Password = "s3cret!",
    };

    /// <summary>Limits beyond the reach of <see cref="ImpatientTime"/>.</summary>
    public static StarRocksOptions Unhurried(params Uri[] urls) => Options(urls) with { ConnectTimeout = TimeSpan.FromHours(1), AnswerTimeout = TimeSpan.FromHours(1) };

    public static LoadRequest Request(LoadBody? body = null) => new() { Table = "orders", Label = "shop-orders-1", Body = body ?? Body("""{"id":1}""") };

    public static LoadBody Body(string text) => LoadBody.FromMemory(Encoding.UTF8.GetBytes(text));

    public static string Reply(string status, string message = "OK", string extra = "") =>
        $$"""
        {
            "TxnId": 1003,
            "Label": "shop-orders-1",
            "Status": "{{status}}",
            "Message": "{{message}}",{{extra}}
            "NumberTotalRows": 3,
            "NumberLoadedRows": 3,
            "LoadBytes": 99,
            "LoadTimeMs": 154
        }
        """;

    public static string State(string state) => $$"""{"state":"{{state}}","reason":"","status":"OK","code":"0","msg":"Success","message":"OK"}""";

    public static string Header(FakeHttpRequest request, string name) => request.Headers.TryGetValue(name, out string? value) ? value : "(absent)";
}

/// <summary>A body that can be sent once, in pieces, and remembers whether it was asked for.</summary>
internal sealed class OnceBody(params string[] pieces) : LoadBody
{
    public int Writes { get; private set; }

    public override long? Length => null;

    public override bool CanReplay => false;

    public override async Task WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        Writes++;
        foreach (string piece in pieces)
        {
            await destination.WriteAsync(Encoding.UTF8.GetBytes(piece), cancellationToken);
        }
    }
}

/// <summary>A body made of whatever a test does.</summary>
internal sealed class ScriptedBody(Func<Stream, CancellationToken, Task> write, long? length = null) : LoadBody
{
    public override long? Length => length;

    public override bool CanReplay => true;

    public override Task WriteToAsync(Stream destination, CancellationToken cancellationToken) => write(destination, cancellationToken);
}
