using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>The executable of a compiled pipeline: <c>return await PipelineHost.RunAsync&lt;ShopPipeline&gt;(args);</c> is its whole Program.cs.</summary>
public static class PipelineHost
{
    /// <summary>Runs a verb. Results go to stdout, everything else to stderr.</summary>
    /// <returns>0 fine, 1 failed, 2 usage, 3 a check found differences.</returns>
    public static Task<int> RunAsync<TPipeline>(string[] args)
        where TPipeline : IPipeline => RunAsync(TPipeline.Definition, args);

    /// <summary>Starts a pipeline inside this process.</summary>
    /// <param name="settings">Configuration keys and values, such as <c>Source:ConnectionString</c>.</param>
    /// <exception cref="SettingsException">A key is missing, unknown or unreadable.</exception>
    public static RunningPipeline Start<TPipeline>(IEnumerable<KeyValuePair<string, string?>> settings, ILoggerFactory? loggers = null, bool untilCaughtUp = false)
        where TPipeline : IPipeline
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        (PipelineOptions options, StarRocksOptions target) = PipelineSettings.Read(configuration, TPipeline.Definition.Name);
        ILogger logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("PipelineGen");
        return new RunningPipeline(new PipelineEngine(TPipeline.Definition, options, target, TimeProvider.System, logger), untilCaughtUp);
    }

    private static Task<int> RunAsync(PipelineDefinition definition, string[] args)
    {
        // Settings are whatever looks like --Section:Key=value; the verbs and their options are the rest.
        string[] settings = [.. args.Where(IsSetting)];
        string[] rest = [.. args.Where(static a => !IsSetting(a))];
        var verbs = new PipelineVerbs(definition, () => Configuration(settings));
        RootCommand root = verbs.Build();
        ParseResult parsed = root.Parse(rest);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("Try --help.");
            return Task.FromResult(ExitStatus.Usage);
        }

        // The host handles signals: a run must flush before it ends.
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf(':', StringComparison.Ordinal) is > 2 and var colon &&
        argument.AsSpan(2, colon - 2).IndexOfAnyExcept(Letters) < 0;

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static IConfigurationRoot Configuration(string[] settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(AppContext.BaseDirectory)
                .AddJsonFile("appsettings.json", optional: true)
                .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .AddCommandLine(settings)
                .Build();
        }
        catch (Exception error) when (error is InvalidDataException or FormatException)
        {
            throw new SettingsException($"{error.Message} {error.InnerException?.Message}");
        }
    }
}

/// <summary>Exit statuses that scripts rely on (ARCHITECTURE.md, section 3).</summary>
internal static class ExitStatus
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Differences = 3;
}
