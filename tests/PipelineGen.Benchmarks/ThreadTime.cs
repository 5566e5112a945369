using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineGen.Benchmarks;

/// <summary>
/// What this thread has had of a processor, where the system tells: figures then don't change with what else the machine
/// does. Elsewhere the time on the wall.
/// </summary>
internal static class ThreadTime
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadCpuTime = 3;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    public static string Kind => OperatingSystem.IsLinux() ? "processor time" : "wall-clock time";

    public static TimeSpan Now()
    {
        if (!OperatingSystem.IsLinux())
            return Stopwatch.GetElapsedTime(0);
        return ClockGetTime(ThreadCpuTime, out TimeSpec time) == 0
            ? TimeSpan.FromSeconds((long)time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new InvalidOperationException("clock_gettime failed");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int ClockGetTime(int clock, out TimeSpec time);
}
