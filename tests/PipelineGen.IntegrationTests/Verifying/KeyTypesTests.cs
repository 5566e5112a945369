using Npgsql;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary>A table of each type of key, by an index and without one, in chunks of a few rows: what is planted is found, and nothing else.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyTypesTests(PostgresFixture postgres)
{
    private static readonly string[] Texts = ["", "a", "A", "a b", "b'c", @"b\c", @"b\\'", "b%_", "\"", "é", "ｅ", "～", "😀", "z\u0001", "zz\t", "zz\n", "~"];

    public static TheoryData<string, string, string, bool> Types => new()
    {
        { "bool", "BOOLEAN", "SELECT i % 2 = 0 FROM generate_series(1, 2) i", true },
        { "int2", "SMALLINT", "SELECT i - 20 FROM generate_series(1, 40) i UNION VALUES (-32768), (32767)", true },
        { "int8", "BIGINT", "SELECT i * 1000000000000 FROM generate_series(-20, 20) i UNION VALUES (-9223372036854775808), (9223372036854775807)", true },
        { "numeric(38,0)", "LARGEINT", "SELECT i * 12345678901234567890123456789012345 FROM generate_series(-20, 20) i", true },
        { "date", "DATE", "SELECT date '2023-12-25' + i FROM generate_series(1, 40) i UNION VALUES (date '0001-01-01'), (date '9999-12-31')", true },
        { "timestamp", "DATETIME", "SELECT timestamp '2023-12-31 23:59:59' + i * interval '0.300001 s' FROM generate_series(0, 40) i", true },
        { "timestamptz", "DATETIME", "SELECT timestamptz '2023-12-31 23:59:59+05' + i * interval '0.5 s' FROM generate_series(0, 40) i", true },
        { "time", "BIGINT", "SELECT time '01:02:03.000004' + i * interval '7 min' FROM generate_series(0, 40) i UNION VALUES (time '24:00:00')", true },
        { "uuid", "VARCHAR(36)", "SELECT md5(i::text)::uuid FROM generate_series(1, 40) i", true },
        { "bytea", "VARCHAR(80)", "SELECT decode(md5(i::text), 'hex') FROM generate_series(1, 40) i UNION VALUES ('\\x'::bytea), ('\\x00')", true },
        { "text", "VARCHAR(100)", "", false },
        { "text COLLATE \"C\"", "VARCHAR(100)", "", true },
        { "text COLLATE \"en-x-icu\"", "VARCHAR(100)", "", false },
        { "char(5)", "VARCHAR(20)", "SELECT chr(64 + i) FROM generate_series(1, 40) i", false },
        { "inet", "VARCHAR(43)", "SELECT ('10.0.' || i || '.1/' || (8 + i % 24))::inet FROM generate_series(1, 40) i", false },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Planted_differences_are_found_by_every_type_of_key(string postgresType, string starRocksType, string keys, bool isByIndex)
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync($"CREATE TABLE t (k {postgresType} PRIMARY KEY, v int4)");
        await using (NpgsqlConnection connection = await database.OpenAsync())
        {
            await using var insert = new NpgsqlCommand(keys.Length > 0 ? $"INSERT INTO t SELECT k, 1 FROM ({keys}) AS keys(k)" : "INSERT INTO t SELECT k, 1 FROM unnest($1) k", connection);
            if (keys.Length == 0)
                insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Texts });
            await insert.ExecuteNonQueryAsync();
        }

        string type = postgresType.Split(" COLLATE")[0].Replace("char(", "bpchar(", StringComparison.Ordinal);
        TableLayout layout = new()
        {
            Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Key = [0],
            Columns = [Column("k", type, starRocksType, isKey: true), Column("v", "int4", "INT")],
        };
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlClient sql = await OpenAsync(server, $"CREATE TABLE t (k {starRocksType} NOT NULL, v INT) PRIMARY KEY(k) DISTRIBUTED BY HASH(k) PROPERTIES (\"replication_num\" = \"1\")");
        List<CanonicalRow> rows = [];
        await using (NpgsqlConnection connection = await OpenSourceAsync(database))
        {
            Assert.Equal(isByIndex, await SourceKeyIndex.ExistsAsync(connection, layout, CancellationToken.None));
            await foreach (CanonicalRow row in SourceRows.ReadAsync(connection, layout, CancellationToken.None))
                rows.Add(row);
        }

        foreach (CanonicalRow row in rows)
            await sql.ExecuteAsync($"INSERT INTO t VALUES ({KeyText.TargetLiteral(layout.Columns[0], row.Values[0]!)}, 1)", CancellationToken.None);
        Assert.Empty(await CompareAsync(database, sql, layout));

        var expected = new List<string>();
        for (int i = 0; i < rows.Count; i++)
        {
            string where = $"k = {KeyText.TargetLiteral(layout.Columns[0], rows[i].Values[0]!)}";
            if (i % 5 == 1)
            {
                await sql.ExecuteAsync($"DELETE FROM t WHERE {where}", CancellationToken.None);
                expected.Add($"k={rows[i].Values[0]}: missing in StarRocks");
            }
            else if (i % 5 == 3)
            {
                await sql.ExecuteAsync($"UPDATE t SET v = 2 WHERE {where}", CancellationToken.None);
                expected.Add($"k={rows[i].Values[0]}: v is '1' in PostgreSQL and '2' in StarRocks");
            }
            else if (i % 5 == 4)
            {
                await database.ExecuteAsync($"DELETE FROM t WHERE k = {Literal(rows[i].KeyTexts[0])}::{type}");
                expected.Add($"k={rows[i].Values[0]}: not in PostgreSQL");
            }
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected, await CompareAsync(database, sql, layout));
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static async Task<List<string>> CompareAsync(TestDatabase database, SqlClient sql, TableLayout layout)
    {
        List<string> first = [];
        foreach (int chunkRows in (int[])[3, 1, 1000])
        {
            var sides = new VerifiedSides(_ => OpenSourceAsync(database), sql, null, TimeProvider.System);
            TableVerification result = await new TableComparison(sides, layout, chunkRows, 1000).RunAsync(null, CancellationToken.None);
            List<string> found = [.. result.Differences.Select(static d => d.ToString())];
            Assert.Equal(result.DifferentRows, found.Count);
            Assert.Equal(found.Count == 0, result.IsVerified);
            if (chunkRows != 3)
                Assert.Equal(first, found);
            first = found;
        }

        return first;
    }

    private static async Task<NpgsqlConnection> OpenSourceAsync(TestDatabase database)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        await using var session = new NpgsqlCommand(SourceRows.Session, connection);
        await session.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task<SqlClient> OpenAsync(LocalStarRocksServer server, string createTable)
    {
        var options = new StarRocksOptions { LoadUrls = [server.LoadUrl], QueryEndpoint = server.QueryEndpoint, Database = "it", User = server.User, Password = server.Password };
        await using (var outside = new SqlClient(options, withoutDatabase: true))
            await outside.ExecuteAsync("CREATE DATABASE IF NOT EXISTS it", CancellationToken.None);
        var client = new SqlClient(options);
        await client.ExecuteAsync(createTable, CancellationToken.None);
        return client;
    }

    private static ColumnInfo Column(string name, string postgresType, string starRocksType, bool isKey = false) => new()
    {
        Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = postgresType, StarRocksType = starRocksType, IsKey = isKey,
    };
}
