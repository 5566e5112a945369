namespace PipelineGen.Cli;

/// <summary>Names that someone may have meant: close in edit distance, closest first.</summary>
internal static class NearestNames
{
    private const int AtMost = 3;

    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known) => known
        .Select(candidate => (Candidate: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(c => c.Distance <= 2 + (name.Length / 10))
        .OrderBy(c => c.Distance).ThenBy(c => c.Candidate, StringComparer.Ordinal)
        .Take(AtMost)
        .Select(c => c.Candidate)
        .ToArray();

    /// <summary>The tail of a message: <c>; did you mean public.orders?</c>, or nothing.</summary>
    public static string Question(string name, IEnumerable<string> known) =>
        Of(name, known) is { Count: > 0 } near ? $"; did you mean {string.Join(" or ", near)}?" : "";

    private static int Distance(string left, string right)
    {
        int[] row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
