using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A walsender that sends what the test says, when it says it.</summary>
internal sealed class FakeReplicationStream : ReplicationStream
{
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _arrived = [];
    private readonly List<Lsn> _acknowledged = [];
    private TaskCompletionSource? _read;
    private WalBatch? _batch;
    private ulong _received;
    private int _samples;
    private int _statuses;
    private Exception? _broken;

    /// <summary>Runs while the received position is sampled: what arrives at the worst moment.</summary>
    public Action? OnSample { get; set; }

    /// <summary>How often the received position was looked at.</summary>
    public int Samples => Volatile.Read(ref _samples);

    public int Statuses => Volatile.Read(ref _statuses);

    public IReadOnlyList<Lsn> Acknowledged
    {
        get
        {
            lock (_gate)
                return [.. _acknowledged];
        }
    }

    public override Lsn ReceivedLsn
    {
        get
        {
            Interlocked.Increment(ref _samples);
            OnSample?.Invoke();
            return new Lsn(Volatile.Read(ref _received));
        }
    }

    public override bool TryGetIdlePosition(out Lsn position)
    {
        position = ReceivedLsn;
        lock (_gate)
            return _read is not null && _batch is { Count: 0 };
    }

    /// <summary>A keepalive: the position moves, and no read ends.</summary>
    public void Keepalive(long position) => Volatile.Write(ref _received, (ulong)position);

    /// <summary>Messages arrive; a pending read ends with them.</summary>
    public void Send(long position, params byte[][] messages)
    {
        lock (_gate)
        {
            Keepalive(position);
            foreach (byte[] message in messages)
                _arrived.Enqueue(message);
            HandOver();
        }
    }

    /// <summary>Messages are taken into the batch of the pending read, which goes on to look for more.</summary>
    public void SendIntoPendingRead(long position, params byte[][] messages)
    {
        lock (_gate)
        {
            Wal.Add(_batch ?? throw new InvalidOperationException("no read is pending"), messages);
            Keepalive(position);
        }
    }

    /// <summary>The pending read ends with what it has.</summary>
    public void EndPendingRead()
    {
        lock (_gate)
            Complete();
    }

    public void Break(Exception error)
    {
        lock (_gate)
        {
            _broken = error;
            _read?.TrySetException(error);
        }
    }

    public override Task ReadAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_read is not null)
                throw new InvalidOperationException("one read at a time");
            if (_broken is not null)
                return Task.FromException(_broken);
            var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _read = read;
            _batch = batch;
            cancellationToken.Register(() => read.TrySetCanceled(cancellationToken));
            if (_arrived.Count > 0)
                HandOver();
            return read.Task;
        }
    }

    public override void Acknowledge(Lsn durable)
    {
        lock (_gate)
            _acknowledged.Add(durable);
    }

    public override Task SendStatusAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _statuses);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void HandOver()
    {
        if (_batch is null)
            return;
        while (_arrived.TryDequeue(out byte[]? message))
            Wal.Add(_batch, message);
        Complete();
    }

    private void Complete()
    {
        TaskCompletionSource? read = _read;
        _read = null;
        _batch = null;
        read?.TrySetResult();
    }
}
