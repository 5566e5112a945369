using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PipelineGen.Telemetry;

namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// Makes a stream of protocol version 2, where large transactions arrive in blocks while they run, look like one of version 1:
/// their changes wait, in memory or in spill files, and are handed out at the commit, in the order of commits, between a Begin
/// and a Commit. What was rolled back is never handed out.
/// </summary>
/// <remarks>
/// Batches without a streamed message pass as they are. Everything here runs in the one read that is pending, but
/// <see cref="TryGetIdlePosition"/>, which is asked meanwhile.
/// </remarks>
internal sealed class SpillingReplicationStream(
    ReplicationStream inner, SpillFolder folder, BlockSeal seal, SpillLimits limits, StreamingPause pause, TimeProvider time, ILogger logger) : ReplicationStream
{
    private readonly SpillStore _store = new(folder, seal, limits);
    private readonly Dictionary<uint, StreamedTransaction> _transactions = [];
    private readonly RelationContexts _relations = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WalBatch _incoming = new();
    private int _next;

    /// <summary>The transaction whose block is being received.</summary>
    private StreamedTransaction? _block;

    private TransactionReplay? _replay;
    private StreamedTransaction? _replayed;
    private bool _inTransaction;
    private bool _isOurs;
    private bool _disposed;

    /// <summary>Something was taken from the inner stream that may not all have been handed out.</summary>
    private volatile bool _holds;

    private Task _reading = Task.CompletedTask;
    private CancellationTokenSource? _linked;
    private CancellationToken _linkedTo;

    /// <summary>Bytes of memory that wait for the end of their transaction.</summary>
    public long HeldBytes => _store.Memory.Held;

    public override Lsn ReceivedLsn => inner.ReceivedLsn;

    /// <remarks>
    /// A streamed transaction that has not ended does not count: the slot keeps its WAL from its beginning (restart_lsn),
    /// whatever is acknowledged, and after a restart it comes again, whole, since it commits behind any position of today.
    /// </remarks>
    public override bool TryGetIdlePosition(out Lsn position) =>
        // In this order: what was received before the inner stream's sample was either taken before it said that it is quiet,
        // and then we hold it, or have handed it out.
        inner.TryGetIdlePosition(out position) && !_holds;

    public override void Acknowledge(Lsn durable) => inner.Acknowledge(durable);

    public override Task SendStatusAsync(CancellationToken cancellationToken) => inner.SendStatusAsync(cancellationToken);

    /// <param name="batch">Empty.</param>
    /// <exception cref="SpillException">A spill file can't be written or read.</exception>
    /// <exception cref="PgOutputException">The messages don't follow the protocol.</exception>
    public override Task ReadAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.Count > 0)
            throw new ArgumentException("a batch is filled from its beginning", nameof(batch));
        return _reading = ReadMessagesAsync(batch, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // The files go when nobody writes them any more.
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _replay?.Dispose();
            _replayed?.Dispose();
            foreach (StreamedTransaction transaction in _transactions.Values)
                transaction.Dispose();
            _store.Dispose();
            _incoming.Dispose();
            _linked?.Dispose();
            _stop.Dispose();
        }
    }

    private async Task ReadMessagesAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        CancellationToken token = Linked(cancellationToken);
        if (_replay is not null || _next < _incoming.Count)
            Fill(batch);
        while (batch.Count == 0)
        {
            // Everything of before was handed out, and the caller is done with it, or else it would not read; or it was kept.
            _holds = false;
            // The last message of before may have been the one that filled the caller's batch.
            _incoming.Clear();
            _next = 0;
            Task read = inner.ReadAsync(batch, token);
            if (!_isOurs)
                await RemoveLeftoversAsync(read, token).ConfigureAwait(false);
            await read.ConfigureAwait(false);
            _holds = true;
            if (Passes(batch))
                return;
            batch.Swap(_incoming);
            Fill(batch);
            // Gigabytes may come before there is something to hand out: the caller has other things to do meanwhile.
            if (batch.Count == 0)
                await Task.Yield();
        }
    }

    /// <summary>Once the server has sent something, the slot is ours, and what lies in the folder is nobody's.</summary>
    private async Task RemoveLeftoversAsync(Task read, CancellationToken cancellationToken)
    {
        while (!read.IsCompleted && inner.ReceivedLsn == Lsn.Zero && !cancellationToken.IsCancellationRequested)
            await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken)).ConfigureAwait(false);
        if (inner.ReceivedLsn == Lsn.Zero && !read.IsCompletedSuccessfully)
            return;
        _isOurs = true;
        try
        {
            int removed = folder.RemoveLeftovers();
            if (removed > 0)
                Log.SpillLeftovers(logger, removed, folder.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that can't be made will say so; these only take room.
            Log.SpillLeftoversStay(logger, folder.Path, error.Message);
        }
    }

    /// <summary>Whether nothing of a batch is streamed or needs a description before it. Notes what ordinary messages say.</summary>
    private bool Passes(WalBatch batch)
    {
        if (_block is not null || _relations.Differs)
            return false;
        bool inTransaction = _inTransaction;
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> message = batch[i];
            if (message.IsEmpty)
                throw new PgOutputException("an empty message");
            if (StreamMessages.IsOne(message[0]))
                return false;
            Note(message, ref inTransaction);
        }

        _inTransaction = inTransaction;
        return true;
    }

    private void Note(ReadOnlySpan<byte> message, ref bool inTransaction)
    {
        switch ((PgOutputMessageType)message[0])
        {
            case PgOutputMessageType.Begin:
                inTransaction = true;
                break;
            case PgOutputMessageType.Commit:
                inTransaction = false;
                break;
            case PgOutputMessageType.Relation:
                _relations.Describe(message);
                break;
        }
    }

    /// <summary>Takes what is at hand, until the batch is full or nothing is left.</summary>
    private void Fill(WalBatch output)
    {
        try
        {
            while (!output.IsFull)
            {
                if (_replay is not null)
                {
                    if (_replay.Fill(output))
                        EndReplay();
                }
                else if (_next < _incoming.Count)
                {
                    Take(_incoming[_next++], output);
                }
                else
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Nothing here but spill files does that. The session can't go on: what it has received and not kept is gone. The
            // server sends all of it again to the next one, and keeps large transactions itself.
            pause.Begin(error.Message);
            throw new SpillException($"spill files in {folder.Path}: {error.Message}", error);
        }
    }

    private void Take(ReadOnlySpan<byte> message, WalBatch output)
    {
        if (message.IsEmpty)
            throw new PgOutputException("an empty message");
        if (_block is not null)
        {
            TakeInBlock(_block, message);
            return;
        }

        if (!StreamMessages.IsOne(message[0]))
        {
            Note(message, ref _inTransaction);
            if (_relations.Differs)
                _relations.HandOutFor(message, output);
            output.Append(message);
            return;
        }

        if (_inTransaction)
            throw new PgOutputException($"a message of type '{(char)message[0]}' inside a transaction that is not streamed");
        switch ((StreamMessageType)message[0])
        {
            case StreamMessageType.Start:
                Start(StreamStartMessage.Read(message));
                break;
            case StreamMessageType.Commit:
                Commit(StreamCommitMessage.Read(message));
                break;
            case StreamMessageType.Abort:
                Abort(StreamAbortMessage.Read(message));
                break;
            default:
                throw new PgOutputException("a block of a streamed transaction ends, and none had begun");
        }
    }

    private void TakeInBlock(StreamedTransaction transaction, ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        byte type = reader.Byte();
        switch ((PgOutputMessageType)type)
        {
            case PgOutputMessageType.Relation or PgOutputMessageType.Type:
                AppendSchema(transaction, StreamMessages.TransactionId(ref reader), type, message[reader.Position..]);
                break;
            case PgOutputMessageType.Insert or PgOutputMessageType.Update or PgOutputMessageType.Delete or PgOutputMessageType.Truncate or PgOutputMessageType.Message:
                transaction.Append(StreamMessages.TransactionId(ref reader), type, message[reader.Position..]);
                break;
            case PgOutputMessageType.Origin:
                // The one message inside a block that names no transaction.
                transaction.Append(transaction.Xid, type, message[1..]);
                break;
            case (PgOutputMessageType)StreamMessageType.Stop:
                StreamMessages.RequireEnd(message, ref reader);
                transaction.EndBlock();
                _block = null;
                break;
            default:
                throw new PgOutputException($"a message of type {type} inside a block of the streamed transaction {transaction.Xid}");
        }
    }

    private void AppendSchema(StreamedTransaction transaction, uint subtransaction, byte type, ReadOnlySpan<byte> rest)
    {
        byte[] message = [type, .. rest];
        transaction.AppendSchema(subtransaction, _relations.Receive(message));
    }

    private void Start(StreamStartMessage start)
    {
        bool isKnown = _transactions.TryGetValue(start.Xid, out StreamedTransaction? transaction);
        if (isKnown == start.IsFirst)
            throw new PgOutputException($"a block of the streamed transaction {start.Xid} says that it is {(start.IsFirst ? "the first, and there was one" : "not the first, and there was none")}");
        if (transaction is null)
        {
            transaction = new StreamedTransaction(_store, start.Xid);
            _transactions.Add(start.Xid, transaction);
        }

        _block = transaction;
    }

    private void Commit(StreamCommitMessage commit)
    {
        if (!_transactions.Remove(commit.Xid, out StreamedTransaction? transaction))
            throw new PgOutputException($"a commit of the streamed transaction {commit.Xid}, of which nothing was received");
        _replayed = transaction;
        _replay = new TransactionReplay(transaction, commit, _relations, seal.HeaderSize);
    }

    private void Abort(StreamAbortMessage abort)
    {
        // Of one that is not known there is nothing to drop.
        if (!_transactions.TryGetValue(abort.Xid, out StreamedTransaction? transaction))
            return;
        if (abort.SubtransactionId != abort.Xid)
        {
            transaction.Abort(abort.SubtransactionId);
            return;
        }

        _transactions.Remove(abort.Xid);
        transaction.Dispose();
    }

    private void EndReplay()
    {
        _replay?.Dispose();
        _replay = null;
        _replayed?.Dispose();
        _replayed = null;
    }

    private CancellationToken Linked(CancellationToken cancellationToken)
    {
        if (_linked is null || _linkedTo != cancellationToken)
        {
            _linked?.Dispose();
            _linked = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
            _linkedTo = cancellationToken;
        }

        return _linked.Token;
    }
}
