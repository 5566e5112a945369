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
                : Copying(progress, changes);
            if (progress.Quarantined > 0)
                line += string.Create(CultureInfo.InvariantCulture, $", {progress.Quarantined:N0} quarantined");
            before = changes;
            Console.Error.Write($"\r{line.PadRight(140)}\r");
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
}
