using System.CommandLine;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Cli.StarRocks;

/// <summary>The verb of <c>pipelinegen starrocks</c>: the local stand-in as a process of its own.</summary>
internal static class StarRocksCommands
{
    private const string DataFileName = "starrocks.db";
    private const int HighestPort = 65535;

    private static readonly Option<int> HttpPort = Port("--http-port", 8030, "Port of Stream Load; 0 for a free one.");

    private static readonly Option<int> SqlPort = Port("--sql-port", 9030, "Port of the SQL endpoint; 0 for a free one.");

    private static readonly Option<string?> Folder = new("--data")
    {
        Description = "Folder that keeps the tables over restarts. Default: they go when the process ends.",
        HelpName = "folder",
    };

    private static readonly Option<string> Version = new("--version")
    {
        Description = "The StarRocks release to stand in for: 3.3, 3.5, 4.0 or 4.1, or one patch of them, such as 3.5.2.",
        DefaultValueFactory = _ => "3.5",
        HelpName = "major.minor",
    };

    private static readonly Option<bool> Discard = new("--discard")
    {
        Description = "Check and count what is loaded, and keep none of it: for benchmarks.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the addresses as one JSON document." };

    public static Command Create()
    {
        var start = new Command("start", "Start the local stand-in for StarRocks and serve until stopped.") { HttpPort, SqlPort, Folder, Version, Discard, Json };
        start.SetAction(StartAsync);
        return new Command("starrocks", "A local stand-in for StarRocks, for examples and tests.") { start };
    }

    private static async Task<int> StartAsync(ParseResult parsed, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        LocalStarRocksOptions options = OptionsOf(parsed);
        await using LocalStarRocksServer server = await OpenAsync(options, cancel);
        if (parsed.GetValue(Json))
        {
            output.WriteJson(new
            {
                StandIn = true, options.Version, server.LoadUrl, server.BackendUrl, server.QueryEndpoint, server.User, options.Discard,
                FaultsUrl = StandInText.FaultsUrl(server),
            });
        }
        else
        {
            await output.WriteLineAsync(StandInText.Of(server, options));
        }

        await output.FlushAsync(cancel);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            // Being stopped is how serving ends well.
        }

        return ExitStatus.Fine;
    }

    private static LocalStarRocksOptions OptionsOf(ParseResult parsed)
    {
        string? folder = parsed.GetValue(Folder);
        return new LocalStarRocksOptions
        {
            HttpPort = parsed.GetValue(HttpPort),
            SqlPort = parsed.GetValue(SqlPort),
            DataFile = folder is null ? null : Path.Combine(folder, DataFileName),
            Version = parsed.GetValue(Version)!,
            Discard = parsed.GetValue(Discard),
        };
    }

    private static async Task<LocalStarRocksServer> OpenAsync(LocalStarRocksOptions options, CancellationToken cancel)
    {
        try
        {
            if (options.DataFile is { } file)
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return await LocalStarRocksServer.StartAsync(options, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new ToolFailure($"the stand-in could not start on HTTP port {options.HttpPort} and SQL port {options.SqlPort}: {e.Message}", cause: e);
        }
        catch (ArgumentException e)
        {
            throw new ToolFailure($"the stand-in refused its options: {e.Message}", ExitStatus.Usage, e);
        }
    }

    private static Option<int> Port(string name, int standard, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "port" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int port) && port is < 0 or > HighestPort)
                result.AddError($"{name}: expected a port from 0 to {HighestPort}, found {port}");
        });
        return option;
    }
}
