using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>Brings its messages at once, each time in one read; then none; and says at any time that it is idle.</summary>
internal sealed class AlwaysIdleStream(byte[][] messages, int times = 1) : ReplicationStream
{
    private int _sent;

    public override Lsn ReceivedLsn => new(100);

    public override Task ReadAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        if (_sent == times)
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        _sent++;
        Wal.Add(batch, messages);
        return Task.CompletedTask;
    }

    public override bool TryGetIdlePosition(out Lsn position)
    {
        position = ReceivedLsn;
        return true;
    }

    public override void Acknowledge(Lsn durable)
    {
    }

    public override Task SendStatusAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
