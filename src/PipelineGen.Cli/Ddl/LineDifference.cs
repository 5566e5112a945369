namespace PipelineGen.Cli.Ddl;

/// <summary>The lines that two texts do not share, with a few shared ones around them, as `diff -u` marks them.</summary>
internal static class LineDifference
{
    private const int Context = 2;

    public static IEnumerable<string> Between(string before, string after)
    {
        (char Mark, string Text)[] lines = Script(Lines(before), Lines(after)).ToArray();
        bool gap = false;
        for (int i = 0; i < lines.Length; i++)
        {
            bool isNear = lines[Math.Max(0, i - Context)..Math.Min(lines.Length, i + Context + 1)].Any(l => l.Mark != ' ');
            if (isNear)
                yield return $"{lines[i].Mark} {lines[i].Text}";
            else if (!gap)
                yield return "  ...";
            gap = !isNear;
        }
    }

    /// <summary>A longest common subsequence by dynamic programming: DDL files are short.</summary>
    private static IEnumerable<(char Mark, string Text)> Script(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            for (int j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        int left = 0;
        int right = 0;
        while (left < before.Length || right < after.Length)
        {
            if (left < before.Length && right < after.Length && before[left] == after[right])
            {
                yield return (' ', before[left++]);
                right++;
            }
            else if (left < before.Length && (right == after.Length || common[left + 1, right] >= common[left, right + 1]))
            {
                yield return ('-', before[left++]);
            }
            else
            {
                yield return ('+', after[right++]);
            }
        }
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
