using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>What everything that copies tables works with.</summary>
internal sealed record CopyContext(
    PipelineState State, NpgsqlDataSource Source, StreamLoadClient Loads, IntentLedger Intents, QuarantineLoads Quarantine, ProgressStore Progress, TableTruncation Truncation,
    PipelineOptions Options, TimeProvider Time, ILogger Logger)
{
    /// <summary>What a chunk's rejected rows may hold in memory; all workers together a quarter of what the run may.</summary>
    public long MaxRejectedBytes => Math.Min(64L << 20, Options.MaxMemory / 4 / Options.SnapshotWorkers);

    public bool ReadsText => Options.WireFormat == SourceWireFormat.Text;
}
