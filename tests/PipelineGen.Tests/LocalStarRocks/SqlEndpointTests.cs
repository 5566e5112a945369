namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Protocol, DDL refusals, SHOW and information_schema (STARROCKS.md, 5 and 7).</summary>
public sealed class SqlEndpointTests : StandInTest
{
    protected override PipelineGen.LocalStarRocks.LocalStarRocksOptions Options => new() { Password = "secret" };

    [Fact]
    public async Task Greeting_has_the_version_and_lacks_deprecate_eof_and_transactions()
    {
        Assert.Equal("8.0.33", Sql.ServerVersion);
        Assert.Equal(0u, Sql.ServerCapabilities & (0x1000000 | 0x2000 | 0x10000 | 0x800000));
        await using SqlWire switched = await SqlWire.ConnectAsync(Server, plugin: "caching_sha2_password", database: "shop");
        Assert.True(switched.WasSwitched);
        Assert.Equal("shop", await switched.ScalarAsync("SELECT database()"));
        SqlRefusal refusal = await Assert.ThrowsAsync<SqlRefusal>(() => SqlWire.ConnectAsync(Server, password: "wrong"));
        Assert.Equal((1045, "28000", "Access denied for user 'root' (using password: YES)"), (refusal.Code, refusal.State, refusal.Message));
    }

