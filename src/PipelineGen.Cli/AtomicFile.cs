using System.Text;

namespace PipelineGen.Cli;

/// <summary>Files of a repository, written whole or not at all: a build that reads them meanwhile never sees half of one.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes <paramref name="text"/> unless the file already says it.</summary>
    public static FileChange Write(string path, string text)
    {
        bool exists = File.Exists(path);
        if (exists && SameText(File.ReadAllText(path), text))
            return FileChange.Unchanged;

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(temporary, text, Utf8);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return exists ? FileChange.Changed : FileChange.Added;
    }

    /// <summary>Equal but for line ends, which git may have changed at checkout.</summary>
    public static bool SameText(string left, string right) =>
        left == right || left.Replace("\r\n", "\n", StringComparison.Ordinal) == right.Replace("\r\n", "\n", StringComparison.Ordinal);
}

/// <summary>What a verb did to a file.</summary>
internal enum FileChange { Unchanged, Added, Changed, Removed }

/// <summary>A file and what was done to it; <paramref name="Path"/> is relative as the user gave its folder.</summary>
internal sealed record ChangedFile(string Path, FileChange Change);
