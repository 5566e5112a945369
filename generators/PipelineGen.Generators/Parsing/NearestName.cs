namespace PipelineGen.Generators.Parsing;

/// <summary>The name that was probably meant, for messages only: nothing is ever resolved by it.</summary>
internal static class NearestName
{
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        int limit = Math.Max(2, name.Length / 3);
        string? nearest = null;
        foreach (string candidate in candidates.OrderBy(static c => c, StringComparer.Ordinal))
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance > limit || (nearest is not null && distance == limit))
                continue;
            nearest = candidate;
            limit = distance;
        }

        return nearest;
    }

    /// <summary><c>; did you mean 'orders'?</c> or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) => Hint(Of(name, candidates));

    public static string Hint(string? nearest) => nearest is null ? "" : $"; did you mean '{nearest}'?";

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
