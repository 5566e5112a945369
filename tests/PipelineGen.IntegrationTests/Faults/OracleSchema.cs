namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// The oracle's tables: a kind of key each, one of them partitioned, two with out-of-line columns, one without a key that is
/// only added to. catalog/public.oracle_*.pgcatalog are pulled from a database with these.
/// </summary>
internal static class OracleSchema
{
    /// <summary>Rows that a table with one row a key has before the pipeline starts: several ranges of Pipeline:ChunkRows.</summary>
    public const int InitialRows = 2400;

    /// <summary>Of the tables with large rows.</summary>
    public const int InitialLargeRows = 700;

    /// <summary>Keys are drawn up to this, so that about half of the key space is empty and a key change goes far.</summary>
    public const int HighestKey = 6000;

    /// <summary>By its name in the database, whether it has a key, and the highest number that its keys are made of.</summary>
    public static readonly string[] Tables =
        ["oracle_tallies", "oracle_words", "oracle_things", "oracle_lines", "oracle_samples", "oracle_moves", "oracle_papers", "oracle_ticks"];

    public const string Create = """
        CREATE TABLE oracle_tallies (id int4 PRIMARY KEY, n int8 NOT NULL, note text);

        -- Its collation puts 'a' before 'B' and 'ä' beside 'a'; a client that compares bytes does not.
        CREATE TABLE oracle_words (word varchar(24) COLLATE "und-x-icu" PRIMARY KEY, uses int4 NOT NULL, meaning text);

        CREATE TABLE oracle_things (id uuid PRIMARY KEY, body text NOT NULL, tags text[]);
        ALTER TABLE oracle_things ALTER COLUMN body SET STORAGE EXTERNAL;

        CREATE TABLE oracle_lines (doc varchar(16) COLLATE "und-x-icu", line int4, qty numeric(12,2), note text, PRIMARY KEY (doc, line));

        CREATE TABLE oracle_samples (sensor int4, at timestamptz, value float8, PRIMARY KEY (sensor, at));

        CREATE TABLE oracle_moves (id int8, day date NOT NULL, what text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE oracle_moves_old PARTITION OF oracle_moves FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
        -- Its attributes stand in another order than the root's.
        CREATE TABLE oracle_moves_new (what text, day date NOT NULL, gone int, id int8 NOT NULL);
        ALTER TABLE oracle_moves_new DROP COLUMN gone;
        ALTER TABLE oracle_moves ATTACH PARTITION oracle_moves_new FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);

        -- EXTERNAL: out of line and uncompressed as soon as a row passes 2 KB, so that updates leave the values out.
        CREATE TABLE oracle_papers (id int8 PRIMARY KEY, title text NOT NULL, body text NOT NULL, extra jsonb, scan bytea);
        ALTER TABLE oracle_papers ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN scan SET STORAGE EXTERNAL;

        -- No key; only added to.
        CREATE TABLE oracle_ticks (at timestamptz, page text NOT NULL, weight float8, hit int8);
        ALTER TABLE oracle_ticks REPLICA IDENTITY FULL;
        """;

    /// <summary>For StarRocks:Consistency=transaction, and for some of the others.</summary>
    public static readonly string WholeOldRows = string.Concat(
        Tables.Concat(["oracle_moves_old", "oracle_moves_new"]).Select(static table => $"ALTER TABLE {table} REPLICA IDENTITY FULL;"));

    /// <summary>Expressions over a number <c>i</c>, for keys in statements over many rows.</summary>
    public static string Word(string i) => $"((ARRAY['a','B','ä','Z','ß','é','_','-a'])[1 + {i} % 8] || 'w' || {i})";

    public static string Thing(string i) => $"('00000000-0000-4000-8000-' || lpad(to_hex({i} * 2654435761 % 281474976710656), 12, '0'))::uuid";

    public static string Doc(string i) => $"((ARRAY['d','D','é','Ö'])[1 + {i} % 4] || ({i} % 40))";

    public static string Day(string i) => $"(date '2024-07-01' + {i} % 400)";

    public static string Moment(string i) => $"(timestamptz '2024-01-01 00:00:00+00' + {i} * interval '7 minutes 0.000123 seconds')";

    /// <summary>Several KB that are not the same for two rows.</summary>
    public static string Large(string i) => $"repeat(md5(({i})::text), 90 + {i} % 60)";

    public static string Fill { get; } = $"""
        INSERT INTO oracle_tallies SELECT i, i * 3, CASE WHEN i % 5 > 0 THEN 'note ' || i END FROM generate_series(1, {HighestKey}, 2) AS i LIMIT {InitialRows};
        INSERT INTO oracle_words SELECT {Word("i")}, i, 'means ' || i FROM generate_series(1, {HighestKey}, 2) AS i LIMIT {InitialRows};
        INSERT INTO oracle_things SELECT {Thing("i")}, {Large("i")}, ARRAY['x' || i, NULL] FROM generate_series(1, {HighestKey}, 7) AS i LIMIT {InitialLargeRows};
        INSERT INTO oracle_lines SELECT {Doc("i")}, i, i * 0.25, 'line ' || i FROM generate_series(1, {HighestKey}, 2) AS i LIMIT {InitialRows};
        INSERT INTO oracle_samples SELECT i % 50, {Moment("i")}, i / 7.0 FROM generate_series(1, {HighestKey}, 2) AS i LIMIT {InitialRows};
        INSERT INTO oracle_moves SELECT i, {Day("i")}, 'moved ' || i FROM generate_series(1, {HighestKey}, 2) AS i LIMIT {InitialRows};
        INSERT INTO oracle_papers SELECT i, 'title ' || i, {Large("i")}, jsonb_build_object('n', i), CASE WHEN i % 3 = 0 THEN decode({Large("i")}, 'hex') END
            FROM generate_series(1, {HighestKey}, 7) AS i LIMIT {InitialLargeRows};
        INSERT INTO oracle_ticks SELECT {Moment("i")}, '/' || i, i / 3.0, i FROM generate_series(1, {InitialRows}) AS i;
        ANALYZE;
        """;
}
