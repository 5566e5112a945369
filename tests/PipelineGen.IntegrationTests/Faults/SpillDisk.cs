using System.Diagnostics;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// The folder of the spill files. Where mounting is allowed it can be a small file system of its own, which is then filled up;
/// else a file stands in its place for a while, so that no file can be made in it.
/// </summary>
internal sealed class SpillDisk : IAsyncDisposable
{
    private const int Megabytes = 48;

    private readonly bool _isMounted;

    private SpillDisk(string folder, bool isMounted)
    {
        Folder = folder;
        _isMounted = isMounted;
    }

    public string Folder { get; }

    /// <summary>For the timeline.</summary>
    public string Kind => _isMounted ? "no space" : "no folder";

    /// <summary>Files that are there.</summary>
    public IReadOnlyList<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Where(static file => file != Ballast)];

    private const string Ballast = "ballast";

    public static async Task<SpillDisk> CreateAsync(string folder, bool small)
    {
        Directory.CreateDirectory(folder);
        bool mounted = small && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess &&
            await RunAsync("mount", "-t", "tmpfs", "-o", FormattableString.Invariant($"size={Megabytes}m"), "pipelinegen-oracle", folder);
        return new SpillDisk(folder, mounted);
    }

    /// <summary>Nothing can be written for a while.</summary>
    public async Task FillAsync(TimeSpan duration)
    {
        string ballast = _isMounted ? Path.Combine(Folder, Ballast) : Folder;
        string aside = Folder + ".aside";
        if (!_isMounted)
            Directory.Move(Folder, aside);
        try
        {
            await WriteUntilFullAsync(ballast);
            await Task.Delay(duration);
        }
        finally
        {
            File.Delete(ballast);
            if (!_isMounted)
                Directory.Move(aside, Folder);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Lazily: the folder must be free for its removal, whoever still looks into it.
        if (_isMounted)
            await RunAsync("umount", "-l", Folder);
    }

    private async Task WriteUntilFullAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (!_isMounted)
            return;
        byte[] block = new byte[64 * 1024];
        // Down to the last byte: a small record must not fit either.
        for (int size = block.Length; size > 0;)
        {
            try
            {
                await file.WriteAsync(block.AsMemory(0, size));
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
