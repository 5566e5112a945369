namespace PipelineGen.Hosting;

/// <summary>How far a name is from one that exists: for the hint in a message, nothing is ever resolved by it.</summary>
internal static class EditDistance
{
    /// <summary>The candidate that was probably meant.</summary>
    public static string Nearest(string name, IEnumerable<string> candidates) => candidates.MinBy(candidate => Between(candidate, name))!;

    /// <summary>Levenshtein's distance, whatever the case.</summary>
    private static int Between(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = previous[j - 1] + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
