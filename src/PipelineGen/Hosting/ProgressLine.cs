using System.Diagnostics;
using System.Globalization;
using PipelineGen.Pipeline;

namespace PipelineGen.Hosting;

/// <summary>One line of progress on stderr, rewritten in place; only where stderr is a terminal.</summary>
internal static class ProgressLine
{
    public static Action<PipelineProgress>? ForTerminal()
    {
        if (Console.IsErrorRedirected)
            return null;
        long before = 0;
        return progress =>
        {
            long changes = progress.Changes;
            string line = progress.IsSnapshotComplete
                ? string.Create(CultureInfo.InvariantCulture, $"streaming  {changes:N0} changes ({changes - before:N0}/s), lag {Units.Bytes(progress.LagBytes)}, durable {progress.Durable}")
                : string.Create(CultureInfo.InvariantCulture, $"copying  {progress.Tables.Count(static t => t.Phase >= TablePhase.CatchingUp)} of {progress.Tables.Count} tables, {progress.Tables.Sum(static t => t.RowsCopied):N0} rows, {changes:N0} changes");
            if (progress.Quarantined > 0)
                line += string.Create(CultureInfo.InvariantCulture, $", {progress.Quarantined:N0} quarantined");
            before = changes;
            Console.Error.Write($"\r{line.PadRight(100)[..Math.Max(line.Length, 100)]}\r");
        };
    }

    /// <summary>The same for a verification: rows compared of all.</summary>
    public static Action<VerificationProgress>? ForVerification()
    {
        if (Console.IsErrorRedirected)
            return null;
        string table = "";
        long begun = 0;
        return progress =>
        {
            if (table != progress.Table)
                (table, begun) = (progress.Table, Stopwatch.GetTimestamp());
            double seconds = Math.Max(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.001);
            string all = progress.EstimatedRows < progress.Rows ? "" : string.Create(CultureInfo.InvariantCulture, $" of about {progress.EstimatedRows:N0}");
            string line = string.Create(CultureInfo.InvariantCulture, $"verifying {progress.Table}  {progress.Rows:N0}{all} rows, {progress.Chunks:N0} chunks, {progress.Rows / seconds:N0} rows/s");
            Console.Error.Write($"\r{line.PadRight(100)[..Math.Max(line.Length, 100)]}\r");
        };
    }

    public static void Clear() => Console.Error.Write($"\r{new string(' ', 100)}\r");
}
