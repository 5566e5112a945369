using System.Globalization;
using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>
/// What the live server says about a table's key: by which SQL expressions it stands in the order of <see cref="KeyEncoding"/>,
/// and whether an index serves them. The server and this program then agree to which range of keys a row belongs
/// (POSTGRES.md, 2 and F9).
/// </summary>
/// <remarks>
/// Its connections are <see cref="SourceSession.ForQueries"/>'s: under other settings the server prints other texts. Where a
/// range is read through the key a NULL in a nullable key column would hide its row; such rows belong to the first range.
/// </remarks>
internal sealed class SourceKey
{
    /// <summary>Tables of more rows are sampled, and about this many rows of them sorted.</summary>
    private const long SampleRows = 200_000;

    private readonly TableLayout _table;
    private readonly KeyEncoding _encoding;
    private readonly IReadOnlyList<LiveKeyColumn> _columns;
    private readonly string _from;

    private SourceKey(TableLayout table, SourceKeyCatalog catalog)
    {
        _table = table;
        _encoding = KeyEncoding.Of(table);
        _columns = catalog.Columns;
        _from = $"{(catalog.IsPartitioned ? "" : "ONLY ")}{SourceNames.QuoteTable(table.Schema, table.Name)}";
        IsIndexed = catalog.IsIndexed;
        Order = string.Join(", ", _columns.Select(static c => c.Order));
        NotNull = string.Join(" AND ", _columns.Where(static c => c.MayBeNull).Select(static c => $"{c.Name} IS NOT NULL"));
    }

