using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Redirect, authentication, labels, headers and replies (STARROCKS.md, 1).</summary>
public sealed class StreamLoadTests : StandInTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v VARCHAR(5), n INT NOT NULL DEFAULT \"7\"");
    }

    [Fact]
    public async Task Frontend_redirects_without_100_and_closes()
    {
        string head = await RawAsync(Server.LoadUrl.Port, "PUT /api/shop/t/_stream_load?a=b HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 307 Temporary Redirect\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Location: http://127.0.0.1:{Server.BackendUrl.Port}/api/shop/t/_stream_load?a=b\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frontend_demands_expect()
    {
        string reply = await RawAsync(Server.LoadUrl.Port, "PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK", reply, StringComparison.Ordinal);
        Assert.EndsWith("{\"Status\":\"FAILED\",\"Message\":\"class com.starrocks.common.DdlException: There is no 100-continue header\"}", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_is_401_at_the_frontend_and_Fail_at_the_backend()
    {
        using HttpRequestMessage front = Loads.Request(Server.LoadUrl, "t", "{}");
        front.Headers.Authorization = LoadClient.Basic("root", "wrong");
        using HttpResponseMessage refused = await Loads.Http.SendAsync(front);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("FAILED", LoadClient.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("status").GetString());

        using HttpRequestMessage back = Loads.Request(Server.BackendUrl, "t", "{}");
        back.Headers.Authorization = null;
        using HttpResponseMessage failed = await Loads.Http.SendAsync(back);
        Assert.Equal(HttpStatusCode.OK, failed.StatusCode);
        Assert.Equal("no valid Basic authorization", LoadClient.Parse(await failed.Content.ReadAsStringAsync()).GetProperty("Message").GetString());
    }

    [Fact]
    public async Task Last_row_of_a_key_wins_across_upserts_and_deletes()
    {
        JsonElement reply = await LoadAsync("""
            {"id":1,"v":"a","n":1}
            {"id":1,"n":1,"__op":1}
            {"id":1,"v":"b","n":2,"__op":0}
            {"id":2,"v":"c","n":2}
            {"id":2,"n":0,"__op":1}
            """);
        Assert.Equal(5, reply.GetProperty("NumberLoadedRows").GetInt64());
        Assert.Equal("1,b,2", await RowsAsync());
    }

    [Fact]
    public async Task Not_null_is_checked_before_op_and_the_error_log_says_so()
    {
        await LoadAsync("""{"id":1,"n":1}""");
        JsonElement reply = await Loads.LoadAsync("t", """{"id":1,"__op":1}""");
        Assert.Equal("too many filtered rows", reply.GetProperty("Message").GetString());
        Assert.Equal(1, reply.GetProperty("NumberFilteredRows").GetInt64());
        string log = await Loads.Http.GetStringAsync(reply.GetProperty("ErrorURL").GetString());
        Assert.Contains("NULL value in non-nullable column 'n'", log, StringComparison.Ordinal);
        Assert.Equal("1,NULL,1", await RowsAsync());
    }

    [Fact]
    public async Task A_failed_load_keeps_nothing_and_shows_fifty_reasons_at_most()
    {
        string rows = string.Join('\n', Enumerable.Range(0, 80).Select(i => $$"""{"id":{{i}},"n":null}"""));
        JsonElement reply = await Loads.LoadAsync("t", """{"id":100,"n":1}""" + rows);
        Assert.Equal("too many filtered rows", reply.GetProperty("Message").GetString());
        string log = await Loads.Http.GetStringAsync(reply.GetProperty("ErrorURL").GetString());
        Assert.Equal(50, log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Ratio_lets_the_good_rows_in()
    {
        await LoadAsync("""{"id":1,"n":1}{"id":2,"n":null}""", ("max_filter_ratio", "0.5"));
        Assert.Equal("1,NULL,1", await RowsAsync());
    }

    [Fact]
    public async Task Labels_are_used_up_by_success_and_freed_by_failure()
    {
        await FailAsync("""{"id":1,"n":null}""", ("label", "L"));
        Assert.Equal("ABORTED", await Loads.StateAsync("L"));
        await LoadAsync("""{"id":1,"n":1}""", ("label", "L"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("L"));
        JsonElement again = await Loads.LoadAsync("t", """{"id":2,"n":1}""", ("label", "L"));
        Assert.Equal("Label Already Exists", again.GetProperty("Status").GetString());
        Assert.Equal("FINISHED", again.GetProperty("ExistingJobStatus").GetString());
        Assert.Equal("Label [L] has already been used.", again.GetProperty("Message").GetString());
        Assert.Equal("UNKNOWN", await Loads.StateAsync("other"));
        Assert.Contains("Label format error", await FailAsync("{}", ("label", "a b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_is_held_while_the_body_is_on_its_way_and_aborted_when_the_client_goes()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, Server.BackendUrl.Port);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nformat: json\r\nlabel: slow\r\nContent-Length: 100\r\n\r\n"));
            var buffer = new byte[1000];
            int read = await stream.ReadAsync(buffer);
            Assert.StartsWith("HTTP/1.1 100 Continue", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
            Assert.Equal("PREPARE", await Loads.StateAsync("slow"));
            JsonElement second = await Loads.LoadAsync("t", """{"id":2,"n":1}""", ("label", "slow"));
            Assert.Equal("RUNNING", second.GetProperty("ExistingJobStatus").GetString());
            await stream.WriteAsync("""{"id":1,"n":1}"""u8.ToArray());
        }

        await UntilAsync(async () => await Loads.StateAsync("slow") == "ABORTED", "ABORTED after the client left");
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Cancel_aborts_a_running_load_only()
    {
        await LoadAsync("""{"id":1,"n":1}""", ("label", "done"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.LoadUrl, "api/shop/t/_cancel?label=done"));
        request.Headers.Authorization = LoadClient.Basic("root", "");
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        Assert.Equal("transaction not found: done", LoadClient.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("msg").GetString());
    }

    [Fact]
    public async Task Columns_header_maps_constants_defaults_and_op()
    {
        await LoadAsync("""{"id":1,"x":"MTIz","n":5}""", ("columns", "id,x,v=from_base64(x)"));
        Assert.Equal("1,123,7", await RowsAsync());
        await LoadAsync("""{"id":1}""", ("columns", "id,__op='delete'"), ("partial_update", "true"));
        Assert.Equal("", await RowsAsync());
        Assert.Equal("Duplicate column: ID", await FailAsync("""{"id":1}""", ("columns", "id,ID")));
    }

    [Fact]
    public async Task Partial_update_keeps_the_other_columns_and_inserts_defaults()
    {
        await LoadAsync("""{"id":1,"v":"a","n":1}""");
        await LoadAsync("""{"id":1,"v":"z"}{"id":2,"v":"y"}""", ("columns", "id,v"), ("partial_update", "true"));
        Assert.Equal("1,z,1;2,y,7", await RowsAsync());
        Assert.Equal("key column id not in partial update columns", await FailAsync("""{"v":"z"}""", ("columns", "v"), ("partial_update", "true")));
    }

    [Fact]
    public async Task Empty_syntax_array_and_unknown_targets_fail()
    {
        Assert.Equal("No partitions have data available for loading.", await FailAsync(""));
        await FailAsync("""{"id":1,"n":1}{"id":""");
        Assert.Contains("set strip_outer_array=true", await FailAsync("""[{"id":1,"n":1}]"""), StringComparison.Ordinal);
        Assert.Equal("unknown data format, format=xml", await FailAsync("{}", ("format", "xml")));
        JsonElement unknown = await Loads.LoadAsync("nope", "{}");
        Assert.Equal("unknown table \"shop.nope\"", unknown.GetProperty("Message").GetString());
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM t"));
        await LoadAsync("""[{"id":1,"n":1},{"id":2,"n":1,"other":[1,{"x":"y"}]}]""", ("strip_outer_array", "true"));
        Assert.Equal("1,NULL,1;2,NULL,1", await RowsAsync());
    }

    [Fact]
    public async Task Reply_is_indented_by_four_and_names_the_table_only_from_41()
    {
        using HttpRequestMessage request = Loads.Request(Server.BackendUrl, "t", """{"id":1,"n":1}""", ("label", "r"));
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        string text = await reply.Content.ReadAsStringAsync();
        Assert.Contains("\n    \"Label\": \"r\",\n    \"Status\": \"Success\"", text, StringComparison.Ordinal);
        Assert.Null(reply.Content.Headers.ContentType);
    }

    [Fact]
    public async Task Primary_key_over_128_bytes_fails_the_load()
    {
        await Sql.QueryAsync("CREATE TABLE k (id VARCHAR(200), v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        JsonElement reply = await Loads.LoadAsync("k", $$"""{"id":"{{new string('x', 129)}}"}""");
        Assert.Equal("primary key size exceed the limit.", reply.GetProperty("Message").GetString());
        Assert.Equal("Success", (await Loads.LoadAsync("k", $$"""{"id":"{{new string('x', 128)}}"}""")).GetProperty("Status").GetString());
    }

    [Fact]
    public async Task Duplicate_tables_append()
    {
        await Sql.QueryAsync("CREATE TABLE d (id INT, v INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        await Loads.LoadAsync("d", """{"id":1,"v":1}{"id":1,"v":2}""");
        Assert.Equal("1,1;1,2", await RowsAsync("SELECT * FROM d ORDER BY v"));
    }

    private static async Task<string> RawAsync(int port, string request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
        // To the end of the answer, not of the connection: Kestrel lingers some seconds over a body that never comes.
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            int read = await stream.ReadAsync(buffer, limit.Token);
            Assert.NotEqual(0, read);
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();

        static bool IsWhole(string answer) =>
            answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end &&
            answer.Length == end + 4 + int.Parse(answer.Split("Content-Length: ")[1].Split("\r\n")[0]);
    }
}
