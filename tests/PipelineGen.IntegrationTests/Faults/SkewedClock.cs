using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// The wall clock of the pipeline's process, which can be made to jump: a small library, put before the system's, adds a
/// number of seconds that both processes see. Timers go by the monotonic clock, which is left alone, as by a real jump.
/// </summary>
internal sealed class SkewedClock : IDisposable
{
    private const string Variable = "PIPELINEGEN_TEST_CLOCK";

    private const string Source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long long *offset;

        __attribute__((constructor)) static void open_offset(void)
        {
            const char *path = getenv("PIPELINEGEN_TEST_CLOCK");
            int file = path ? open(path, O_RDONLY) : -1;
            if (file < 0)
                return;
            void *mapped = mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
            if (mapped != MAP_FAILED)
                offset = mapped;
            close(file);
        }

        int clock_gettime(clockid_t clock, struct timespec *time)
        {
            int result = (int)syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                time->tv_sec += *offset;
            return result;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone)
        {
            struct timespec now;
            (void)zone;
            if (clock_gettime(CLOCK_REALTIME, &now) != 0)
                return -1;
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        """;

    private readonly string _library;
    private readonly string _file;
    private readonly MemoryMappedFile _mapped;
    private readonly MemoryMappedViewAccessor _offset;

    private SkewedClock(string library, string file)
    {
        _library = library;
        _file = file;
        _mapped = MemoryMappedFile.CreateFromFile(file, FileMode.Create, null, sizeof(long));
        _offset = _mapped.CreateViewAccessor();
    }

    /// <summary>What the pipeline's process is started with.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment => [new("LD_PRELOAD", _library), new(Variable, _file)];

    /// <summary>Null where there is no C compiler or another system than Linux: clocks don't jump then.</summary>
    public static async Task<SkewedClock?> CreateAsync(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        string source = Path.Combine(folder, "clock.c");
        string library = Path.Combine(folder, "clock.so");
        await File.WriteAllTextAsync(source, Source);
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-o", library, source]) { RedirectStandardError = true })!;
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0 ? new SkewedClock(library, Path.Combine(folder, "clock.offset")) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The clock shows so much more than the system's.</summary>
    public void Set(TimeSpan offset) => _offset.Write(0, (long)offset.TotalSeconds);

    public void Dispose()
    {
        _offset.Dispose();
        _mapped.Dispose();
    }
}
