using System.Globalization;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using Npgsql.Replication.PgOutput;
using NpgsqlTypes;

namespace PipelineGen.Postgres;

/// <summary>
/// The stream over Npgsql's raw logical replication. Npgsql answers keepalives and sends the status on its timer; this
/// class only copies CopyData payloads (POSTGRES.md, section 4).
/// </summary>
public sealed class NpgsqlReplicationStream : ReplicationStream
{
    /// <summary>Under half of the server's default wal_sender_timeout, and not above 10 s (POSTGRES.md 3.4).</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Npgsql gives up on a silent server after this. Not Infinite, which throws at once in 10.0; the server sends a
    /// keepalive at least every half wal_sender_timeout (default 60 s).
    /// </summary>
    private static readonly TimeSpan ReceiverTimeout = TimeSpan.FromMinutes(5);

    private readonly LogicalReplicationConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<XLogDataMessage> _messages;

    /// <summary>Npgsql's pending read; while it is not completed, Npgsql has yielded nothing that is not taken.</summary>
    private volatile Task<bool>? _next;

    /// <summary>Messages that the pending <see cref="ReadAsync"/> has taken and not handed out.</summary>
    private volatile int _taken;
    private Lsn _acknowledged;
    private bool _disposed;

    private NpgsqlReplicationStream(LogicalReplicationConnection connection, IAsyncEnumerable<XLogDataMessage> messages)
    {
        _connection = connection;
        _messages = messages.GetAsyncEnumerator(_stop.Token);
    }

    /// <summary>The server's system identifier, as IDENTIFY_SYSTEM gave it.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>Its timeline, likewise.</summary>
    public required uint Timeline { get; init; }

    public override Lsn ReceivedLsn => new((ulong)_connection.LastReceivedLsn);

    /// <summary>Opens a replication connection and starts streaming a slot.</summary>
    /// <param name="connectionString">An ordinary connection string; replication and session settings are added.</param>
    /// <param name="slot">The slot's name, validated: Npgsql appends it unquoted.</param>
    /// <param name="publication">The publication's name.</param>
    /// <param name="from">Where to start; the server starts at the slot's confirmed position when that is later.</param>
    /// <param name="binary">Binary column values; text where the pipeline has a column that is only carried as text.</param>
    /// <param name="streaming">
    /// Protocol version 2, with blocks of large transactions while they run: for a <see cref="Streaming.SpillingReplicationStream"/>
    /// only. Else version 1, and Postgres keeps them until they commit.
    /// </param>
    /// <param name="cancellationToken">Ends the opening, not the stream.</param>
    public static async Task<NpgsqlReplicationStream> OpenAsync(
        string connectionString, string slot, string publication, Lsn from, bool binary, bool streaming, CancellationToken cancellationToken)
    {
        SourceNames.RequireSlotName(slot);
        var connection = new LogicalReplicationConnection(SourceSession.ForReplication(connectionString))
        {
            WalReceiverStatusInterval = StatusInterval,
            WalReceiverTimeout = ReceiverTimeout,
        };
        try
        {
            await connection.Open(cancellationToken).ConfigureAwait(false);
            ReplicationSystemIdentification system = await connection.IdentifySystem(cancellationToken).ConfigureAwait(false);
            KeyValuePair<string, string?>[] options =
            [
                // 2 and not later: from 4 on a walsender may send more with an abort, and nothing else of them is wanted (POSTGRES.md, section 4).
                new("proto_version", streaming ? "2" : "1"),
                new("publication_names", SourceNames.QuoteIdentifier(publication)),
                new("binary", binary ? "true" : "false"),
                .. streaming ? (ReadOnlySpan<KeyValuePair<string, string?>>)[new("streaming", "on")] : [],
            ];
            IAsyncEnumerable<XLogDataMessage> messages = connection.StartLogicalReplication(
                new PgOutputReplicationSlot(slot), CancellationToken.None, new NpgsqlLogSequenceNumber(from.Value), options);
            return new NpgsqlReplicationStream(connection, messages) { SystemIdentifier = system.SystemId, Timeline = system.Timeline };
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override bool TryGetIdlePosition(out Lsn position)
    {
        position = ReceivedLsn;
        return _next is { IsCompleted: false } && _taken == 0;
    }

    public override async Task ReadAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _taken = 0;
        using CancellationTokenRegistration stop = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _stop);
        while (true)
        {
            Task<bool>? pending = _next;
            if (pending is null)
            {
                ValueTask<bool> next = _messages.MoveNextAsync();
                if (!next.IsCompletedSuccessfully)
                {
                    // Nothing more has arrived. What is in the batch must not wait for it.
                    _next = next.AsTask();
                    if (batch.Count > 0)
                        return;
                    continue;
                }

                _taken++;
                if (!next.Result)
                    throw StreamEnded();
            }
            else
            {
                bool any = await pending.ConfigureAwait(false);
                _taken++;
                _next = null;
                if (!any)
                    throw StreamEnded();
            }

            await TakeAsync(batch, cancellationToken).ConfigureAwait(false);
            if (batch.IsFull)
                return;
        }
    }

    public override void Acknowledge(Lsn durable)
    {
        // Npgsql has no monotonic guard of its own.
        if (durable <= _acknowledged)
            return;
        _acknowledged = durable;
        _connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(durable.Value));
    }

    public override async Task SendStatusAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await _connection.SendStatusUpdate(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is InvalidOperationException or NullReferenceException)
            {
                // Npgsql sends a status only while it streams; for a moment at the beginning it says that it does and has not
                // made its buffers yet, which is the null. Either the stream has broken, and why is what the read says;
                if (_next is { IsFaulted: true } broken)
                    await broken.ConfigureAwait(false);
                if (attempt == 100 || _next is { IsCompleted: true })
                    throw new NpgsqlException("the replication connection does not stream", error);
                // or it has not begun: START_REPLICATION goes out with the first read, and a run that has nothing to do can be
                // at its end before that is answered.
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        // Cancel, let the pending read see it, then dispose: the order that Npgsql needs (POSTGRES.md, section 4).
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            if (_next is { } pending)
                await pending.ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The stream is being thrown away, whatever state it is in.
        }

        try
        {
            await _messages.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or NpgsqlException or NotSupportedException or IOException)
        {
            // As above; NotSupported is an enumerator that is disposed while a read of it has not ended.
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async ValueTask TakeAsync(WalBatch batch, CancellationToken cancellationToken)
    {
        Stream data = _messages.Current.Data;
        int length = (int)data.Length;
        Memory<byte> room = batch.Reserve(length);
        int read = 0;
        while (read < length)
        {
            int count = await data.ReadAsync(room[read..], cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw new PgOutputException(string.Create(CultureInfo.InvariantCulture, $"a message of {length} bytes ended after {read}"));
            read += count;
        }

        batch.Add(length);
    }

    private static NpgsqlException StreamEnded() => new("the server ended the replication stream");
}
