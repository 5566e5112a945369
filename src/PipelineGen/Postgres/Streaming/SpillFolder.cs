using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// The folder of one pipeline's spill files. Nobody else writes there: the slot lets one copy of a pipeline run, and the
/// server's system identifier is part of the name, since two servers can have a slot of one name.
/// </summary>
internal sealed class SpillFolder
{
    private const string Extension = ".spill";
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly Func<string, FileStreamOptions, Stream> _open;

    /// <summary>Told apart from what an earlier run left, whatever its process id was.</summary>
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <param name="root">Pipeline:SpillFolder.</param>
    /// <param name="open">Opens a file; the tests' place to let a disk be full.</param>
    public SpillFolder(string root, string pipeline, string slot, string systemIdentifier, Func<string, FileStreamOptions, Stream>? open = null)
    {
        Path = System.IO.Path.Combine(root, $"pipelinegen-{FileName(pipeline)}-{FileName(slot)}-{FileName(systemIdentifier)}");
        _open = open ?? (static (path, options) => new FileStream(path, options));
    }

    public string Path { get; }

    /// <summary>Removes what a run that was killed could not. Only once the slot is ours.</summary>
    /// <returns>How many files there were.</returns>
    public int RemoveLeftovers()
    {
        if (!Directory.Exists(Path))
            return 0;
        RequireOwn();
        int count = 0;
        foreach (string file in Directory.EnumerateFiles(Path, "*" + Extension))
        {
            File.Delete(file);
            count++;
        }

        return count;
    }

    public string NewFile(uint xid, ulong serial) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"transaction-{xid}-{_run}-{serial}{Extension}"));

    /// <param name="isNew">Makes the file; else it must be there.</param>
    /// <param name="deleteOnClose">Only for a file that isn't opened again.</param>
    public Stream Open(string path, bool isNew, bool deleteOnClose)
    {
        if (isNew)
            Make();
        var options = new FileStreamOptions
        {
            Mode = isNew ? FileMode.CreateNew : FileMode.Open,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            // Blocks are large, and each is written and read at once.
            BufferSize = 0,
            Options = deleteOnClose ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (isNew && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return _open(path, options);
    }

    /// <summary>Leaves nothing behind, not even the folder; not where a file is still in it.</summary>
    public void RemoveIfEmpty()
    {
        try
        {
            Directory.Delete(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Never made, or not empty.
        }
    }

    private void Make()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        RequireOwn();
    }

    /// <summary>The folder for temporary files is everybody's: what another user has put in our folder's place is not used.</summary>
    private void RequireOwn()
    {
        var folder = new DirectoryInfo(Path);
        if (folder.LinkTarget is not null || (!OperatingSystem.IsWindows() && (folder.UnixFileMode & OthersMayWrite) != 0))
            throw new SpillException($"{Path} is a link or may be written by others: rows don't go there. Remove it, or set Pipeline:SpillFolder");
    }

    /// <summary>A name that is a file's name as it is stays so; from another one only its harmless characters, and a hash of the whole.</summary>
    private static string FileName(string name)
    {
        string harmless = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_').Take(60));
        return harmless == name ? name : $"{harmless}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4))}";
    }
}
