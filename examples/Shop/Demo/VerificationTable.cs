using PipelineGen.Pipeline;

namespace Shop.Demo;

/// <summary>The comparison's results as a table, and under it what differs.</summary>
internal static class VerificationTable
{
    private static readonly string[] Head = ["table", "source rows", "target rows", "checksum", "result"];

    public static IEnumerable<string> Lines(IReadOnlyList<TableVerification> results)
    {
        List<string[]> cells = [Head, .. results.Select(static result => (string[])
        [
            result.TargetTable, DemoConsole.Count(result.SourceRows), DemoConsole.Count(result.TargetRows),
            result.SourceChecksum == result.TargetChecksum ? result.SourceChecksum : $"{result.SourceChecksum} / {result.TargetChecksum}",
            result.IsVerified ? "verified" : $"DIFFERENT ({DemoConsole.Count(result.DifferentRows)} rows)",
        ])];
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => cells.Max(row => row[column].Length))];
        foreach (string[] row in cells)
        {
            // Numbers to the right.
            yield return string.Join("  ", row.Select((cell, column) => column is 1 or 2 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd();
        }

        foreach (TableVerification result in results.Where(static result => !result.IsVerified))
        {
            yield return "";
            yield return $"{result.TargetTable}, the first of {DemoConsole.Count(result.DifferentRows)} different rows:";
            foreach (RowDifference difference in result.Differences)
                yield return $"  {difference}";
        }
    }
}
