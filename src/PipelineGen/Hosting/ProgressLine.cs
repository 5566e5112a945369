using System.Diagnostics;
using System.Globalization;
using PipelineGen.Pipeline;

namespace PipelineGen.Hosting;

/// <summary>One line of progress on stderr, rewritten in place; only where stderr is a terminal.</summary>
internal static class ProgressLine
{
    /// <summary>What an earlier, longer line has left is written over.</summary>
    private const int Width = 140;

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
                : Copying(progress, changes);
            if (progress.Quarantined > 0)
                line += string.Create(CultureInfo.InvariantCulture, $", {progress.Quarantined:N0} quarantined");
            before = changes;
            Console.Error.Write($"\r{line.PadRight(Width)}\r");
        };
    }

    /// <summary>The table that is being copied; the others by their number.</summary>
    private static string Copying(PipelineProgress progress, long changes)
    {
        int copied = progress.Tables.Count(static t => t.Phase >= TablePhase.CatchingUp);
        string tables = string.Create(CultureInfo.InvariantCulture, $"{copied} of {progress.Tables.Count} tables copied, {changes:N0} changes");
        return progress.Tables.FirstOrDefault(static t => t.Phase == TablePhase.Copying) is { } table
            ? $"copying {table.Table}: {ProgressText.Of(table.Copy)}; {tables}"
            : $"copying  {tables}";
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
            Console.Error.Write($"\r{line.PadRight(Width)}\r");
        };
    }

    public static void Clear() => Console.Error.Write($"\r{new string(' ', Width)}\r");
}
