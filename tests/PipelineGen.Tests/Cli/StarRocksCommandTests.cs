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
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(endpoint)).WaitAsync(Limit);
        Assert.True(client.Connected);
        Assert.NotEmpty(Directory.EnumerateFiles(folder));

        await stop.CancelAsync();
        Assert.Equal(0, await serving.WaitAsync(Limit));
        Directory.Delete(folder, recursive: true);
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
