using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Shop.Postgres;

namespace Shop.Demo;

/// <summary>The demo as a program: its arguments, its exit status, and its end by signals.</summary>
internal static class DemoProgram
{
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Whether neither a verb is given nor a source configured, where the pipeline itself would look for it.</summary>
    public static bool IsWanted(string[] args)
    {
        if (args is [{ } verb, ..] && !verb.StartsWith('-'))
            return false;
        IConfiguration configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine([.. args.Where(static argument => argument.StartsWith("--Source:", StringComparison.OrdinalIgnoreCase))])
            .Build();
        return string.IsNullOrEmpty(configuration["Source:ConnectionString"]);
    }

    /// <summary>Runs the demo.</summary>
    /// <returns>0 verified, 1 failed or different, 2 usage.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        DemoOptions options = DemoOptions.Parse(args, out string? mistake);
        if (mistake is not null)
        {
            await Console.Error.WriteLineAsync($"{mistake}\n\n{DemoOptions.Usage}");
            return Misused;
        }

        if (options.Help)
        {
            await Console.Out.WriteLineAsync(DemoOptions.Usage);
            return 0;
        }

        var console = new DemoConsole(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        // The first signal asks for an orderly end. The second one is not caught, and even then the server goes with us.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            return await new DemoRun(options, console, TimeProvider.System).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.Step("Stopped; both servers are down and their data is gone.");
            return Failed;
        }
        catch (PostgresUnavailableException unavailable)
        {
            console.Step(unavailable.Message);
            return Failed;
        }
        catch (Exception failure)
        {
            // The message of a pipeline's failure says what to do; the type is for those who report it.
            console.Step($"The demo failed: {failure.Message} ({failure.GetType().Name})");
            return Failed;
        }
    }
}
