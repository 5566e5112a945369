using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Requests that no good client sends: answered as they deserve, and the next one is served (STARROCKS.md, 1.1, 1.2, 1.4).</summary>
public sealed class HttpRobustnessTests : StandInTest
{
    private const string Auth = "Authorization: Basic cm9vdDo=\r\n";
    private const string Load = "PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\n" + Auth + "format: json\r\n";
    private const string Row = """{"id":1,"v":1}""";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
    }

    [Theory]
    [InlineData("\r\n\r\n\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("PUT /api/shop/t/_stream_load HTTP/9.9\r\n\r\n")]
    [InlineData("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n")]
    [InlineData("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("PUT /%zz/%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\u0001\u0002\u0003\u0016\u0003\u0001")]
    public async Task What_is_no_request_does_no_harm(string bytes)
    {
        foreach (int port in (int[])[Server.LoadUrl.Port, Server.BackendUrl.Port])
        {
            using RawConnection broken = await RawConnection.OpenAsync(port);
            await broken.SendAsync(bytes);
            broken.EndSending();
            Assert.DoesNotContain(" 200 ", await broken.ReadToEndAsync(), StringComparison.Ordinal);
        }

        await LoadAsync(Row);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "404")]
    [InlineData("GET /api/shop/t/_stream_load HTTP/1.1", "404")]
    [InlineData("PUT /api/shop/t/x/_stream_load HTTP/1.1", "404")]
    [InlineData("DELETE /api/transaction/begin HTTP/1.1", "404")]
    public async Task Unknown_paths_and_methods_are_404(string line, string status)
    {
        foreach (int port in (int[])[Server.LoadUrl.Port, Server.BackendUrl.Port])
        {
            using RawConnection connection = await RawConnection.OpenAsync(port);
            await connection.SendAsync($"{line}\r\nHost: x\r\n{Auth}Content-Length: 0\r\n\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Headers_over_the_limit_are_431_and_it_keeps_serving()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Server.LoadUrl.Port))
        {
            await connection.SendAsync(Load + "Expect: 100-continue\r\ncolumns: " + new string('c', 40_000) + "\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 431 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        }

        using (RawConnection connection = await RawConnection.OpenAsync(Server.LoadUrl.Port))
        {
            await connection.SendAsync("PUT /api/shop/" + new string('t', 5000) + "/_stream_load HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 414 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        }

        await LoadAsync(Row);
    }

    [Fact]
    public async Task A_body_shorter_than_announced_keeps_nothing_and_frees_the_label()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "label: short\r\nContent-Length: 100\r\n\r\n" + Row);
            connection.EndSending();
            await connection.ReadToEndAsync(); // who has hung up gets no answer
        }

        await UntilAsync(async () => await Loads.StateAsync("short") == "ABORTED", "ABORTED");
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Chunked_bodies_are_taken_and_broken_chunks_are_not()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 100 Continue", await connection.ReadHeadAsync(), StringComparison.Ordinal);
            await connection.SendAsync("7\r\n" + Row[..7] + "\r\n7\r\n" + Row[7..] + "\r\n0\r\n\r\n");
            Assert.Contains("\"Status\": \"Success\"", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "label: broken\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + Row);
            Assert.Contains("\"Status\": \"Fail\"", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("ABORTED", await Loads.StateAsync("broken"));
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Bodies_over_the_limits_are_refused_before_they_are_read()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "Expect: 100-continue\r\nContent-Length: 104857601\r\n\r\n");
            Assert.Contains(
                "The size of this batch exceed the max size [104857600]  of json type data  data [ 104857601 ]. Set ignore_json_size to skip the check, although it may lead huge memory consuming.",
                await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "ignore_json_size: true\r\nExpect: 100-continue\r\nContent-Length: 107374182401\r\n\r\n");
            Assert.Contains("body size 107374182401 exceed limit: 107374182400", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync(Load + "ignore_json_size: true\r\nExpect: 100-continue\r\nContent-Length: 3000000000\r\n\r\n");
            Assert.Contains("a stand-in, not StarRocks", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Http_1_0_needs_no_expect()
    {
        using RawConnection connection = await RawConnection.OpenAsync(Server.LoadUrl.Port);
        await connection.SendAsync($"PUT /api/shop/t/_stream_load HTTP/1.0\r\n{Auth}Content-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 307 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: Basic\r\n")]
    [InlineData("Authorization: Basic %%%\r\n")]
    [InlineData("Authorization: Basic cm9vdA==\r\n")]
    [InlineData("Authorization: Bearer cm9vdDo=\r\n")]
    public async Task Malformed_credentials_are_none(string header)
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Server.LoadUrl.Port))
        {
            await connection.SendAsync($"PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n{header}Content-Length: 0\r\n\r\n");
            string reply = await connection.ReadAnswerAsync();
            Assert.StartsWith("HTTP/1.1 401 ", reply, StringComparison.Ordinal);
            Assert.Contains("WWW-Authenticate: Basic realm=\"\"", reply, StringComparison.Ordinal);
            Assert.Contains("Need auth information.", reply, StringComparison.Ordinal);
        }

        using (RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await connection.SendAsync($"PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n{header}Content-Length: 0\r\n\r\n");
            Assert.Contains("\"Message\": \"no valid Basic authorization\"", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_a_header_sent_twice_the_first_counts_and_names_have_any_case()
    {
        using RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port);
        await connection.SendAsync("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\n" + Auth + $"FORMAT: json\r\nLABEL: first\r\nlabel: second\r\nContent-Length: {Row.Length}\r\n\r\n{Row}");
        Assert.Contains("\"Label\": \"first\"", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.Equal("UNKNOWN", await Loads.StateAsync("second"));
    }

    [Fact]
    public async Task Path_parts_are_decoded()
    {
        await Sql.QueryAsync("CREATE TABLE `a/b c` (id INT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        using RawConnection connection = await RawConnection.OpenAsync(Server.BackendUrl.Port);
        await connection.SendAsync("PUT /api/shop/a%2Fb%20c/_stream_load HTTP/1.1\r\nHost: x\r\n" + Auth + $"format: json\r\nContent-Length: {Row.Length}\r\n\r\n{Row}");
        Assert.Contains("\"Status\": \"Success\"", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.Equal("1,1", await RowsAsync("SELECT * FROM `a/b c`"));
    }
}
