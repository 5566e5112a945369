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

                await RequireSameTablesAsync(connection, cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// A table that was dropped, made anew or taken out of the publication sends nothing that could be noticed in the stream.
    /// </summary>
    private async Task RequireSameTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        Publication publication = await Publication.FindAsync(connection, options.Publication, cancellationToken).ConfigureAwait(false)
            ?? throw new SourceException($"publication \"{options.Publication}\" was dropped while the pipeline ran: nothing is streamed any more. Create it again and copy the tables again");
        publication.RequireCovers([.. state.Lanes.Select(static l => l.Layout)]);
        foreach (TableLane lane in state.Lanes)
        {
            if (await SourceShape.ReadAsync(connection, lane.Layout, cancellationToken).ConfigureAwait(false) is not { } shape || shape.Oid != lane.SourceOid)
                throw new SchemaDriftException($"{lane.Layout.FullName} was dropped, renamed or made anew while the pipeline ran. Pull the catalog, rebuild, and copy the table again");
        }
    }
}