    /// <exception cref="ArgumentException">The table has no key.</exception>
    /// <exception cref="SourceException">The table or a key column is gone, or has another type than it was compiled with.</exception>
    public static async Task<SourceKey> ReadAsync(NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken) =>
        new(table, await SourceKeyCatalog.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false));

    /// <summary>Whether a valid index of the whole table delivers the order, so that a range is found without reading the rest.</summary>
    public bool IsIndexed { get; }

    /// <summary>The sort expressions, ascending, over the table's columns.</summary>
    internal string Order { get; }

    /// <summary>A condition that keeps out rows whose key has a NULL; empty where the server has none.</summary>
    private string NotNull { get; }

    /// <summary>
    /// The rows of the range as a predicate over the table's columns; <c>true</c> for the whole table. Each row is in exactly
    /// one of the ranges that lie end to end. Its constants are in the text, since COPY takes no parameters.
    /// </summary>
    /// <exception cref="ArgumentException">A bound has not a value for each key column.</exception>
    /// <exception cref="ColumnValueException">A bound's text is no value of its column's type.</exception>
    public string Condition(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (range.IsWhole)
            return "true";
        string within = Within(range);
        if (NotNull.Length == 0)
            return $"({within})";
        return range.After is null ? $"({within} OR NOT ({NotNull}))" : $"({within} AND {NotNull})";
    }

    /// <summary>
    /// The key of the range's <paramref name="rows"/>-th row in key order, if there are rows behind it; null if the range has
    /// no more rows than that.
    /// </summary>
    /// <exception cref="SourceException">The server's order is not this program's.</exception>
    public async Task<IReadOnlyList<string>?> FindBoundaryAsync(NpgsqlConnection connection, KeyRange range, long rows, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<string>> found = await ReadAsync(connection, BoundaryQuery(range, rows), cancellationToken).ConfigureAwait(false);
        if (found.Count < 2)
            return null;
        byte[] key = _encoding.Encode(found[0]);
        if ((range.After is { } after && key.AsSpan().SequenceCompareTo(_encoding.Encode(after)) <= 0) ||
            (range.Through is { } through && key.AsSpan().SequenceCompareTo(_encoding.Encode(through)) > 0) ||
            key.AsSpan().SequenceCompareTo(_encoding.Encode(found[1])) > 0)
            throw Disagreement(found[0]);
        return found[0];
    }

    /// <summary>
    /// For keys without an index: at most <paramref name="ranges"/> - 1 ascending boundaries from one pass over the table, so
    /// that ranges of about equal size lie between them; fewer where keys are too few. A large table is sampled.
    /// </summary>
    /// <param name="estimatedRows">How many rows the table may have; negative where nobody knows.</param>
    /// <exception cref="SourceException">The server's order is not this program's.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> SampleBoundariesAsync(NpgsqlConnection connection, int ranges, long estimatedRows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranges, 1);
        if (ranges == 1)
            return [];
        long wanted = Math.Max(SampleRows, ranges * 1000L);
        if (estimatedRows > wanted)
        {
            List<IReadOnlyList<string>> sampled = await SampleAsync(connection, ranges, 100.0 * wanted / estimatedRows, cancellationToken).ConfigureAwait(false);
            // The estimate may be far off, and the sample be nothing.
            if (sampled.Count == ranges - 1)
                return sampled;
        }

        return await SampleAsync(connection, ranges, 100, cancellationToken).ConfigureAwait(false);
    }

    internal string BoundaryQuery(KeyRange range, long rows)
    {
        ArgumentNullException.ThrowIfNull(range);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        string where = string.Join(" AND ", new[] { range.IsWhole ? "" : Within(range), NotNull }.Where(static c => c.Length > 0));
        // Printed outside: inside, every row that is skipped would be printed too.
        return string.Create(CultureInfo.InvariantCulture,
            $"SELECT {string.Join(", ", _columns.Select(static c => c.Print(c.Key.Info.Name)))} FROM (SELECT {string.Join(", ", _columns.Select(static c => c.Name))} " +
            $"FROM {_from}{(where.Length == 0 ? "" : $" WHERE {where}")} ORDER BY {Order} OFFSET {rows - 1} LIMIT 2) found ORDER BY {Order}");
    }

    private async Task<List<IReadOnlyList<string>>> SampleAsync(NpgsqlConnection connection, int ranges, double percent, CancellationToken cancellationToken)
    {
        // Names of its own for what comes out: a key column may have any name.
        string columns = string.Join(", ", _columns.Select(static (c, i) => $"{c.Name} AS k{i}"));
        string sample = percent < 100 ? string.Create(CultureInfo.InvariantCulture, $" TABLESAMPLE SYSTEM ({percent:F6})") : "";
        string query = string.Create(CultureInfo.InvariantCulture,
            $"SELECT {string.Join(", ", _columns.Select(static (c, i) => c.Print($"k{i}")))} FROM (SELECT {columns}, row_number() OVER (ORDER BY {Order}) AS place, count(*) OVER () AS total " +
            $"FROM {_from}{sample}{(NotNull.Length == 0 ? "" : $" WHERE {NotNull}")}) found WHERE place < total AND place * {ranges} / total > (place - 1) * {ranges} / total ORDER BY place");
        var boundaries = new List<IReadOnlyList<string>>();
        byte[] last = [];
        foreach (IReadOnlyList<string> key in await ReadAsync(connection, query, cancellationToken).ConfigureAwait(false))
        {
            byte[] bytes = _encoding.Encode(key);
            int order = bytes.AsSpan().SequenceCompareTo(last);
            if (order < 0)
                throw Disagreement(key);
            if (order > 0)
                boundaries.Add(key);
            last = bytes;
        }

        return boundaries;
    }

    private async Task<List<IReadOnlyList<string>>> ReadAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        var keys = new List<IReadOnlyList<string>>();
        await using var command = new NpgsqlCommand(query, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var key = new string[_columns.Count];
            for (int i = 0; i < key.Length; i++)
                key[i] = reader.GetString(i);
            keys.Add(key);
        }

        return keys;
    }

    /// <summary>Of one column by itself, of several as a row: the one form of which an index knows where to begin.</summary>
    private string Within(KeyRange range)
    {
        string key = _columns.Count == 1 ? Order : $"({Order})";
        return string.Join(" AND ", new[]
        {
            range.After is { } after ? $"{key} > {Bound(after)}" : "",
            range.Through is { } through ? $"{key} <= {Bound(through)}" : "",
        }.Where(static c => c.Length > 0));
    }

    private string Bound(IReadOnlyList<string> values)
    {
        // Refuses what is no value, before the server is asked.
        _encoding.Encode(values);
        string literals = string.Join(", ", _columns.Select((c, i) => c.Literal(values[i])));
        return _columns.Count == 1 ? literals : $"({literals})";
    }

    private SourceException Disagreement(IReadOnlyList<string> key) =>
        new($"{_table.FullName}: the server's order of the key is not the one that was compiled, at ({string.Join(", ", key)}). Report this with the table's definition");
}
