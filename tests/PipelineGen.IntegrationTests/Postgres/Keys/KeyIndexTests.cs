using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>Whether the server finds ranges of keys by an index, and whether it is known beforehand.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyIndexTests(PostgresFixture postgres)
{
    private const string LocaleC = "ENCODING 'UTF8' LOCALE 'C'";

    [Theory]
    [InlineData("PRIMARY KEY (k0)", "int8")]
    [InlineData("PRIMARY KEY (k0)", "uuid")]
    [InlineData("PRIMARY KEY (k0)", "whole")]
    [InlineData("PRIMARY KEY (k0)", "numeric")]
    [InlineData("PRIMARY KEY (k0)", "timestamptz")]
    [InlineData("PRIMARY KEY (k0)", "bytea")]
    [InlineData("PRIMARY KEY (k0)", "name")]
    [InlineData("PRIMARY KEY (k0)", "text COLLATE \"C\"")]
    [InlineData("PRIMARY KEY (k0)", "text COLLATE \"POSIX\"")]
    [InlineData("PRIMARY KEY (k0)", "varchar")]
    [InlineData("PRIMARY KEY (k0)", "deep_words")]
    [InlineData("PRIMARY KEY (k0, k1)", "int4", "int4")]
    [InlineData("PRIMARY KEY (k0, k1)", "text COLLATE \"C\"", "int8")]
    [InlineData("UNIQUE (k0, k1, note)", "int8", "\"char\"")]
    public async Task An_index_of_the_key_serves_its_order(string constraint, params string[] types)
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        (KeyTable table, KeyRange range) = await FillAsync(connection, $", {constraint}", types);

        await CheckPlansAsync(connection, table.Layout, range);
    }

    [Theory]
    [InlineData("CREATE INDEX ON t (k0 COLLATE \"C\")", "text COLLATE \"en-x-icu\"")]
    [InlineData("CREATE INDEX ON t (k0 DESC, k1 DESC)", "int4", "int4")]
    [InlineData("CREATE INDEX ON t (k0) INCLUDE (note)", "int4")]
    public async Task An_index_that_is_no_constraint_serves_too(string index, params string[] types)
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        (KeyTable table, KeyRange range) = await FillAsync(connection, "", types);
        await KeyAgreement.ExecuteAsync(connection, index);

        await CheckPlansAsync(connection, table.Layout, range);
    }

    [Theory]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (k0)", "text COLLATE \"en-x-icu\"")]
    [InlineData("CREATE UNIQUE INDEX ON t (k0 text_pattern_ops)", "text COLLATE \"POSIX\"")]
    [InlineData("CREATE UNIQUE INDEX ON t (k0 COLLATE \"C\")", "text COLLATE \"POSIX\"")]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (k1, k0)", "int4", "int4")]
    [InlineData("CREATE UNIQUE INDEX ON t (k0, k1 DESC)", "int4", "int4")]
    [InlineData("CREATE UNIQUE INDEX ON t (k0 NULLS FIRST)", "int4")]
    [InlineData("CREATE UNIQUE INDEX ON t (k0) WHERE note IS NULL", "int4")]
    [InlineData("CREATE UNIQUE INDEX ON t ((k0 + 0))", "int4")]
    [InlineData("CREATE INDEX ON t USING hash (k0)", "int4")]
    [InlineData("CREATE INDEX ON t (k0) INCLUDE (k1)", "int4", "int4")]
    [InlineData("CREATE INDEX i ON t (k0); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass", "int4")]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (k0)", "mood")]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (k0)", "bpchar(9)")]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (k0, k1)", "int4", "citext")]
    [InlineData("", "int4")]
    public async Task An_index_of_another_order_does_not_count(string index, params string[] types)
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable(types);
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}); {index}");

        Assert.False((await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None)).IsIndexed);
    }

    [Theory]
    [InlineData("LATIN1", true)]
    [InlineData("WIN1252", false)]
    public async Task Bytes_that_stand_in_another_order_than_the_characters_have_no_index(string encoding, bool expected)
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, $"ENCODING '{encoding}' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("int4", "text");
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}, PRIMARY KEY (k0, k1))");

        Assert.Equal(expected, (await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None)).IsIndexed);
    }

    [Fact]
    public async Task A_partitioned_table_is_read_by_the_index_of_all_its_partitions()
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("int4", "int4");
        await KeyAgreement.ExecuteAsync(connection, $"""
            CREATE TABLE t ({table.Columns}, PRIMARY KEY (k0, k1)) PARTITION BY HASH (k1);
            CREATE TABLE t_0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO t SELECT i / 7, i FROM generate_series(1, 5000) i;
            ANALYZE t
            """);

        await CheckPlansAsync(connection, table.Layout, new KeyRange(["100", "702"], ["500", "3502"]));
        await KeyAgreement.CheckAsync(connection, table, "a partitioned table");

        await KeyAgreement.ExecuteAsync(connection, "ALTER TABLE t DROP CONSTRAINT t_pkey; CREATE INDEX ON ONLY t (k0, k1)");
        Assert.False((await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None)).IsIndexed);
    }

    [Fact]
    public async Task Children_of_plain_inheritance_are_not_read()
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("int4");
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}); CREATE TABLE child () INHERITS (t); INSERT INTO t SELECT generate_series(1, 10); INSERT INTO child SELECT generate_series(-90, 0)");
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);

        Assert.Null(await key.FindBoundaryAsync(connection, KeyRange.Whole, 10, CancellationToken.None));
        Assert.Equal(["9"], await key.FindBoundaryAsync(connection, KeyRange.Whole, 9, CancellationToken.None));
        Assert.Equal([["5"]], await key.SampleBoundariesAsync(connection, 2, -1, CancellationToken.None));
    }

    [Fact]
    public async Task A_type_that_is_not_the_compiled_one_is_refused()
    {
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, LocaleC);
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        await KeyAgreement.ExecuteAsync(connection, "CREATE TABLE t (k0 int4, note text)");

        SourceException error = await Assert.ThrowsAsync<SourceException>(() => SourceKey.ReadAsync(connection, new KeyTable("int8").Layout, CancellationToken.None));
        Assert.Contains("public.t, key column k0: its type is int4, and int8 was compiled", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<SourceException>(() => SourceKey.ReadAsync(connection, new KeyTable("int4", "int4").Layout, CancellationToken.None));
        Assert.Contains("has no column k1", error.Message, StringComparison.Ordinal);
        await KeyAgreement.ExecuteAsync(connection, "DROP TABLE t");
        error = await Assert.ThrowsAsync<SourceException>(() => SourceKey.ReadAsync(connection, new KeyTable("int4").Layout, CancellationToken.None));
        Assert.Contains("public.t does not exist", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The table with a few thousand rows, and a range of a part of them.</summary>
    private static async Task<(KeyTable Table, KeyRange Range)> FillAsync(NpgsqlConnection connection, string constraint, string[] types)
    {
        var table = new KeyTable(types);
        string values = string.Join(", ", types.Select(static t => t.Split(' ')[0] switch
        {
            "uuid" => "md5(i::text)::uuid",
            "timestamptz" => "'2020-01-01 00:00:00+00'::timestamptz + i * interval '1 min'",
            "bytea" => "decode(md5(i::text), 'hex')",
            "name" or "text" or "varchar" or "deep_words" => "md5(i::text)",
            "\"char\"" => "'x'::\"char\"",
            _ => "i",
        }));
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}{constraint}); INSERT INTO t SELECT {values} FROM generate_series(1, 5000) i; ANALYZE t");
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);
        IReadOnlyList<string>? after = await key.FindBoundaryAsync(connection, KeyRange.Whole, 1000, CancellationToken.None);
        return (table, new KeyRange(after, await key.FindBoundaryAsync(connection, new KeyRange(after, null), 1000, CancellationToken.None)));
    }

    private static async Task CheckPlansAsync(NpgsqlConnection connection, TableLayout table, KeyRange range)
    {
        SourceKey key = await SourceKey.ReadAsync(connection, table, CancellationToken.None);
        Assert.True(key.IsIndexed);
        // A small table may be cheaper to read whole: what is asked here is whether the index can do it. Sorts stay possible.
        await KeyAgreement.ExecuteAsync(connection, "SET enable_seqscan = off; SET enable_bitmapscan = off");
        foreach (KeyRange part in (KeyRange[])[KeyRange.Whole, range, range with { Through = null }, range with { After = null }])
        {
            string plan = await ExplainAsync(connection, key.BoundaryQuery(part, 100));
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            Assert.Matches("Index (Only )?Scan", plan);
            // The outer sort is of two rows; below the limit there is none.
            Assert.DoesNotMatch(@"-> +(Incremental )?Sort", plan[plan.IndexOf("Limit", StringComparison.Ordinal)..]);
            if (!part.IsWhole)
            {
                Assert.Contains("Index Cond", plan, StringComparison.Ordinal);
                Assert.DoesNotContain("Filter", plan, StringComparison.Ordinal);
                plan = await ExplainAsync(connection, $"SELECT * FROM t WHERE {key.Condition(part)}");
                Assert.Contains("Index Cond", plan, StringComparison.Ordinal);
                Assert.DoesNotContain("Filter", plan, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<string> ExplainAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (COSTS OFF) {sql}", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
