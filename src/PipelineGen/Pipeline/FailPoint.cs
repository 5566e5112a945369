using System.Diagnostics;
using System.Globalization;

namespace PipelineGen.Pipeline;

/// <summary>
/// Places between two lines where a crash must do no harm: every edge of persisting, loading and acknowledging. The fault
/// tests name one in the environment variable <c>PIPELINEGEN_FAIL_POINT</c>, as <c>chunk-announced</c> or, for its third
/// passing, <c>chunk-announced:3</c>, and the process dies there as by SIGKILL: nothing is flushed, nobody is told.
/// </summary>
internal static class FailPoint
{
    public const string Variable = "PIPELINEGEN_FAIL_POINT";

    private static readonly (string Name, int Passing) Set = Parse(Environment.GetEnvironmentVariable(Variable));
    private static int _passed;

    /// <summary>Every name, for tests that go through all of them.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        // Of a chunk: POSTGRES.md, section 2, crash rule.
        ChunkBegun, ChunkAnnounced, ChunkSent, ChunkPersisted, ChunkAbandoned, RangesPersisted, TableRestarted, TruncationRun,
        // Of a batch: POSTGRES.md, section 3, rules 2 and 5.
        BatchTaken, BatchLoaded, CheckpointPersisted, Acknowledged, Recovered,
    ];

    public const string ChunkBegun = "chunk-begun";
    public const string ChunkAnnounced = "chunk-announced";
    public const string ChunkSent = "chunk-sent";
    public const string ChunkPersisted = "chunk-persisted";
    public const string ChunkAbandoned = "chunk-abandoned";
    public const string RangesPersisted = "ranges-persisted";
    public const string TableRestarted = "table-restarted";
    public const string TruncationRun = "truncation-run";
    public const string BatchTaken = "batch-taken";
    public const string BatchLoaded = "batch-loaded";
    public const string CheckpointPersisted = "checkpoint-persisted";
    public const string Acknowledged = "acknowledged";
    public const string Recovered = "recovered";

    /// <summary>Dies here if the environment says so.</summary>
    public static void Reach(string name)
    {
        if (Set.Passing > 0 && name == Set.Name && Interlocked.Increment(ref _passed) == Set.Passing)
            Process.GetCurrentProcess().Kill();
    }

    private static (string Name, int Passing) Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return ("", 0);
        string[] parts = text.Split(':');
        return (parts[0], parts.Length > 1 ? int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture) : 1);
    }
}
