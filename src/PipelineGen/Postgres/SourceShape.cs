using Npgsql;
using PipelineGen.Rows;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Postgres;

/// <summary>A live column.</summary>
/// <param name="Type">Type name as the catalog file has it, without modifiers.</param>
/// <param name="MayBeOutOfLine">Whether Postgres may store the value out of line (TOAST), and leave it out of updates that don't change it.</param>
public sealed record LiveColumn(string Name, uint TypeOid, TypeReference Type, bool NotNull, bool MayBeOutOfLine);

/// <summary>A table's live shape, compared with the compiled one.</summary>
/// <param name="Oid">pg_class.oid.</param>
/// <param name="ReplicaIdentity">pg_class.relreplident.</param>
/// <param name="IdentityColumns">What a change carries of the old row: the identity's columns; for FULL every column.</param>
public sealed record SourceShape(uint Oid, char Kind, char ReplicaIdentity, IReadOnlyList<string> IdentityColumns, IReadOnlyList<LiveColumn> Columns)
{
    // A partition's own identity decides what its changes carry, and whether Postgres lets it be changed at all; the root's is
    // not inherited. So a partitioned table has that of its partitions, the poorest first.
    private const string TableQuery = """
        WITH t AS (
            SELECT c.oid, c.relkind, coalesce(
                CASE c.relkind WHEN 'p' THEN (
                    SELECT CASE WHEN bool_and(l.relreplident = 'f') THEN 'f' WHEN bool_or(l.relreplident = 'n') THEN 'n'
                                ELSE min(l.relreplident::text) FILTER (WHERE l.relreplident <> 'f') END
                    FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf) END,
                c.relreplident::text) AS identity
            FROM pg_class c WHERE c.oid = to_regclass($1))
        SELECT t.oid, t.relkind::text, t.identity,
               coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                         WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND (t.identity = 'f' OR a.attnum = ANY (i.indkey::int2[]))), '{}')
        FROM t LEFT JOIN pg_index i ON i.indrelid = t.oid
             AND CASE t.identity WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
        """;

    private const string ColumnQuery = """
        SELECT a.attname::text, a.atttypid::oid, coalesce(en.nspname, n.nspname)::text, coalesce(e.typname, t.typname)::text, e.oid IS NOT NULL, a.attnotnull, a.attstorage <> 'p'
        FROM pg_attribute a
             JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
             LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typtype = 'b' AND e.typarray = t.oid
             LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """;

    // A value is sent by its type's function, which calls those of what the value is made of.
    private const string UnsendableQuery = """
        WITH RECURSIVE part (name, type) AS (
            SELECT a.attname::text, a.atttypid FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attname::text = ANY ($2) AND a.attnum > 0 AND NOT a.attisdropped
            UNION
            SELECT p.name, of.type FROM part p JOIN pg_type t ON t.oid = p.type CROSS JOIN LATERAL (
                SELECT t.typelem WHERE t.typelem <> 0 AND t.typcategory = 'A'
                UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'
                UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
                UNION ALL SELECT f.atttypid FROM pg_attribute f WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) of (type))
        SELECT DISTINCT p.name FROM part p JOIN pg_type t ON t.oid = p.type WHERE t.typsend = 0 AND t.typtype <> 'd' ORDER BY 1
        """;

    /// <summary>The live shape, as the connection's transaction sees it; null when there is no such table.</summary>
    public static async Task<SourceShape?> ReadAsync(NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken)
    {
        string name = SourceNames.QuoteTable(table.Schema, table.Name);
        uint oid;
        char kind;
        char identity;
        string[] identityColumns;
        await using (var command = new NpgsqlCommand(TableQuery, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                return null;
            oid = reader.GetFieldValue<uint>(0);
            kind = reader.GetString(1)[0];
            identity = reader.GetString(2)[0];
            identityColumns = await reader.GetFieldValueAsync<string[]>(3, cancellationToken).ConfigureAwait(false);
        }

        var columns = new List<LiveColumn>();
        await using (var command = new NpgsqlCommand(ColumnQuery, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var type = new TypeReference(new QualifiedName(reader.GetString(2), reader.GetString(3)), default, reader.GetBoolean(4));
                columns.Add(new LiveColumn(reader.GetString(0), reader.GetFieldValue<uint>(1), type, reader.GetBoolean(5), reader.GetBoolean(6)));
            }
        }

        return new SourceShape(oid, kind, identity, identityColumns, columns);
    }

    /// <summary>What keeps the compiled pipeline from reading the live table; empty when nothing does.</summary>
    public IReadOnlyList<string> Differences(TableLayout table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var differences = new List<string>();
        if (Kind is not ('r' or 'p'))
            differences.Add($"it is no table (relkind '{Kind}')");
        foreach (ColumnInfo column in table.Columns)
        {
            LiveColumn? live = Columns.FirstOrDefault(c => c.Name == column.Name);
            if (live is null)
                differences.Add($"column {column.Name} is gone");
            else if (CatalogFormat.TryReadType(column.PostgresType, out TypeReference compiled) && compiled with { Modifiers = default } != live.Type)
                differences.Add($"column {column.Name} is {CatalogFormat.WriteType(live.Type)}, compiled as {column.PostgresType}");
            else if (column.NotNull && !live.NotNull && (table.IsAppendOnly || !column.IsKey))
                differences.Add($"column {column.Name} is nullable, compiled as NOT NULL");
        }

        List<string> uncovered = [.. table.Key.Select(i => table.Columns[i].Name).Where(n => !IdentityColumns.Contains(n))];
        if (uncovered.Count > 0)
        {
            differences.Add(
                $"its replica identity does not cover the key column{(uncovered.Count > 1 ? "s" : "")} {string.Join(", ", uncovered)}: updates and deletes could not be followed " +
                $"(ALTER TABLE {SourceNames.QuoteTable(table.Schema, table.Name)} REPLICA IDENTITY DEFAULT, USING INDEX, or FULL)");
        }

        return differences;
    }

    /// <summary>Compiled columns, among those that are read in binary, that the server can't send so: their type, or a part of it, has no send function.</summary>
    public static async Task<IReadOnlyList<string>> ColumnsWithoutBinaryAsync(NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        await using var command = new NpgsqlCommand(UnsendableQuery, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(table.Schema, table.Name) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. table.Columns.Where(static c => c.ReadsBinary).Select(static c => c.Name)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var columns = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            columns.Add(reader.GetString(0));
        return columns;
    }

    /// <summary>Compiled columns whose unchanged values updates may leave out; none where the old row is sent whole.</summary>
    public IReadOnlyList<string> ColumnsLeftOut(TableLayout table) => ReplicaIdentity == 'f'
        ? []
        : [.. table.Columns.Where((column, i) => !table.Key.Contains(i) && Columns.Any(live => live.Name == column.Name && live.MayBeOutOfLine)).Select(static c => c.Name)];

    /// <summary>Live columns that the compiled table neither carries nor ignores: they are not copied.</summary>
    public IReadOnlyList<string> ColumnsNotCompiled(TableLayout table) =>
        [.. Columns.Select(static c => c.Name).Where(n => !table.Columns.Any(c => c.Name == n) && !table.IgnoredColumns.Contains(n))];

    /// <summary>The live type OIDs of the compiled columns, in their order: what RELATION messages must show.</summary>
    public uint[] TypeOids(TableLayout table) =>
        [.. table.Columns.Select(column => Columns.First(live => live.Name == column.Name).TypeOid)];
}
