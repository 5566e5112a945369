namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>Tables with a column of every type that the server has, and of every kind that a user can make.</summary>
internal static class EveryType
{
    /// <summary>Extensions are made where the server brings them; types that can't be a column's are left out.</summary>
    public static string Tables(int count) => $$"""
        DO $$
        DECLARE
            columns text;
            extension text;
        BEGIN
            FOR extension IN SELECT name FROM pg_available_extensions WHERE name IN ('hstore', 'citext', 'ltree') LOOP
                EXECUTE format('CREATE EXTENSION %I', extension);
            END LOOP;
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE DOMAIN scores AS int4[] CHECK (array_length(VALUE, 1) < 9);
            CREATE TYPE address AS (street text, number int4, mood mood);
            CREATE TYPE person AS (name text, home address, scores scores);
            CREATE TYPE span AS RANGE (subtype = float8);
            SELECT string_agg(format('c%s %s', t.oid, format_type(t.oid, NULL)), ', ' ORDER BY t.oid) INTO columns
            FROM pg_type t
            LEFT JOIN pg_class c ON c.oid = t.typrelid
            LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
            LEFT JOIN pg_class ec ON ec.oid = e.typrelid
            WHERE t.typnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace)
              AND t.typtype <> 'p' AND e.typtype IS DISTINCT FROM 'p'
              AND coalesce(c.relkind, 'c') = 'c' AND coalesce(ec.relkind, 'c') = 'c';
            FOR n IN 1..{{count}} LOOP
                EXECUTE format('CREATE TABLE t%s (id int8 PRIMARY KEY, money2 numeric(12,2) NOT NULL, %s)', n, columns);
            END LOOP;
        END $$;
        """;
}
