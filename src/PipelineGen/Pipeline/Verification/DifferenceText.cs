using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>What is said of two rows that differ.</summary>
internal static class DifferenceText
{
    private const int ShownLength = 120;

    /// <param name="kind">As it was settled; the rows are read once more for their description, and may have changed.</param>
    /// <param name="key">The key for people.</param>
    public static IReadOnlyList<RowDifference> Of(TableLayout layout, RowDifferenceKind kind, string key, CanonicalRow? source, CanonicalRow? target)
    {
        string shown = Shorten(key)!;
        if (kind != RowDifferenceKind.Value || source is null || target is null)
            return [new RowDifference(kind, shown)];
        var found = new List<RowDifference>();
        for (int i = 0; i < source.Values.Length; i++)
        {
            if (source.Values[i] == target.Values[i])
                continue;
            (string? left, string? right) = Window(source.Values[i], target.Values[i]);
            found.Add(new RowDifference(RowDifferenceKind.Value, shown, layout.Columns[i].Name, left, right));
        }

        return found.Count > 0 ? found : [new RowDifference(kind, shown)];
    }

    /// <summary>Of two long values the stretch in which they first differ: their beginnings would look the same.</summary>
    private static (string? Source, string? Target) Window(string? source, string? target)
    {
        int common = source is null || target is null ? 0 : source.AsSpan().CommonPrefixLength(target);
        int start = common < ShownLength - 20 ? 0 : common - 20;
        return (Shorten(source, start), Shorten(target, start));
    }

    private static string? Shorten(string? text, int start = 0)
    {
        if (text is null)
            return null;
        int length = Math.Min(ShownLength, text.Length - start);
        return $"{(start > 0 ? "..." : "")}{text.AsSpan(start, length)}{(start + length < text.Length ? $"... ({text.Length} characters)" : "")}";
    }
}
