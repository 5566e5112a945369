using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>The pipeline's publication: its own name, exactly its tables, never FOR ALL TABLES.</summary>
public sealed record Publication(string Name, bool AllTables, bool ViaRoot, bool Insert, bool Update, bool Delete, bool Truncate, IReadOnlyList<PublishedTable> Tables)
{
    // Row filters and column lists came with 15; through JSON the query is the same on 14.
    private const string TablesQuery = """
        SELECT schemaname::text, tablename::text, to_jsonb(t) ->> 'rowfilter',
               (SELECT array_agg(c) FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(to_jsonb(t) -> 'attnames') = 'array' THEN to_jsonb(t) -> 'attnames' END) c)
        FROM pg_publication_tables t WHERE pubname = $1 ORDER BY 1, 2
        """;

    public static async Task<Publication?> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        Publication? publication = null;
        await using (var command = new NpgsqlCommand(
            "SELECT puballtables, pubviaroot, pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_publication WHERE pubname = $1", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                publication = new Publication(
                    name, reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(5), []);
            }
        }

        if (publication is null)
            return null;
        var tables = new List<PublishedTable>();
        await using (var command = new NpgsqlCommand(TablesQuery, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                tables.Add(new PublishedTable(
                    reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                    reader.IsDBNull(3) ? null : await reader.GetFieldValueAsync<string[]>(3, cancellationToken).ConfigureAwait(false)));
            }
        }

        return publication with { Tables = tables };
    }

    /// <summary>
    /// Creates the publication for the given tables. Changes of partitions arrive under their root's name and shape, which
    /// is what the compiled layouts describe.
    /// </summary>
    public static async Task CreateAsync(NpgsqlConnection connection, string name, IEnumerable<TableLayout> tables, CancellationToken cancellationToken)
    {
        string list = string.Join(", ", tables.Select(static t => SourceNames.QuoteTable(t.Schema, t.Name)));
        await using var command = new NpgsqlCommand(
            $"CREATE PUBLICATION {SourceNames.QuoteIdentifier(name)} FOR TABLE {list} WITH (publish_via_partition_root = true)", connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Adds tables. A change before this is not in the stream: their copy must wait until every transaction that runs now has
    /// ended (POSTGRES.md, F14).
    /// </summary>
    public static async Task AddAsync(NpgsqlConnection connection, string name, IEnumerable<TableLayout> tables, CancellationToken cancellationToken)
    {
        string list = string.Join(", ", tables.Select(static t => SourceNames.QuoteTable(t.Schema, t.Name)));
        await using var command = new NpgsqlCommand($"ALTER PUBLICATION {SourceNames.QuoteIdentifier(name)} ADD TABLE {list}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tables that it does not publish and that can be added to it as it is.</summary>
    public IReadOnlyList<TableLayout> Missing(IEnumerable<TableLayout> tables) => [.. tables.Where(t => Find(t) is null && (ViaRoot || !t.IsPartitioned))];

    private PublishedTable? Find(TableLayout table) => Tables.FirstOrDefault(t => t.Schema == table.Schema && t.Name == table.Name);

    /// <exception cref="SourceException">The publication leaves something out that the pipeline needs.</exception>
    public void RequireCovers(IReadOnlyCollection<TableLayout> tables)
    {
        // Append tables can't follow updates and deletes, so that they may be left out where there are no others.
        bool needsChanges = tables.Any(static t => !t.IsAppendOnly);
        if (!(Insert && Truncate) || (needsChanges && !(Update && Delete)))
            throw new SourceException($"publication \"{Name}\" does not publish every operation: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET (publish = '{(needsChanges ? "insert, update, delete, truncate" : "insert, truncate")}')");
        foreach (TableLayout table in tables)
        {
            if (Find(table) is not { } published)
                continue;
            string quoted = SourceNames.QuoteTable(table.Schema, table.Name);
            // The copy has every row and every column; a stream that leaves some out would not follow it.
            if (published.RowFilter is not null)
                throw new SourceException($"publication \"{Name}\" filters the rows of {quoted} ({published.RowFilter}): changes would be missing. ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET TABLE ... without WHERE");
            if (published.Columns is { } columns && table.Columns.FirstOrDefault(c => !columns.Contains(c.Name)) is { } left)
                throw new SourceException($"publication \"{Name}\" leaves out column {left.Name} of {quoted}, which the pipeline carries. ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET TABLE ... without a column list, or with all of them");
        }

        List<TableLayout> missing = [.. tables.Where(t => Find(t) is null)];
        if (missing.Count == 0)
            return;
        string list = string.Join(", ", missing.Select(static t => SourceNames.QuoteTable(t.Schema, t.Name)));
        throw new SourceException(missing.Exists(static t => t.IsPartitioned) && !ViaRoot
            ? $"publication \"{Name}\" does not publish via the partition root: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET (publish_via_partition_root = true)"
            : $"publication \"{Name}\" does not publish {list}: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} ADD TABLE {list}. Rows that changed before are not in the stream, so add it before the pipeline's first run");
    }
}

/// <summary>A row of pg_publication_tables.</summary>
/// <param name="RowFilter">The WHERE of the publication, from 15 on.</param>
/// <param name="Columns">The published columns, from 15 on; null where the server doesn't tell.</param>
public sealed record PublishedTable(string Schema, string Name, string? RowFilter, IReadOnlyList<string>? Columns);
