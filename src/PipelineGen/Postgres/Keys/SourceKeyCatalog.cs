using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>What the server's catalogs say of a table's key.</summary>
/// <param name="IsPartitioned">Whether it has its rows in partitions; otherwise its own are read alone.</param>
/// <param name="IsIndexed"><see cref="SourceKey.IsIndexed"/>.</param>
internal sealed record SourceKeyCatalog(IReadOnlyList<LiveKeyColumn> Columns, bool IsPartitioned, bool IsIndexed)
{
    // datlocprovider is of 15; before, the database's collation is libc's.
    private const string TableQuery = """
        SELECT c.oid, c.relkind = 'p', current_setting('server_encoding'),
               CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') WHEN 'b' THEN true WHEN 'c' THEN d.datcollate::text IN ('C', 'POSIX') ELSE false END
        FROM pg_class c, pg_database d
        WHERE c.oid = to_regclass($1) AND d.datname = current_database()
        """;

    // A NOT NULL that was not validated (18) promises nothing of older rows.
    private const string ColumnQuery = """
        WITH RECURSIVE part (attnum, type) AS (
            SELECT a.attnum, a.atttypid FROM pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attname::text = ANY ($2)
            UNION ALL
            SELECT p.attnum, t.typbasetype FROM part p JOIN pg_type t ON t.oid = p.type WHERE t.typtype = 'd')
        SELECT a.attname::text, a.attnum, a.attcollation, t.typname::text, n.nspname = 'pg_catalog',
               NOT a.attnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey)),
               CASE l.collprovider WHEN 'd' THEN 'default' WHEN 'b' THEN 'bytes' WHEN 'c' THEN CASE WHEN l.collcollate::text IN ('C', 'POSIX') THEN 'bytes' END END
        FROM part p JOIN pg_type t ON t.oid = p.type AND t.typtype <> 'd' JOIN pg_namespace n ON n.oid = t.typnamespace
             JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = p.attnum
             LEFT JOIN pg_collation l ON l.oid = a.attcollation
        """;

    // Of the options 1 is DESC and 2 is NULLS FIRST: both on every column is the order backwards.
    private const string IndexQuery = """
        SELECT EXISTS (
            SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
            WHERE i.indrelid = $1 AND m.amname = 'btree' AND i.indisvalid AND i.indisready AND i.indislive AND i.indpred IS NULL
              AND i.indnkeyatts >= cardinality($2::int2[])
              AND (SELECT bool_and(i.indkey[k.n::int4 - 1] = k.attnum AND i.indcollation[k.n::int4 - 1]::int8 = k.coll AND o.opcdefault)
                          AND (bool_and(i.indoption[k.n::int4 - 1] & 3 = 0) OR bool_and(i.indoption[k.n::int4 - 1] & 3 = 3))
                   FROM ROWS FROM (unnest($2::int2[]), unnest($3::int8[])) WITH ORDINALITY k (attnum, coll, n) JOIN pg_opclass o ON o.oid = i.indclass[k.n::int4 - 1]))
        """;

    /// <exception cref="SourceException">The table or a key column is gone, or has another type than it was compiled with.</exception>
    public static async Task<SourceKeyCatalog> ReadAsync(NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken)
    {
        KeyColumn[] key = KeyColumn.Of(table);
        (uint oid, bool isPartitioned, string encoding, bool isDatabaseC) = await ReadTableAsync(connection, table, cancellationToken).ConfigureAwait(false);
        // Of LATIN1 the bytes stand in the order of the characters' numbers, as those of UTF-8 do; of others they may not.
        bool isOrdered = encoding is "UTF8" or "LATIN1";

        var columns = new LiveKeyColumn?[key.Length];
        await using (var command = new NpgsqlCommand(ColumnQuery, connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. key.Select(static k => k.Info.Name)] });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                string name = reader.GetString(0);
                int index = Array.FindIndex(key, k => k.Info.Name == name);
                KeyColumn column = key[index];
                bool isCompiled = column.Order == KeyOrder.Printed || (reader.GetBoolean(4) && reader.GetString(3) == column.TypeName);
                if (!isCompiled)
                    throw new SourceException($"{table.FullName}, key column {name}: its type is {reader.GetString(3)}, and {column.TypeName} was compiled. Run 'pipelinegen catalog pull', review, rebuild");
                bool isBytewise = !reader.IsDBNull(6) && (reader.GetString(6) == "bytes" || isDatabaseC);
                KeyExpression expression = column.Order is not (KeyOrder.Text or KeyOrder.Printed) ? KeyExpression.Plain
                    : !isOrdered ? KeyExpression.Utf8Bytes
                    : column.Order == KeyOrder.Text && isBytewise ? KeyExpression.Plain
                    : KeyExpression.CollateC;
                columns[index] = new LiveKeyColumn(column, reader.GetInt16(1), expression, reader.GetFieldValue<uint>(2), reader.GetBoolean(5));
            }
        }

        int missing = Array.IndexOf(columns, null);
        if (missing >= 0)
            throw new SourceException($"{table.FullName} has no column {key[missing].Info.Name}. Run 'pipelinegen catalog pull', review, rebuild");
        LiveKeyColumn[] found = [.. columns.Select(static c => c!)];
        return new SourceKeyCatalog(found, isPartitioned, await HasIndexAsync(connection, oid, found, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<(uint Oid, bool IsPartitioned, string Encoding, bool IsDatabaseC)> ReadTableAsync(
        NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TableQuery, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(table.Schema, table.Name) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (reader.GetFieldValue<uint>(0), reader.GetBoolean(1), reader.GetString(2), reader.GetBoolean(3))
            : throw new SourceException($"{table.FullName} does not exist");
    }

    private static async Task<bool> HasIndexAsync(NpgsqlConnection connection, uint table, LiveKeyColumn[] columns, CancellationToken cancellationToken)
    {
        if (columns.Any(static c => c.IndexCollation is null))
            return false;
        await using var command = new NpgsqlCommand(IndexQuery, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = table, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. columns.Select(static c => c.Number)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. columns.Select(static c => (long)c.IndexCollation!.Value)] });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
