using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>Looks at the slot from outside the stream: WAL that it retains, and what of R no snapshot can miss any more.</summary>
internal sealed class SlotWatch(PipelineState state, NpgsqlDataSource source, PipelineOptions options, TimeProvider time, ILogger logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);
        bool warned = false;
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                SourceServer server = await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
                lock (state.Gate)
                {
                    foreach (TableLane lane in state.Lanes)
                        lane.PruneDropped(server.Snapshot);
                }

                ReplicationSlot? slot = await ReplicationSlot.FindAsync(connection, options.Slot, cancellationToken).ConfigureAwait(false);
                bool over = options.MaxRetainedWal > 0 && slot?.RetainedBytes > options.MaxRetainedWal;
                if (over && !warned)
                    Log.RetainedWal(logger, options.Slot, slot!.RetainedBytes);
                warned = over;
            }
            catch (Exception error) when (SourceFailure.IsTransient(error))
            {
                // The stream notices as well, and says so.
            }
        }
    }
}
