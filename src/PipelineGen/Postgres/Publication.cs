using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>The pipeline's publication: its own name, exactly its tables, never FOR ALL TABLES.</summary>
public sealed record Publication(string Name, bool AllTables, bool ViaRoot, bool Insert, bool Update, bool Delete, bool Truncate, IReadOnlyList<(string Schema, string Name)> Tables)
{
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
        var tables = new List<(string, string)>();
        await using (var command = new NpgsqlCommand("SELECT schemaname::text, tablename::text FROM pg_publication_tables WHERE pubname = $1 ORDER BY 1, 2", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                tables.Add((reader.GetString(0), reader.GetString(1)));
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

    /// <exception cref="SourceException">The publication leaves something out that the pipeline needs.</exception>
    public void RequireCovers(IEnumerable<TableLayout> tables)
    {
        if (!(Insert && Update && Delete && Truncate))
            throw new SourceException($"publication \"{Name}\" does not publish every operation: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET (publish = 'insert, update, delete, truncate')");
        List<TableLayout> missing = [.. tables.Where(t => !Tables.Contains((t.Schema, t.Name)))];
        if (missing.Count == 0)
            return;
        string list = string.Join(", ", missing.Select(static t => SourceNames.QuoteTable(t.Schema, t.Name)));
        throw new SourceException(missing.Exists(static t => t.IsPartitioned) && !ViaRoot
            ? $"publication \"{Name}\" does not publish via the partition root: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} SET (publish_via_partition_root = true)"
            : $"publication \"{Name}\" does not publish {list}: ALTER PUBLICATION {SourceNames.QuoteIdentifier(Name)} ADD TABLE {list}. Rows that changed before are not in the stream, so add it before the pipeline's first run");
    }
}
