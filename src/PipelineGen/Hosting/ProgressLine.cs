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
}
