using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Encoded changes as a load's body.</summary>
internal sealed class BufferedBody(params LoadBuffer[] rows) : LoadBody
{
    public override long? Length => rows.Sum(static r => r.Length);

    public override bool CanReplay => true;

    public override async Task WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        foreach (LoadBuffer buffer in rows)
            await buffer.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>
/// A chunk as a load's body: copied and encoded while it is sent. It can be sent again, since the chunk's transaction keeps
/// the snapshot: the same rows come again.
/// </summary>
/// <param name="quarantine">Takes the rows that a policy rejects; null where no column has it.</param>
/// <param name="onSent">Told of rows and bytes as they are sent, and of the same with a minus when they are sent again.</param>
internal sealed class ChunkBody(ChunkReader chunk, TableLane lane, ChunkQuarantine? quarantine, Action<long, long> onSent, TimeProvider time) : LoadBody
{
    public override long? Length => null;

    public override bool CanReplay => true;

    /// <summary>Rows of the last writing.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of the last writing.</summary>
    public long Bytes { get; private set; }

    public override async Task WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        onSent(-Rows, -Bytes);
        Rows = Bytes = 0;
        using var buffer = new LoadBuffer();
        quarantine?.Begin();
        await chunk.CopyAsync(lane.Codec, buffer, quarantine is null ? null : quarantine.Add, Send, cancellationToken).ConfigureAwait(false);
        // With synchronous_commit off a snapshot can see a transaction that a crash of the source would still undo (F15). The
        // chunk can't be committed before its body has ended, so the wait is here, where most of the time nothing is left of it;
        // and on the chunk's own connection, which a crash would have broken.
        await chunk.WaitForFlushAsync(time, cancellationToken).ConfigureAwait(false);
        // Likewise, when the chunk is committed its rejected rows are known: a crash at any moment finds both, or neither.
        if (quarantine is not null)
            await quarantine.LoadAsync(cancellationToken).ConfigureAwait(false);

        async Task Send(LoadBuffer rows, CancellationToken token)
        {
            await rows.CopyToAsync(destination, token).ConfigureAwait(false);
            Rows += rows.Rows;
            Bytes += rows.Length;
            onSent(rows.Rows, rows.Length);
            rows.Clear();
        }
    }
}
