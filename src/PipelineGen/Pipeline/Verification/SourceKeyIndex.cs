using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>Whether the source has an index that gives a table's keys in StarRocks' order, so that ranges of them are cheap to read.</summary>
internal static class SourceKeyIndex
{
    /// <summary>
    /// Columns of one valid btree whose first ones are the key's, ascending, by the type's own operators and the column's own
    /// collation. Text is in the order of its bytes where that collation is C or POSIX: as a column's (pg_collation 950, 951)
    /// or as the database's default (100; its provider is known from PostgreSQL 15 on).
    /// </summary>
    private const string Query = """
        SELECT ARRAY(SELECT part.collid IN (950, 951) OR (part.collid = 100 AND d.is_c)
                     FROM unnest(i.indcollation::oid[]) WITH ORDINALITY AS part(collid, n) WHERE n <= cardinality($2) ORDER BY n)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam,
             (SELECT datcollate IN ('C', 'POSIX') AND coalesce(to_jsonb(pg_database) ->> 'datlocprovider', 'c') = 'c' AS is_c
              FROM pg_database WHERE datname = current_database()) d
        WHERE i.indrelid = $1::regclass AND i.indisvalid AND i.indpred IS NULL AND am.amname = 'btree'
          AND $2 = ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS part(attnum, n)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.attnum AND a.attcollation = (i.indcollation::oid[])[n::int4 - 1]
                         WHERE n <= cardinality($2) ORDER BY n)
          AND NOT EXISTS (SELECT FROM unnest(i.indoption::int2[]) WITH ORDINALITY AS part(flags, n) WHERE n <= cardinality($2) AND flags <> 0)
          AND NOT EXISTS (SELECT FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS part(opclass, n) JOIN pg_opclass o ON o.oid = part.opclass
                          WHERE n <= cardinality($2) AND NOT o.opcdefault)
        """;

    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, TableLayout layout, CancellationToken cancellationToken)
    {
        List<ColumnInfo> key = [.. layout.Key.Select(index => layout.Columns[index])];
        if (!key.TrueForAll(static column => IsOrdered(column) || IsText(column)))
            return false;
        await using var command = new NpgsqlCommand(Query, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(layout.Schema, layout.Name) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. key.Select(static column => column.Name)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            bool[] isBytewise = await reader.GetFieldValueAsync<bool[]>(0, cancellationToken).ConfigureAwait(false);
            if (isBytewise.Length == key.Count && isBytewise.Zip(key).All(static pair => pair.First || !IsText(pair.Second)))
                return true;
        }

        return false;
    }

    /// <summary>Types whose own order is that of the StarRocks column: numbers and times there, and texts of a fixed form that Postgres compares as bytes.</summary>
    private static bool IsOrdered(ColumnInfo column) =>
        !column.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal) || TypeName(column) is "uuid" or "bytea";

    /// <summary>Text that is in order if its collation is. The padding of char(n) is left out of its comparison: it has to be off here too.</summary>
    private static bool IsText(ColumnInfo column) => !IsOrdered(column) && (TypeName(column) is "text" or "varchar" or "name" || (TypeName(column) is "bpchar" && column.Trim));

    private static string TypeName(ColumnInfo column)
    {
        string name = column.BaseType.Length > 0 ? column.BaseType : column.PostgresType;
        int modifiers = name.IndexOf('(', StringComparison.Ordinal);
        return modifiers < 0 ? name : name[..modifiers];
    }
}
