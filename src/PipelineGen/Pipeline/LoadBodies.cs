using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Encoded changes as a load's body.</summary>
internal sealed class BufferedBody(LoadBuffer rows) : LoadBody
{
    public override long? Length => rows.Length;

    public override bool CanReplay => true;

    public override Task WriteToAsync(Stream destination, CancellationToken cancellationToken) => rows.CopyToAsync(destination, cancellationToken);
}

/// <summary>
/// A chunk as a load's body: copied and encoded while it is sent. It can be sent again, since the chunk's transaction keeps
/// the snapshot: the same rows come again.
/// </summary>
internal sealed class ChunkBody(ChunkReader chunk, TableLane lane, Action<int> onRows) : LoadBody
{
    public override long? Length => null;

    public override bool CanReplay => true;

    /// <summary>Rows of the last writing.</summary>
    public long Rows { get; private set; }

    public override async Task WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        onRows((int)-Rows);
        Rows = 0;
        using var buffer = new LoadBuffer();
        await chunk.CopyAsync(lane.Codec, buffer, Send, cancellationToken).ConfigureAwait(false);

        async Task Send(LoadBuffer rows, CancellationToken token)
        {
            await rows.CopyToAsync(destination, token).ConfigureAwait(false);
            Rows += rows.Rows;
            onRows(rows.Rows);
            rows.Clear();
        }
    }
}
