using System.IO.Compression;
using System.Text;
using System.Text.Json;
using PipelineGen.IntegrationTests.Aot;

namespace PipelineGen.IntegrationTests.Conformance.Programs;

/// <summary>The real <c>curl</c>, with the options that STARROCKS.md, 1.1 names: <c>--location-trusted</c> and <c>Expect</c>.</summary>
public sealed class CurlTests(StandInFixture server) : IClassFixture<StandInFixture>
{
    [ProgramFact("curl", "curl")]
    public async Task Csv_is_loaded()
    {
        string database = server.Database();
        JsonElement reply = await LoadAsync(database, server.File("1,a\n2,\\N\n"), "column_separator:,", "label:curl-csv", "timeout:60");

        Assert.Equal(("Success", 2, "curl-csv"), (Text(reply, "Status"), reply.GetProperty("NumberLoadedRows").GetInt32(), Text(reply, "Label")));
        Assert.Equal("1,a;2,NULL", server.Rows($"SELECT * FROM {database}.t ORDER BY id"));
    }

    [ProgramFact("curl", "curl")]
    public async Task Json_is_loaded_and_deletes()
    {
        string database = server.Database();
        JsonElement first = await LoadAsync(database, server.File("""[{"id":1,"v":"a"},{"id":2,"v":"b"}]"""), "format:json", "strip_outer_array:true");
        JsonElement second = await LoadAsync(database, server.File("""{"id":1,"__op":1} {"id":3,"v":"c"}"""), "format:json");

        Assert.Equal(("Success", "Success"), (Text(first, "Status"), Text(second, "Status")));
        Assert.Equal("2,b;3,c", server.Rows($"SELECT * FROM {database}.t ORDER BY id"));
    }

    [ProgramFact("curl", "curl")]
    public async Task Compressed_bodies_are_loaded()
    {
        string database = server.Database();
        JsonElement csv = await LoadAsync(database, server.File(GZip("1,a\n")), "format:gzip", "column_separator:,");
        JsonElement json = await LoadAsync(database, server.File(GZip("""{"id":2,"v":"b"}""")), "format:json", "compression:gzip");

        Assert.Equal(("Success", "Success"), (Text(csv, "Status"), Text(json, "Status")));
        Assert.Equal("1,a;2,b", server.Rows($"SELECT * FROM {database}.t ORDER BY id"));
    }

    [ProgramFact("curl", "curl")]
    public async Task A_large_body_is_loaded()
    {
        string database = server.Database();
        string body = string.Concat(Enumerable.Range(1, 200_000).Select(static i => $"{i},value {i}\n"));
        JsonElement reply = await LoadAsync(database, server.File(body), "column_separator:,");

        Assert.Equal(("Success", 200_000), (Text(reply, "Status"), reply.GetProperty("NumberLoadedRows").GetInt32()));
        Assert.Equal("200000,20000100000", server.Rows($"SELECT count(*), sum(id) FROM {database}.t"));
    }

    [ProgramFact("curl", "curl")]
    public async Task A_transaction_in_two_phases()
    {
        string database = server.Database();
        string[] transaction = ["label:curl-txn", $"db:{database}", "table:t"];

        Assert.Equal("OK", Text(await TransactionAsync("begin", null, transaction), "Status"));
        Assert.Equal("OK", Text(await TransactionAsync("load", server.File("1,a\n"), [.. transaction, "column_separator:,"]), "Status"));
        Assert.Equal("OK", Text(await TransactionAsync("load", server.File("2,b\n"), [.. transaction, "column_separator:,"]), "Status"));
        Assert.Equal("PREPARE", await StateAsync(database, "curl-txn"));
        Assert.Equal("OK", Text(await TransactionAsync("prepare", null, transaction), "Status"));
        Assert.Equal("PREPARED", await StateAsync(database, "curl-txn"));
        Assert.Equal("", server.Rows($"SELECT * FROM {database}.t"));
        Assert.Equal("OK", Text(await TransactionAsync("commit", null, transaction), "Status"));
        Assert.Equal("VISIBLE", await StateAsync(database, "curl-txn"));
        Assert.Equal("1,a;2,b", server.Rows($"SELECT * FROM {database}.t ORDER BY id"));
    }

    [ProgramFact("curl", "curl")]
    public async Task A_used_label_and_an_unknown_one()
    {
        string database = server.Database();
        await LoadAsync(database, server.File("1\ta\n"), "label:curl-twice");
        JsonElement again = await LoadAsync(database, server.File("1\tb\n"), "label:curl-twice");

        Assert.Equal(("Label Already Exists", "FINISHED"), (Text(again, "Status"), Text(again, "ExistingJobStatus")));
        Assert.Equal(("VISIBLE", "UNKNOWN"), (await StateAsync(database, "curl-twice"), await StateAsync(database, "curl-never")));
    }

    [ProgramFact("curl", "curl")]
    public async Task Location_without_trust_loses_the_authorization()
    {
        // STARROCKS.md, 1.1: curl keeps it for another port of the same host only when told to trust the location.
        string database = server.Database();
        FinishedProcess curl = await CurlAsync("--location", "-H", "Expect:100-continue", "-T", server.File("1\ta\n"), Url($"/api/{database}/t/_stream_load"));

        Assert.Contains("no valid Basic authorization", curl.Output, StringComparison.Ordinal);
    }

    private async Task<JsonElement> LoadAsync(string database, string file, params string[] headers) =>
        await JsonAsync(["--location-trusted", .. Headers(["Expect:100-continue", .. headers]), "-T", file, Url($"/api/{database}/t/_stream_load")]);

    private async Task<JsonElement> TransactionAsync(string call, string? file, string[] headers) =>
        await JsonAsync(["--location-trusted", .. Headers([.. headers, "Expect:100-continue"]), .. file is null ? ["-X", "POST"] : (string[])["-T", file], Url($"/api/transaction/{call}")]);

    private async Task<string> StateAsync(string database, string label) =>
        Text(await JsonAsync(["--location-trusted", Url($"/api/{database}/get_load_state?label={label}")]), "state");

    private async Task<JsonElement> JsonAsync(string[] arguments)
    {
        FinishedProcess curl = await CurlAsync(arguments);
        Assert.True(curl.ExitCode == 0, curl.Output);
        using JsonDocument document = JsonDocument.Parse(curl.Output);
        return document.RootElement.Clone();
    }

    private Task<FinishedProcess> CurlAsync(params string[] arguments) =>
        StandInFixture.RunAsync("curl", ["-sS", "--max-time", "50", "-u", $"{server.Address.User}:{server.Address.Password}", .. arguments]);

    private string Url(string path) => $"http://{server.Address.Host}:{server.Address.HttpPort}{path}";

    private static IEnumerable<string> Headers(string[] headers) => headers.SelectMany(static h => (string[])["-H", h]);

    private static string Text(JsonElement reply, string field) => reply.TryGetProperty(field, out JsonElement value) ? value.GetString()! : reply.ToString();

    private static byte[] GZip(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
