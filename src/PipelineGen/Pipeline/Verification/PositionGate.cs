using System.Buffers.Binary;
using System.Data;
using System.Globalization;
using Npgsql;
using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>The target doesn't follow the source: no pipeline runs, or one that gets no further.</summary>
public sealed class PipelineStandsException(string message) : TimeoutException(message);

/// <summary>Waits until what the source has committed is in the target, as the pipeline's stored position tells.</summary>
/// <param name="open">Gives a session on the source.</param>
/// <param name="readPosition">The position in <c>_pipelinegen_progress</c>; null when there is none.</param>
internal sealed class PositionGate(
    Func<CancellationToken, Task<NpgsqlConnection>> open, Func<CancellationToken, Task<Lsn?>> readPosition, LiveVerification live, TimeProvider time) : IAsyncDisposable
{
    private const string CurrentWal = $"SELECT {SourceServer.CurrentWalExpression}::text";

    /// <summary>
    /// What the slot still has to give, up to a position, without taking it; only a slot that nobody streams from can be asked.
    /// Begin, Commit and what stands between: one byte tells them apart, and a Commit has its end at offset 10 (PostgreSQL
    /// documentation, "Logical Replication Message Formats").
    /// </summary>
    private const string Peek =
        "SELECT get_byte(data, 0), substr(data, 11, 8) FROM pg_logical_slot_peek_binary_changes($1, $2::text::pg_lsn, 10000, 'proto_version', '1', 'publication_names', $3)";

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <summary>A pipeline that has lost its connection, or is being restarted, is given this long to come back.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(5);

    private NpgsqlConnection? _connection;

    /// <summary>Waits until all that the source has committed by now is in the target.</summary>
    /// <exception cref="PipelineStandsException">It is not, and nothing brings it.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        if (_connection is not { State: ConnectionState.Open })
            _connection = await open(cancellationToken).ConfigureAwait(false);
        Lsn current = Lsn.Parse((string)(await ScalarAsync(CurrentWal, cancellationToken).ConfigureAwait(false))!);
        // On an idle server the last of the WAL may stay unflushed; nothing in it is a commit, and no position passes it.
        Lsn needed = await FlushedWal.WaitAsync(_connection, current, time, cancellationToken).ConfigureAwait(false);
        TimeSpan pause = Shortest;
        Lsn? before = null;
        long moved = time.GetTimestamp();
        long? absent = null;
        while (true)
        {
            Lsn? position = await readPosition(cancellationToken).ConfigureAwait(false);
            if (position >= needed)
                return;
            if (position != before)
                (before, moved) = (position, time.GetTimestamp());
            ReplicationSlot slot = await ReplicationSlot.FindAsync(_connection, live.Slot, cancellationToken).ConfigureAwait(false)
                ?? throw new PipelineStandsException($"the source has no replication slot \"{live.Slot}\": no pipeline has run, or its slot was dropped. Start it (run), and verify when it streams");
            if (slot.ActivePid is not null)
                absent = null;
            else if (position is { } stored && await HasNothingToGiveAsync(stored, needed, cancellationToken).ConfigureAwait(false))
                return;
            else
                absent ??= time.GetTimestamp();
            string where = $"the source has committed up to {needed}, and {(position is { } at ? $"the pipeline's stored position is {at}" : "the pipeline has stored no position")}";
            if (absent is { } since && time.GetElapsedTime(since) > Absence)
                throw new PipelineStandsException($"no pipeline runs (nobody streams from slot \"{live.Slot}\"), and the target lacks changes: {where}. Start it (run, or run --until-caught-up), then verify again");
            if (time.GetElapsedTime(moved) > live.Wait)
            {
                throw new PipelineStandsException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the pipeline's position has not moved for {live.Wait.TotalSeconds:0} s: {where}. See its log and status for what holds it up, or wait longer with --wait"));
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < Longest ? pause * 2 : Longest;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Whether a stopped pipeline lacks nothing: WAL grows for other reasons too (checkpoints, vacuum, other tables), and the
    /// stored position then stays behind for as long as nobody runs.
    /// </summary>
    private async Task<bool> HasNothingToGiveAsync(Lsn stored, Lsn needed, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(Peek, _connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = live.Slot });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = needed.ToString() });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteIdentifier(live.Publication) });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            bool hasChange = false;
            int messages = 0;
            for (; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); messages++)
            {
                switch ((char)reader.GetInt32(0))
                {
                    // A server before 15 sends transactions that change nothing here.
                    case 'B':
                        hasChange = false;
                        break;
                    case 'I' or 'U' or 'D' or 'T':
                        hasChange = true;
                        break;
                    // What ended before the stored position is in the target, even if nobody got to acknowledging it.
                    case 'C' when hasChange && new Lsn(BinaryPrimitives.ReadUInt64BigEndian(await reader.GetFieldValueAsync<byte[]>(1, cancellationToken).ConfigureAwait(false))) > stored:
                        return false;
                }
            }

            return messages < 10_000;
        }
        catch (PostgresException)
        {
            // Somebody streams from it by now, or it is lost: not for this to say. The position decides.
            return false;
        }
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
