using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>The SQL of introspection, valid on PostgreSQL 14 to 18, and a record for each query's rows.</summary>
internal static class CatalogQueries
{
    /// <summary>
    /// First statements of the transaction. Everything that pg_get_expr's text depends on is fixed: an unqualified name
    /// or a date's form must not differ between two servers, roles or people.
    /// </summary>
    public const string Settings = """
        SET TRANSACTION READ ONLY;
        SET LOCAL search_path = pg_catalog;
        SET LOCAL datestyle = 'ISO, MDY';
        SET LOCAL intervalstyle = 'postgres';
        SET LOCAL timezone = 'UTC';
        SET LOCAL bytea_output = 'hex';
        SET LOCAL extra_float_digits = 1;
        SET LOCAL quote_all_identifiers = off;
        """;

    /// <summary>
    /// One unit of money as its eight bytes is 10 to the power of the fraction digits: read from the binary form, since
    /// the text's separators are the locale's and a locale may have no fraction.
    /// </summary>
    public const string Server = """
        SELECT current_setting('server_version_num')::int4 / 10000 AS MajorVersion,
               current_setting('server_encoding') AS Encoding,
               ('x' || encode(cash_send(1::money), 'hex'))::bit(64)::int8 AS MoneyUnit;
        """;

    public const string Relations = """
        SELECT c.oid::int8 AS Id, n.nspname::text AS Schema, c.relname::text AS Name, c.relkind::text AS Kind,
               c.relispartition AS IsPartition, c.relreplident::text AS ReplicaIdentity,
               rn.nspname::text AS RootSchema, r.relname::text AS RootName,
               obj_description(c.oid, 'pg_class') AS Comment,
               EXISTS (SELECT FROM pg_depend d
                       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') AS OfExtension
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid)
        LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema';
        """;

    /// <summary>From 18 on a not-null constraint may be NOT VALID: older rows may then hold NULL.</summary>
    public const string Columns = """
        SELECT a.attrelid::int8 AS TableId, a.attname::text AS Name, a.atttypid::int8 AS TypeId, a.atttypmod AS Modifier,
               CASE WHEN a.atttypmod >= 0 THEN format_type(a.atttypid, a.atttypmod) END AS Formatted,
               a.attnotnull AND NOT EXISTS (
                   SELECT FROM pg_constraint k
                   WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey)) AS NotNull,
               pg_get_expr(d.adbin, d.adrelid) AS DefaultText,
               a.attidentity::text AS Identity, a.attgenerated::text AS Generated, a.attstorage::text AS Storage,
               col_description(a.attrelid, a.attnum) AS Comment
        FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid::int8 = ANY (@tables) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum;
        """;

    /// <summary>INCLUDE columns are no part of a key; an exclusion (WITHOUT OVERLAPS, 18) is not uniqueness of its columns.</summary>
    public const string UniqueIndexes = """
        SELECT i.indrelid::int8 AS TableId, c.relname::text AS Name, i.indisprimary AS IsPrimary, i.indisreplident AS IsReplicaIdentity,
               ARRAY(SELECT a.attname::text
                     FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.position <= i.indnkeyatts
                     ORDER BY k.position) AS Columns
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid::int8 = ANY (@tables) AND i.indisunique AND i.indisvalid AND i.indimmediate
          AND NOT i.indisexclusion AND i.indpred IS NULL AND i.indexprs IS NULL;
        """;