    [Fact]
    public async Task Commands_other_than_queries()
    {
        await Sql.CommandAsync(14);
        await Sql.CommandAsync(31);
        Assert.Equal(1046, (await Sql.RefusedAsync("SHOW TABLES")).Code);
        await Sql.CommandAsync(2, "shop");
        Assert.Equal(5501, (await Assert.ThrowsAsync<SqlRefusal>(() => Sql.CommandAsync(2, "none"))).Code);
        Assert.Equal("Unsupported command(9)", (await Assert.ThrowsAsync<SqlRefusal>(() => Sql.CommandAsync(9))).Message);
        Assert.Contains("stand-in", await Sql.ScalarAsync("select @@version_comment limit 1"), StringComparison.Ordinal);
        Assert.Contains("stand-in", (await Sql.QueryAsync("SHOW VARIABLES LIKE 'version_comment'")).Single()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payloads_over_16_MB_come_in_parts()
    {
        string big = new('x', 17 * 1024 * 1024);
        Assert.Equal(big.Length.ToString(), await Sql.ScalarAsync($"SELECT length('{big}')"));
        Assert.Equal(big, await Sql.ScalarAsync($"SELECT '{big}'"));
    }

    [Theory]
    [InlineData("v INT, id INT NOT NULL", "PRIMARY KEY (id)", "Key columns must be the first few columns of the schema and the order  of the key columns must be consistent with the order of the schema")]
    [InlineData("id DECIMAL(10,0)", "PRIMARY KEY (id)", "primary key column[id] type not supported: DECIMAL(10,0)")]
    [InlineData("id CHAR(3)", "PRIMARY KEY (id)", "primary key column[id] type not supported: CHAR(3)")]
    [InlineData("id INT NULL", "PRIMARY KEY (id)", "primary key column[id] cannot be nullable")]
    [InlineData("id INT, t TIME", "PRIMARY KEY (id)", "Type:TIME of column:t does not support")]
    [InlineData("id INT, __op INT", "PRIMARY KEY (id)", "Column name [__op] is a system reserved name. Please choose a different one.")]
    [InlineData("id INT, d DECIMAL(39,2)", "PRIMARY KEY (id)", "DECIMAL's precision should range from 1 to 38")]
    [InlineData("id INT, s VARCHAR(1048577)", "PRIMARY KEY (id)", "1048577")]
    [InlineData("id INT, u UUID", "PRIMARY KEY (id)", "Getting syntax error at line 1, column ")]
    [InlineData("id INT, \"v\" INT", "PRIMARY KEY (id)", "Getting syntax error")]
    [InlineData("id INT, v INT DEFAULT 5", "PRIMARY KEY (id)", "Getting syntax error")]
    [InlineData("id INT, v INT DEFAULT \"x\"", "PRIMARY KEY (id)", "Invalid default value for 'v'")]
    [InlineData("id INT, v INT COMMENT \"c\" NOT NULL", "PRIMARY KEY (id)", "Getting syntax error")]
    [InlineData("id INT, ID INT", "PRIMARY KEY (id)", "Duplicate column name 'ID'")]
    [InlineData("id INT, v INT", "PRIMARY KEY (id) ORDER BY (v)", "Getting syntax error")]
    [InlineData("id DOUBLE", "DUPLICATE KEY (id)", "Invalid data type of key column 'id': 'DOUBLE', use decimal instead")]
    public async Task Create_table_refuses_what_StarRocks_refuses(string columns, string key, string text)
    {
        SqlRefusal refusal = await Sql.RefusedAsync($"CREATE TABLE t ({columns}) {key} DISTRIBUTED BY HASH(id)" + OneNode);
        Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await Sql.QueryAsync("SHOW TABLES"));
    }

    [Theory]
    [InlineData("DISTRIBUTED BY HASH(id) PROPERTIES (\"replication_num\" = 1)", "Getting syntax error")]
    [InlineData("DISTRIBUTED BY HASH(id) PROPERTIES (\"replication_num\" = \"1\", \"nope\" = \"1\")", "Unknown properties: {nope=1}")]
    [InlineData("DISTRIBUTED BY HASH(v) PROPERTIES (\"replication_num\" = \"1\")", "Distribution column[v] is not key column")]
    [InlineData("DISTRIBUTED BY RANDOM PROPERTIES (\"replication_num\" = \"1\")", "cannot use random distribution")]
    [InlineData("DISTRIBUTED BY HASH(id) ORDER BY (d) PROPERTIES (\"replication_num\" = \"1\")", "Sort key column[d] type not supported: DOUBLE in PrimaryKey table")]
    [InlineData("DISTRIBUTED BY HASH(id)", "replication num")]
    public async Task Create_table_refuses_clauses(string clauses, string text) =>
        Assert.Contains(text, (await Sql.RefusedAsync($"CREATE TABLE t (id INT, v INT, d DOUBLE) PRIMARY KEY (id) {clauses}")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Names_and_existence()
    {
        await CreateAsync("id INT, `select` VARCHAR COMMENT \"x\", `we``ird` STRING");
        Assert.Equal((1050, "42S01"), (await Sql.RefusedAsync("CREATE TABLE t (id INT) PRIMARY KEY (id)" + OneNode)) is var e ? (e.Code, e.State) : default);
        Assert.Equal(1007, (await Sql.RefusedAsync("CREATE DATABASE shop")).Code);
        Assert.Equal(1008, (await Sql.RefusedAsync("DROP DATABASE none")).Code);
        Assert.Equal(5502, (await Sql.RefusedAsync("SELECT * FROM T")).Code);
        Assert.Equal(5501, (await Sql.RefusedAsync("SELECT * FROM none.t")).Code);
        Assert.Equal(
            "id,int(11),NO,PRI;select,varchar(1),YES,;we`ird,varchar(65533),YES,",
            await RowsAsync("SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY FROM information_schema.columns WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 't' ORDER BY ORDINAL_POSITION"));
        Assert.Equal("PRI_KEYS,`id`", await RowsAsync("SELECT TABLE_MODEL, PRIMARY_KEY FROM information_schema.tables_config WHERE TABLE_NAME = 't'"));
        Assert.Equal("id,int,NO,true,NULL,", (await RowsAsync("DESC t")).Split(';')[0]);
        string create = (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1]!;
        await Sql.QueryAsync("DROP TABLE t");
        await Sql.QueryAsync(create);
        Assert.Equal(create, (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1]);
    }

    [Fact]
    public async Task Insert_upserts_checks_values_and_delete_needs_where()
    {
        await CreateAsync("id INT, v VARCHAR(3) NOT NULL, a ARRAY<INT>, at DATETIME");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'a', [1,2], '2024-01-01'), (2, \"b\", NULL, NULL)");
        await Sql.QueryAsync("INSERT INTO t (id, v) VALUES (1, 'c')");
        Assert.Equal("1,c,NULL,NULL;2,b,NULL,NULL", await RowsAsync());
        Assert.Equal(5604, (await Sql.RefusedAsync("INSERT INTO t VALUES (1)")).Code);
        Assert.Contains("too long", (await Sql.RefusedAsync("INSERT INTO t (id, v) VALUES (3, 'x'), (4, 'abcd')")).Message, StringComparison.Ordinal);
        Assert.Contains("NULL value in non-nullable column 'v'", (await Sql.RefusedAsync("INSERT INTO t (id, v) VALUES (3, NULL)")).Message, StringComparison.Ordinal);
        await Sql.RefusedAsync("DELETE FROM t");
        await Sql.QueryAsync("UPDATE t SET v = concat(v, '!') WHERE id = 2");
        await Sql.QueryAsync("DELETE FROM t WHERE id = 1");
        Assert.Equal("2,b!,NULL,NULL", await RowsAsync());
    }

    [Fact]
    public async Task Select_joins_groups_and_compares_by_type()
    {
        await CreateAsync("id INT, v VARCHAR(9), at DATETIME, d DATE");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'a_', '2024-01-01 00:00:00', '2024-01-01'), (2, 'A', '2024-01-01 00:00:00.000001', '2024-01-02')");
        Assert.Equal("1,1", await RowsAsync("SELECT a.id, b.id FROM t a JOIN shop.t b ON a.id = b.id WHERE a.at = '2024-01-01' LIMIT 10"));
        Assert.Equal("2024-01-01 00:00:00.000001", await Sql.ScalarAsync("SELECT at FROM t WHERE at > d OR id = 2 ORDER BY at DESC LIMIT 1"));
        Assert.Equal("1", await Sql.ScalarAsync("SELECT count(*) FROM t WHERE v LIKE 'a%'"));
        Assert.Equal("a,1;A,1", await RowsAsync("SELECT substr(v, 1, 1) k, count(*) FROM t GROUP BY k ORDER BY 1 DESC"));
        Assert.Equal("3", await Sql.ScalarAsync("SELECT sum(id) FROM (SELECT id FROM t UNION ALL SELECT 0) x"));
        Assert.Contains("GROUP BY", (await Sql.RefusedAsync("SELECT id, count(*) FROM t")).Message, StringComparison.Ordinal);
        Assert.Contains("'nope' cannot be resolved", (await Sql.RefusedAsync("SELECT nope FROM t")).Message, StringComparison.Ordinal);
        Assert.Contains("No matching function", (await Sql.RefusedAsync("SELECT sqlite_version()")).Message, StringComparison.Ordinal);
        Assert.Equal("id", await Sql.ScalarAsync("SELECT \"id\" FROM t LIMIT 1"));
        Assert.Contains("stand-in", (await Sql.RefusedAsync("CREATE VIEW v AS SELECT 1")).Message, StringComparison.Ordinal);
    }
}
