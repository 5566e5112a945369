namespace PipelineGen.Postgres;

/// <summary>
/// A range of a table's keys, <c>(After, Through]</c> in the order in which the server and this program agree. Unbounded on
/// both sides it is the whole table.
/// </summary>
/// <param name="After">Key values before the first, as text in key order; null: from the beginning.</param>
/// <param name="Through">Key values of the last; null: to the end.</param>
public sealed record KeyRange(IReadOnlyList<string>? After, IReadOnlyList<string>? Through)
{
    public static KeyRange Whole { get; } = new(null, null);

    public bool IsWhole => After is null && Through is null;

    /// <summary>Whether ranges that don't overlap cover all keys: each begins where another ends.</summary>
    internal static bool Cover(IReadOnlyCollection<KeyRange> ranges)
    {
        HashSet<string> ends = [.. ranges.Select(static r => Print(r.Through))];
        return ranges.Count(static r => r.After is null) == 1 && ranges.Where(static r => r.After is not null).All(r => ends.Contains(Print(r.After)));
    }

    public override string ToString() => IsWhole ? "all keys" : $"keys ({Print(After)}, {Print(Through)}]";

    private static string Print(IReadOnlyList<string>? key) => key is null ? "..." : string.Join(", ", key);
}
