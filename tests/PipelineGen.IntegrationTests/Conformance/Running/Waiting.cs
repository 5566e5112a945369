using System.Diagnostics;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>Waiting for a condition, with a limit.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static bool Until(TimeSpan limit, Func<bool> condition)
    {
        using var pause = new ManualResetEventSlim();
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > limit)
                return false;
            pause.Wait(Pause);
        }

        return true;
    }
}
