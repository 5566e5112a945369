using System.Data;
using System.Globalization;
using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>A row of a chunk: what is kept of it.</summary>
internal readonly record struct ChunkRow(UInt128 Row, CanonicalKey Key);

/// <summary>A stretch of the source's rows in key order.</summary>
/// <param name="Rows">The rows that belong into the target, by the hash of their key.</param>
/// <param name="Quarantined">Hashes of the keys of further rows, which a policy keeps out of the table.</param>
/// <param name="Through">The last key that the target can hold: where its range ends; null where there is none.</param>
/// <param name="IsLast">Whether the table ends here; the target's range is then open.</param>
internal sealed record SourceChunk(Dictionary<UInt128, ChunkRow> Rows, HashSet<UInt128> Quarantined, CanonicalKey? Through, bool IsLast);

/// <summary>
/// Goes through a table with a key, in the order that its keys have in StarRocks. By an index, each chunk under a snapshot of
/// its own; without one in that order (text under another collation than C, an inet, an enum) in one sorted pass under one
/// snapshot, since each chunk would be a scan of the table: what has changed since then is settled row by row anyway.
/// </summary>
internal sealed class SourceWalk : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly TableLayout _layout;
    private readonly int _chunkRows;
    private readonly KeyOrder _order;
    private readonly RowChecksum _hash = new();
    private readonly bool _isByIndex;
    private readonly bool _isUtf8;
    private NpgsqlTransaction? _pass;
    private IAsyncEnumerator<CanonicalRow>? _rows;
    private string[]? _after;
    private CanonicalKey? _last;

    private SourceWalk(NpgsqlConnection connection, TableLayout layout, int chunkRows, bool isByIndex, bool isUtf8)
    {
        (_connection, _layout, _chunkRows, _isByIndex, _isUtf8) = (connection, layout, chunkRows, isByIndex, isUtf8);
        _order = new KeyOrder(layout);
    }

    /// <param name="connection">Used by this walk alone until it is disposed of; <see cref="SourceRows.Session"/> is set.</param>
    public static async Task<SourceWalk> BeginAsync(NpgsqlConnection connection, TableLayout layout, int chunkRows, CancellationToken cancellationToken)
    {
        bool isByIndex = await SourceKeyIndex.ExistsAsync(connection, layout, cancellationToken).ConfigureAwait(false);
        await using var encoding = new NpgsqlCommand("SELECT current_setting('server_encoding') = 'UTF8'", connection);
        bool isUtf8 = (bool)(await encoding.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        // In another encoding the index has another order of bytes.
        bool hasText = layout.Key.Any(index => layout.Columns[index].StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal));
        return new SourceWalk(connection, layout, chunkRows, isByIndex && (isUtf8 || !hasText), isUtf8);
    }

    /// <exception cref="InvalidDataException">The rows don't come in key order, or a key comes twice.</exception>
    public async Task<SourceChunk> NextAsync(CancellationToken cancellationToken)
    {
        if (!_isByIndex)
        {
            if (_rows is null)
            {
                _pass = await BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                _rows = SourceRows.ReadAsync(_connection, _layout, SourceRows.Select(_layout, _isUtf8), [], cancellationToken).GetAsyncEnumerator(cancellationToken);
            }

            return await ReadAsync(_rows).ConfigureAwait(false);
        }

        await using NpgsqlTransaction transaction = await BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        List<NpgsqlParameter> parameters = [.. (_after ?? []).Select(static text => new NpgsqlParameter<string> { TypedValue = text })];
        IAsyncEnumerator<CanonicalRow> rows = SourceRows.ReadAsync(_connection, _layout, SelectChunk(_layout, _after is not null, _chunkRows), parameters, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (rows.ConfigureAwait(false))
            return await ReadAsync(rows).ConfigureAwait(false);
    }

    internal static string SelectChunk(TableLayout layout, bool isAfter, int rows)
    {
        List<string> key = [.. layout.Key.Select(index => SourceRows.Column(layout.Columns[index]))];
        IEnumerable<string> bounds = layout.Key.Select((index, part) => string.Create(CultureInfo.InvariantCulture, $"${part + 1}::{KeyText.SourceType(layout.Columns[index])}"));
        string where = isAfter ? $" WHERE ({string.Join(", ", key)}) > ({string.Join(", ", bounds)})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"SELECT {SourceRows.Columns(layout)} FROM {SourceRows.Table(layout)}{where} ORDER BY {string.Join(", ", key)} LIMIT {rows}");
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (_rows is not null)
            await _rows.DisposeAsync().ConfigureAwait(false);
        if (_pass is not null)
            await _pass.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NpgsqlTransaction> BeginTransactionAsync(CancellationToken cancellationToken)
    {
        NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(SourceRows.Lock(_layout), _connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return transaction;
    }

    private async Task<SourceChunk> ReadAsync(IAsyncEnumerator<CanonicalRow> rows)
    {
        var kept = new Dictionary<UInt128, ChunkRow>();
        CanonicalKey? through = null;
        var quarantined = new HashSet<UInt128>();
        int read = 0;
        for (; read < _chunkRows && await rows.MoveNextAsync().ConfigureAwait(false); read++)
        {
            CanonicalRow row = rows.Current;
            _after = row.KeyTexts;
            CanonicalKey key = CanonicalKey.Of(_layout, row, _hash);
            if (row.IsQuarantined)
            {
                quarantined.Add(key.Hash);
                continue;
            }

            // The target's ranges are cut by these keys: in another order a row would stand in a range on each side.
            if (TargetKeys.IsPossible(_layout, key.Values))
            {
                if (_last is not null && _order.Compare(_last, key) >= 0)
                    throw new InvalidDataException($"{_layout}: PostgreSQL gave the row {_order.Describe(key)} after {_order.Describe(_last)}: not in key order, or the key is not unique");
                through = _last = key;
            }

            if (!kept.TryAdd(key.Hash, new ChunkRow(_hash.Of(row), key)))
                throw new InvalidDataException($"{_layout}: the key {_order.Describe(key)} is not unique in PostgreSQL");
        }

        return new SourceChunk(kept, quarantined, through, read < _chunkRows);
    }
}
