using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PipelineGen.Cli;

namespace PipelineGen.Tests.Cli;

public class StarRocksCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Start_serves_until_stopped_and_keeps_its_data_where_told()
    {
        string folder = Directory.CreateTempSubdirectory("pipelinegen-starrocks-").FullName;
        using var stop = new CancellationTokenSource();
        var output = new FlushedOutput();
        Task<int> serving = PipelineGenTool.RunAsync(
            ["starrocks", "start", "--http-port", "0", "--sql-port", "0", "--data", folder, "--json"], output, TextWriter.Null, stop.Token);

        using JsonDocument addresses = JsonDocument.Parse(await output.Flushed.WaitAsync(Limit));
        string endpoint = addresses.RootElement.GetProperty("queryEndpoint").GetString()!;
        Assert.True(addresses.RootElement.GetProperty("standIn").GetBoolean());
        Assert.Equal("3.5", addresses.RootElement.GetProperty("version").GetString());
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(endpoint)).WaitAsync(Limit);
        Assert.True(client.Connected);
        Assert.NotEmpty(Directory.EnumerateFiles(folder));

        await stop.CancelAsync();
        Assert.Equal(0, await serving.WaitAsync(Limit));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Start_says_that_it_is_a_stand_in_and_how_to_connect()
    {
        using var stop = new CancellationTokenSource();
        var output = new FlushedOutput();
        Task<int> serving = PipelineGenTool.RunAsync(
            ["starrocks", "start", "--http-port", "0", "--sql-port", "0", "--version", "4.1", "--discard"], output, TextWriter.Null, stop.Token);

        string text = await output.Flushed.WaitAsync(Limit);
        await stop.CancelAsync();
        Assert.Equal(0, await serving.WaitAsync(Limit));
        Assert.Contains("a stand-in, not StarRocks", text, StringComparison.Ordinal);
        Assert.Matches("mariadb -h 127.0.0.1 -P [0-9]+ -u root", text);
        Assert.Matches("curl --location-trusted -u root: -H \"Expect: 100-continue\" .* http://127.0.0.1:[0-9]+/api/DATABASE/TABLE/_stream_load", text);
        Assert.Matches("--StarRocks:LoadUrl=http://127.0.0.1:[0-9]+/ --StarRocks:QueryEndpoint=127.0.0.1:[0-9]+", text);
        Assert.Contains("/api/_stand_in/faults?lose_reply_after_commit=1", text, StringComparison.Ordinal);
        Assert.Contains("nothing: loads are checked and counted only", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.5")]
    [InlineData("newest")]
    public async Task An_unknown_version_is_a_usage_error(string version)
    {
        var error = new StringWriter();
        int status = await PipelineGenTool.RunAsync(["starrocks", "start", "--http-port", "0", "--sql-port", "0", "--version", version], TextWriter.Null, error).WaitAsync(Limit);
        Assert.Equal(2, status);
        Assert.Contains($"'{version}'", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_taken_port_fails_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var error = new StringWriter();

        int status = await PipelineGenTool.RunAsync(
            ["starrocks", "start", "--http-port", port, "--sql-port", "0"], TextWriter.Null, error).WaitAsync(Limit);

        Assert.Equal(1, status);
        Assert.StartsWith($"pipelinegen: the stand-in could not start on HTTP port {port}", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    /// <summary>Output that tells when it was flushed: the server is up then.</summary>
    private sealed class FlushedOutput : StringWriter
    {
        private readonly TaskCompletionSource<string> _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Flushed => _flushed.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _flushed.TrySetResult(ToString());
            return Task.CompletedTask;
        }
    }
}
