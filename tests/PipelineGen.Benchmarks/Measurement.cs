using System.Diagnostics;

namespace PipelineGen.Benchmarks;

/// <summary>One operation's figures: the median of its rounds, and what a row allocates on this thread.</summary>
internal sealed record Measurement(string Name, double NanosecondsPerRow, double BytesPerRow)
{
    /// <summary>
    /// Measures the operations round by round, each once a round: what else the machine does then falls on all of them.
    /// </summary>
    public static IReadOnlyList<Measurement> Of(IReadOnlyList<(string Name, Action Operation)> operations, int rounds, TimeSpan roundLength, TimeSpan warmUp)
    {
        int[] iterations = [.. operations.Select(o => Calibrate(o.Operation, roundLength, warmUp))];
        double[][] times = [.. operations.Select(_ => new double[rounds])];
        double[] bytes = new double[operations.Count];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < operations.Count; i++)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan start = ThreadTime.Now();
                Repeat(operations[i].Operation, iterations[i]);
                TimeSpan elapsed = ThreadTime.Now() - start;
                bytes[i] = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / iterations[i];
                times[i][round] = elapsed.TotalNanoseconds / iterations[i];
            }
        }

        return [.. operations.Select((o, i) => new Measurement(o.Name, Median(times[i]), bytes[i]))];
    }

    private static int Calibrate(Action operation, TimeSpan roundLength, TimeSpan warmUp)
    {
        // The runtime compiles a method anew after 30 calls and some time in the background, so warming up takes time, not only calls.
        long start = Stopwatch.GetTimestamp();
        do
        {
            Repeat(operation, 256);
        }
        while (Stopwatch.GetElapsedTime(start) < warmUp);

        TimeSpan first = ThreadTime.Now();
        Repeat(operation, 4096);
        double perCall = (ThreadTime.Now() - first).TotalNanoseconds / 4096;
        return (int)Math.Clamp(roundLength.TotalNanoseconds / perCall, 1000, 100_000_000);
    }

    private static void Repeat(Action operation, int count)
    {
        for (int i = 0; i < count; i++)
            operation();
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
