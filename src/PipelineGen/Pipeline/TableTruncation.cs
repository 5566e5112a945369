using Microsoft.Extensions.Logging;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>TRUNCATE of a target table, which the source has truncated.</summary>
internal sealed class TableTruncation(SqlClient sql, TimeProvider time, ILogger logger)
{
    /// <exception cref="StarRocksException">StarRocks refuses it.</exception>
    public Task RunAsync(TableLane lane, CancellationToken cancellationToken) => TargetRetry.RunAsync(
        () => sql.ExecuteAsync($"TRUNCATE TABLE {SqlText.Identifier(lane.Layout.TargetTable)}", cancellationToken),
        time,
        cancellationToken,
        error => Log.TargetRetry(logger, lane.Layout.TargetTable, error.Message));
}
