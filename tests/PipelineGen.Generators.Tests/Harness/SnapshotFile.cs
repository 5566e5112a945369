using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace PipelineGen.Generators.Tests.Harness;

/// <summary>One committed snapshot.</summary>
internal static class SnapshotFile
{
    /// <returns>Null where they are the same; else the difference, and the received text is left beside the file.</returns>
    public static async Task<string?> CompareAsync(string verified, string text, bool accepts)
    {
        string received = verified.Replace(".verified.", ".received.", StringComparison.Ordinal);
        string? before = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n") : null;
        string after = text.ReplaceLineEndings("\n");
        if (before == after)
        {
            File.Delete(received);
            return null;
        }

        if (accepts)
        {
            await File.WriteAllTextAsync(verified, after);
            File.Delete(received);
            return null;
        }

        await File.WriteAllTextAsync(received, after);
        return $"{received} differs from {Path.GetFileName(verified)}{(before is null ? ", which does not exist" : "")}:\n{Difference(before ?? "", after)}";
    }

    private static string Difference(string before, string after) => string.Join('\n', new InlineDiffBuilder(new Differ()).BuildDiffModel(before, after).Lines
        .Where(static line => line.Type != ChangeType.Unchanged)
        .Select(static line => $"{(line.Type == ChangeType.Inserted ? '+' : '-')} {line.Text}"));
}
