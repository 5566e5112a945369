using System.Data;
using System.Globalization;
using Npgsql;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Source and target of a verification, and what lies between them.</summary>
/// <param name="Open">Gives a session on the source with <see cref="SourceRows.Session"/>.</param>
/// <param name="Target">Entered into the target database.</param>
/// <param name="Gate">Null for a comparison of sides that are still.</param>
internal sealed record VerifiedSides(Func<CancellationToken, Task<NpgsqlConnection>> Open, SqlClient Target, PositionGate? Gate, TimeProvider Time)
{
    /// <summary>How long a round waits for the transactions that write to the table; the next round waits again.</summary>
    private static readonly TimeSpan WritersLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    public bool IsLive => Gate is not null;

    public Task PassAsync(CancellationToken cancellationToken) => Gate?.PassAsync(cancellationToken) ?? Task.CompletedTask;

    public async Task<bool> OutlastWritersAsync(TableLayout layout, CancellationToken cancellationToken)
    {
        if (!IsLive)
            return true;
        NpgsqlConnection connection = await Open(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await SourceWriters.OutlastAsync(connection, layout, WritersLimit, Time, cancellationToken).ConfigureAwait(false);
    }

    public Task PauseAsync(int round, CancellationToken cancellationToken) =>
        IsLive ? Task.Delay(FirstPause * (1 << Math.Min(round - 1, 4)), Time, cancellationToken) : Task.CompletedTask;
}

/// <summary>One table of them by key.</summary>
internal sealed class KeyedSides(VerifiedSides sides, TableLayout layout) : IKeyedSides
{
    private const int SourceBatch = 1000;

    public async Task<IReadOnlyDictionary<UInt128, SourceState>> ReadSourceAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        var states = new Dictionary<UInt128, SourceState>(keys.Count);
        await ReadSourceRowsAsync(keys, (key, row) => states[key] = new SourceState(row.IsQuarantined ? null : hash.Of(row), row.Version, row.IsQuarantined), cancellationToken).ConfigureAwait(false);
        return states;
    }

    public Task PassAsync(CancellationToken cancellationToken) => sides.PassAsync(cancellationToken);

    public async Task<IReadOnlyDictionary<UInt128, UInt128>> ReadTargetAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken)
    {
        using var hash = new RowChecksum();
        var rows = new Dictionary<UInt128, UInt128>(keys.Count);
        await foreach (CanonicalRow row in TargetRows.ReadByKeyAsync(sides.Target, layout, keys, cancellationToken).ConfigureAwait(false))
            rows[CanonicalKey.Of(layout, row, hash).Hash] = hash.Of(row);
        return rows;
    }

    public Task<bool> OutlastWritersAsync(CancellationToken cancellationToken) => sides.OutlastWritersAsync(layout, cancellationToken);

    public Task PauseAsync(int round, CancellationToken cancellationToken) => sides.PauseAsync(round, cancellationToken);

    /// <summary>The two rows themselves, as they are now; null where there is none.</summary>
    public async Task<(CanonicalRow? Source, CanonicalRow? Target)> ReadRowsAsync(CanonicalKey key, CancellationToken cancellationToken)
    {
        CanonicalRow? source = null, target = null;
        await ReadSourceRowsAsync([key], (_, row) => source = row.IsQuarantined ? null : row, cancellationToken).ConfigureAwait(false);
        await foreach (CanonicalRow row in TargetRows.ReadByKeyAsync(sides.Target, layout, [key], cancellationToken).ConfigureAwait(false))
            target = row;
        return (source, target);
    }

    /// <summary>Asks by the keys' own types and operators, for which the primary key has its index.</summary>
    internal static string SelectByKey(TableLayout layout)
    {
        IEnumerable<string> arrays = layout.Key.Select(static (_, part) => string.Create(CultureInfo.InvariantCulture, $"${part + 1}"));
        IEnumerable<string> names = layout.Key.Select(static (_, part) => string.Create(CultureInfo.InvariantCulture, $"k{part}"));
        IEnumerable<string> conditions = layout.Key.Select((index, part) => string.Create(
            CultureInfo.InvariantCulture, $"{SourceRows.Column(layout.Columns[index])} = w.k{part}::{KeyText.SourceType(layout.Columns[index])}"));
        // A version has its place as long as it is not moved, and the transaction that made it; moved, it is taken for another one.
        return $"SELECT {SourceRows.Columns(layout)}, concat(t.tableoid, '/', t.ctid, '/', t.xmin) FROM unnest({string.Join(", ", arrays)}) AS w({string.Join(", ", names)}) " +
            $"JOIN {SourceRows.Table(layout)} ON {string.Join(" AND ", conditions)}";
    }

    private async Task ReadSourceRowsAsync(IReadOnlyList<CanonicalKey> keys, Action<UInt128, CanonicalRow> add, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await sides.Open(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            using var hash = new RowChecksum();
            var left = new Stack<ArraySegment<CanonicalKey>>(keys.Chunk(SourceBatch).Select(static batch => new ArraySegment<CanonicalKey>(batch)));
            while (left.TryPop(out ArraySegment<CanonicalKey> batch))
            {
                try
                {
                    await ReadBatchAsync(connection, batch, hash, add, cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal))
                {
                    // A data exception: a key is no value of the source's type, so that the source has no such row.
                    if (batch.Count == 1)
                        continue;
                    left.Push(batch[..(batch.Count / 2)]);
                    left.Push(batch[(batch.Count / 2)..]);
                }
            }
        }
    }

    private async Task ReadBatchAsync(NpgsqlConnection connection, ArraySegment<CanonicalKey> batch, RowChecksum hash, Action<UInt128, CanonicalRow> add, CancellationToken cancellationToken)
    {
        HashSet<UInt128> wanted = [.. batch.Select(static key => key.Hash)];
        var parameters = new List<NpgsqlParameter>();
        for (int part = 0; part < layout.Key.Count; part++)
        {
            int at = part;
            parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(key => KeyText.ForSource(layout.Columns[layout.Key[at]], key.Values[at]))] });
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand(SourceRows.Lock(layout), connection))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await foreach (CanonicalRow row in SourceRows.ReadAsync(connection, layout, SelectByKey(layout), parameters, cancellationToken).ConfigureAwait(false))
        {
            // Postgres' equality may be wider than that of the bytes (citext, a rounding cast).
            UInt128 key = CanonicalKey.Of(layout, row, hash).Hash;
            if (wanted.Contains(key))
                add(key, row);
        }
    }
}