    /// <summary>
    /// The types of the tables' columns and all that they are made of. An array type is one that its element names as
    /// its own: int2vector and others have elements too.
    /// </summary>
    public const string Types = """
        WITH RECURSIVE used (id) AS (
            SELECT a.atttypid FROM pg_attribute a
            WHERE a.attrelid::int8 = ANY (@tables) AND a.attnum > 0 AND NOT a.attisdropped
            UNION
            SELECT part.id
            FROM used
            JOIN pg_type t ON t.oid = used.id
            CROSS JOIN LATERAL (
                SELECT e.oid FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
                UNION ALL
                SELECT t.typbasetype WHERE t.typtype = 'd'
                UNION ALL
                SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
                UNION ALL
                SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = t.oid
                UNION ALL
                SELECT a.atttypid FROM pg_attribute a
                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS part (id)
        )
        SELECT t.oid::int8 AS Id, n.nspname::text AS Schema, t.typname::text AS Name, t.typtype::text AS Kind,
               e.oid::int8 AS ElementId,
               t.typbasetype::int8 AS BaseId, t.typtypmod AS BaseModifier,
               CASE WHEN t.typtypmod >= 0 THEN format_type(t.typbasetype, t.typtypmod) END AS BaseFormatted,
               t.typnotnull AS NotNull,
               r.rngsubtype::int8 AS SubtypeId, m.typname::text AS MultirangeName, mn.nspname::text AS MultirangeSchema,
               of_range.rngtypid::int8 AS RangeId,
               (SELECT x.extname::text FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
                WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid
                  AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') AS Extension
        FROM used
        JOIN pg_type t ON t.oid = used.id
        JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
        LEFT JOIN pg_range r ON r.rngtypid = t.oid
        LEFT JOIN pg_type m ON m.oid = r.rngmultitypid
        LEFT JOIN pg_namespace mn ON mn.oid = m.typnamespace
        LEFT JOIN pg_range of_range ON of_range.rngmultitypid = t.oid;
        """;

    public const string EnumLabels = """
        SELECT e.enumtypid::int8 AS TypeId, e.enumlabel::text AS Text
        FROM pg_enum e WHERE e.enumtypid::int8 = ANY (@types)
        ORDER BY e.enumtypid, e.enumsortorder;
        """;

    public const string DomainChecks = """
        SELECT k.contypid::int8 AS TypeId, pg_get_constraintdef(k.oid) AS Text
        FROM pg_constraint k WHERE k.contypid::int8 = ANY (@types) AND k.contype = 'c';
        """;

    public const string CompositeAttributes = """
        SELECT t.oid::int8 AS CompositeId, a.attname::text AS Name, a.atttypid::int8 AS TypeId, a.atttypmod AS Modifier,
               CASE WHEN a.atttypmod >= 0 THEN format_type(a.atttypid, a.atttypmod) END AS Formatted
        FROM pg_type t
        JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE t.oid::int8 = ANY (@types) AND t.typtype = 'c'
        ORDER BY t.oid, a.attnum;
        """;

    public sealed record ServerRow(int MajorVersion, string Encoding, long MoneyUnit);

    public sealed record ColumnRow(
        long TableId, string Name, long TypeId, int Modifier, string? Formatted, bool NotNull, string? DefaultText,
        string Identity, string Generated, string Storage, string? Comment);

    /// <summary>By properties: Dapper sees an array column as System.Array and finds no constructor for it.</summary>
    public sealed record IndexRow
    {
        public required long TableId { get; init; }
        public required string Name { get; init; }
        public required bool IsPrimary { get; init; }
        public required bool IsReplicaIdentity { get; init; }
        public required string[] Columns { get; init; }
    }

    public sealed record TypeRow(
        long Id, string Schema, string Name, string Kind, long? ElementId, long BaseId, int BaseModifier,
        string? BaseFormatted, bool NotNull, long? SubtypeId, string? MultirangeName, string? MultirangeSchema, long? RangeId,
        string? Extension);

    public sealed record TypeTextRow(long TypeId, string Text);

    public sealed record AttributeRow(long CompositeId, string Name, long TypeId, int Modifier, string? Formatted);
}

/// <summary>A table, or what can be read like one, as the list of relations has it.</summary>
internal sealed record CatalogRelation(
    long Id, string Schema, string Name, string Kind, bool IsPartition, string ReplicaIdentity,
    string? RootSchema, string? RootName, string? Comment, bool OfExtension)
{
    public QualifiedName QualifiedName => new(Schema, Name);

    /// <summary>Whether a pull takes it without being told: an ordinary or partitioned table that no extension owns.</summary>
    public bool IsPulledByDefault => Kind is "r" or "p" && !IsPartition && !OfExtension;
}
