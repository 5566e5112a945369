using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary>The canonical texts of what a real server prints, in a session that starts with other settings.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SourceRowsTests(PostgresFixture postgres)
{
    private static readonly (string Name, string Postgres, string StarRocks, string Literal, string? Canonical)[] Columns =
    [
        ("a_bool", "bool", "BOOLEAN", "true", "1"),
        ("a_float4", "float4", "FLOAT", "0.1", "0.1"),
        ("a_float8", "float8", "DOUBLE", "5e-324", "5E-324"),
        ("a_numeric", "numeric(12,2)", "DECIMAL(20,4)", "-1.5", "-1.5000"),
        ("a_char", "bpchar(4)", "VARCHAR(16)", "'ab'", "ab  "),
        ("a_text", "text", "VARCHAR(1048576)", @"E'\\N\n''\u00e9\U0001F600'", "\\N\n'é😀"),
        ("a_bytea", "bytea", "VARBINARY", @"'\x00ff5c'", "00ff5c"),
        ("a_date", "date", "DATE", "'0001-01-01'", "0001-01-01"),
        ("a_time", "time", "VARCHAR(15)", "'24:00:00'", "24:00:00.000000"),
        ("a_timestamp", "timestamp", "DATETIME", "'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
        ("a_timestamptz", "timestamptz", "DATETIME", "'1850-06-01 12:00:00+00:53:28'", "1850-06-01 11:06:32.000000"),
        ("an_interval", "interval", "VARCHAR(64)", "'1 year 2 days 3.5 seconds'", "P1Y2DT3.5S"),
        ("a_uuid", "uuid", "VARCHAR(36)", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("a_json", "json", "JSON", """' { "b" : 1.0, "a" : [ ] } '""", """{"a":[],"b":1}"""),
        ("an_array", "text[]", "ARRAY<VARCHAR(1048576)>", """ARRAY['a,"b\', NULL, 'NULL', '', '{}']""", """["a,\"b\\",null,"NULL","","{}"]"""),
        ("empty_array", "int4[]", "ARRAY<INT>", "'{}'", "[]"),
        ("numeric_array", "numeric(8,3)[]", "ARRAY<DECIMAL(8,3)>", "ARRAY[1.5, NULL]", """["1.500",null]"""),
        ("a_null", "jsonb", "JSON", "NULL", null),
    ];

    [Fact]
    public async Task Each_type_has_its_canonical_text_whatever_the_server_is_set_to()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync($"""
            CREATE TABLE t (id int8 PRIMARY KEY, {string.Join(", ", Columns.Select(static c => $"{c.Name} {c.Postgres}"))});
            INSERT INTO t VALUES (1, {string.Join(", ", Columns.Select(static c => c.Literal))});
            """);
        await database.ExecuteAsync($"""
            ALTER DATABASE {database.Name} SET timezone = 'Europe/Berlin';
            ALTER DATABASE {database.Name} SET datestyle = 'German';
            ALTER DATABASE {database.Name} SET bytea_output = 'escape';
            ALTER DATABASE {database.Name} SET extra_float_digits = 0;
            """);
        NpgsqlConnection.ClearAllPools();

        TableLayout layout = Layout([Column("id", "int8", "BIGINT", isKey: true), .. Columns.Select(static c => Column(c.Name, c.Postgres, c.StarRocks))]);
        CanonicalRow row = Assert.Single(await ReadAsync(database, layout));

        Assert.Equal("1", row.Values[0]);
        Assert.All(Columns.Zip(row.Values.Skip(1)), static pair => Assert.Equal((pair.First.Name, pair.First.Canonical), (pair.First.Name, pair.Second)));
    }

    [Fact]
    public async Task Text_keys_come_in_the_order_of_their_bytes()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync("""
            CREATE TABLE t (id char(3) COLLATE "en-x-icu" PRIMARY KEY);
            INSERT INTO t VALUES ('b'), ('B'), ('a'), ('é'), ('😀'), ('～'), (E'a\t'), ('a-'), ('');
            """);

        TableLayout layout = Layout([Column("id", "bpchar(3)", "VARCHAR(12)", isKey: true)]);
        var order = new KeyOrder(layout);
        List<CanonicalRow> rows = await ReadAsync(database, layout);
        using var hash = new RowChecksum();
        List<CanonicalKey> keys = [.. rows.Select(row => CanonicalKey.Of(layout, row, hash))];

        Assert.Equal(9, keys.Count);
        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.True(order.Compare(pair.First, pair.Second) < 0, $"'{pair.First.Values[0]}' before '{pair.Second.Values[0]}'"));
    }

    private static async Task<List<CanonicalRow>> ReadAsync(TestDatabase database, TableLayout layout)
    {
        await using NpgsqlConnection connection = await database.OpenAsync();
        await using (var session = new NpgsqlCommand(SourceRows.Session, connection))
            await session.ExecuteNonQueryAsync();
        var rows = new List<CanonicalRow>();
        await foreach (CanonicalRow row in SourceRows.ReadAsync(connection, layout, CancellationToken.None))
            rows.Add(row);
        return rows;
    }

    private static TableLayout Layout(IReadOnlyList<ColumnInfo> columns) => new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Columns = columns, Key = [0],
    };

    private static ColumnInfo Column(string name, string postgres, string starRocks, bool isKey = false) => new()
    {
        Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = postgres, StarRocksType = starRocks, IsKey = isKey,
        Element = postgres.EndsWith("[]", StringComparison.Ordinal) ? Column(name + "[]", postgres[..^2], starRocks[6..^1]) : null,
    };
}
