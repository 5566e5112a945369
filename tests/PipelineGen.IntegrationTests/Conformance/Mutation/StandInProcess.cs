using System.Diagnostics;
using System.Text.Json;
using PipelineGen.Cli;
using PipelineGen.IntegrationTests.Conformance.Running;

namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>A stand-in as its users start it, in a process of its own: its memory and its open files are nobody else's.</summary>
internal sealed class StandInProcess : IDisposable
{
    private readonly Process _process;

    private StandInProcess(Process process, StarRocksAddress address)
    {
        _process = process;
        Address = address;
    }

    public StarRocksAddress Address { get; }

    public bool IsAlive => !_process.HasExited;

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Open files and sockets; null where the system doesn't show them.</summary>
    public int? Handles
    {
        get
        {
            string folder = $"/proc/{_process.Id}/fd";
            return Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Count() : null;
        }
    }

    public static async Task<StandInProcess> StartAsync(string version)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(PipelineGenTool).Assembly.Location, "starrocks", "start", "--http-port", "0", "--sql-port", "0", "--version", version, "--json"]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var text = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.Append(line);
            if (Parsed(text.ToString()) is { } address)
                return new StandInProcess(process, address);
        }

        throw new InvalidOperationException($"the stand-in did not start: {text}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static StarRocksAddress? Parsed(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var load = new Uri(Field("loadUrl"));
            string[] sql = Field("queryEndpoint").Split(':');
            return new StarRocksAddress(load.Host, load.Port, sql[0], int.Parse(sql[1], System.Globalization.CultureInfo.InvariantCulture), "root", "");

            string Field(string name) => document.RootElement.EnumerateObject().First(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).Value.GetString()!;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
