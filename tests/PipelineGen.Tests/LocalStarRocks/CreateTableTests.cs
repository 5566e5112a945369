using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>CREATE TABLE's rules that depend on the table's model or the version (STARROCKS.md, 4 and 5).</summary>
public sealed class CreateTableTests
{
    private const string OneNode = " PROPERTIES (\"replication_num\" = \"1\")";

    [Theory]
    [InlineData("3.3", "id INT, d DECIMAL(39,2)", "PRIMARY KEY (id)", "DECIMAL's precision should range from 1 to 38")]
    [InlineData("4.0", "id INT, d DECIMAL(76,2)", "PRIMARY KEY (id)", null)]
    [InlineData("4.0", "id INT, d DECIMAL(77,2)", "PRIMARY KEY (id)", "DECIMAL's precision should range from 1 to 76")]
    [InlineData("4.0", "id INT, d INT DEFAULT 5", "PRIMARY KEY (id)", "Getting syntax error")]
    [InlineData("4.1", "id INT, d INT DEFAULT -5, b BOOLEAN DEFAULT TRUE", "PRIMARY KEY (id)", null)]
    [InlineData("4.0", "id INT, j JSON DEFAULT '{\"a\":1}'", "PRIMARY KEY (id)", "Invalid default value for 'j'")]
    [InlineData("4.1", "id INT, j JSON DEFAULT '{\"a\":1}', a ARRAY<INT> DEFAULT '[1]'", "PRIMARY KEY (id)", null)]
    [InlineData("3.5", "id INT, v INT DEFAULT \"5\", s VARCHAR(36) DEFAULT (uuid()), t DATETIME DEFAULT CURRENT_TIMESTAMP", "PRIMARY KEY (id)", null)]
    [InlineData("3.5", "id INT, s VARCHAR(35) DEFAULT (uuid())", "PRIMARY KEY (id)", "Invalid default value for 's'")]
    [InlineData("3.5", "id INT, d DATE DEFAULT CURRENT_TIMESTAMP", "PRIMARY KEY (id)", "Invalid default value for 'd'")]
    [InlineData("3.5", "id INT, b BITMAP", "DUPLICATE KEY (id)", "No aggregate function specified for 'b'")]
    [InlineData("3.5", "id INT, b BITMAP", "PRIMARY KEY (id)", "stand-in")]
    [InlineData("3.5", "id INT, v BIGINT AUTO_INCREMENT, w BIGINT AUTO_INCREMENT", "PRIMARY KEY (id)", "More than one AUTO_INCREMENT column")]
    [InlineData("3.5", "id INT, v INT AUTO_INCREMENT", "PRIMARY KEY (id)", "The AUTO_INCREMENT column must be BIGINT")]
    [InlineData("3.5", "id INT, v BIGINT NOT NULL AUTO_INCREMENT", "PRIMARY KEY (id)", null)]
    [InlineData("3.5", "id INT, v BIGINT NULL AUTO_INCREMENT", "PRIMARY KEY (id)", "AUTO_INCREMENT column v must be NOT NULL")]
    [InlineData("3.3", "id BIGINT AUTO_INCREMENT, v INT", "DUPLICATE KEY (id)", null)]
    [InlineData("3.5", "id INT, g INT AS id + 1, v INT", "PRIMARY KEY (id)", "generated columns must be defined after")]
    [InlineData("3.5", "id INT, g BIGINT AS id + 1 COMMENT 'x'", "PRIMARY KEY (id)", null)]
    [InlineData("3.3", "id BIGINT, v VARCHAR(9), g VARCHAR(20) AS (concat(v, '-', id)), h BOOLEAN AS v IS NULL OR id > 3, i TINYINT AS 1", "DUPLICATE KEY (id)", null)]
    [InlineData("3.5", "id INT, g INT AS id + 1", "PRIMARY KEY (id)", "Illegal expression type for Generated Column Column Type: INT, Expression Type: BIGINT.")]
    [InlineData("3.5", "id INT, d DOUBLE, g INT AS d", "PRIMARY KEY (id)", "Illegal expression type for Generated Column Column Type: INT, Expression Type: DOUBLE.")]
    [InlineData("3.5", "id INT, g INT NOT NULL AS id", "PRIMARY KEY (id)", "Generated Column must be nullable column.")]
    [InlineData("3.5", "id INT, g INT AS id, h INT AS g", "PRIMARY KEY (id)", "Expression can not refers to other generated columns.")]
    [InlineData("3.5", "id INT, n BIGINT AUTO_INCREMENT, g BIGINT AS n", "PRIMARY KEY (id)", "Expression can not refers to AUTO_INCREMENT columns.")]
    [InlineData("3.5", "id BIGINT, g BIGINT AS sum(id)", "PRIMARY KEY (id)", "Generated Column don't support aggregation function.")]
    [InlineData("3.5", "g TINYINT AS 1", "DUPLICATE KEY (g)", "Generated Column can not be KEY.")]
    [InlineData("3.5", "id INT, g INT AS x", "PRIMARY KEY (id)", "Column 'x' cannot be resolved.")]
    [InlineData("3.5", "id INT, g VARCHAR(36) AS uuid()", "PRIMARY KEY (id)", "stand-in")]
    [InlineData("3.5", "id INT, a ARRAY<INT>, g DOUBLE AS array_avg(a)", "PRIMARY KEY (id)", "stand-in")]
    [InlineData("3.5", "id INT, v INT SUM", "AGGREGATE KEY (id)", "stand-in")]
    [InlineData("3.5", "id INT, v INT", "UNIQUE KEY (v)", "Key columns must be the first few columns")]
    [InlineData("3.5", "id INT, v INT", "UNIQUE KEY (id) DISTRIBUTED BY RANDOM", "cannot use random distribution")]
    [InlineData("3.5", "id INT, v INT", "UNIQUE KEY (id)", "Currently not support default distribution in UNIQUE_KEYS")]
    [InlineData("3.5", "id INT, v INT", "UNIQUE KEY (id) DISTRIBUTED BY HASH(id) ORDER BY (v)", "The sort columns of UNIQUE KEY table must be same with key columns")]
    [InlineData("3.5", "id INT, v INT", "UNIQUE KEY (id) DISTRIBUTED BY HASH(id)", null)]
    [InlineData("3.5", "id INT, v INT, INDEX i (v) USING BITMAP COMMENT 'x'", "PRIMARY KEY (id)", null)]
    [InlineData("3.5", "id INT, v INT, INDEX i (w)", "PRIMARY KEY (id)", "BITMAP column does not exist in table. invalid column: w")]
    [InlineData("3.5", "id INT, d DATE", "DUPLICATE KEY (id) PARTITION BY date_trunc('day', d)", null)]
    [InlineData("3.5", "id INT, d DATE", "PRIMARY KEY (id) PARTITION BY date_trunc('day', d)", "must be key: d")]
    [InlineData("3.5", "id INT, d DATE", "DUPLICATE KEY (id) PARTITION BY RANGE (d) ()", null)]
    [InlineData("3.5", "id INT, d DATE", "DUPLICATE KEY (id) PARTITION BY RANGE (d) (PARTITION p1 VALUES LESS THAN ('2024-01-01'), PARTITION p2 VALUES [('2024-02-01'), ('2024-03-01')), PARTITION p3 VALUES LESS THAN MAXVALUE)", null)]
    [InlineData("3.5", "id INT, a INT, s VARCHAR(9)", "DUPLICATE KEY (id) PARTITION BY LIST (a, s) (PARTITION p1 VALUES IN (('1', 'x'), ('2', 'it\\'s')), PARTITION p2 VALUES IN (('1', NULL)))", null)]
    [InlineData("3.5", "id INT, a INT, b INT", "DUPLICATE KEY (id) PARTITION BY RANGE (a, b) (PARTITION p1 VALUES LESS THAN ('1', '5'), PARTITION p2 VALUES LESS THAN ('2'))", null)]
    [InlineData("3.5", "id INT, d DATE", "PRIMARY KEY (id) PARTITION BY RANGE (d) ()", "must be key: d")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"), PARTITION p2 VALUES LESS THAN (\"5\"))", "is intersected with range")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"), PARTITION p2 VALUES [(\"9\"), (\"15\")))", "is intersected with range")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"), PARTITION P1 VALUES LESS THAN (\"20\"))", "Duplicate partition name P1")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY LIST (id) (PARTITION p1 VALUES IN (\"1\", \"01\"))", "Duplicate partition value")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (10))", "Getting syntax error")]
    [InlineData("3.5", "id INT, s VARCHAR(9)", "DUPLICATE KEY (id) PARTITION BY RANGE (s) ()", "cannot be a range partition key")]
    [InlineData("3.5", "id INT", "DUPLICATE KEY (id) PARTITION BY RANGE (id) (START ('1') END ('5') EVERY (1))", "stand-in")]
    [InlineData("3.5", "id INT, d DATE", "PRIMARY KEY (id) DISTRIBUTED BY HASH(id) BUCKETS 1025", "less than or equal to 1024")]
    [InlineData("3.5", "id INT, m MAP<JSON,INT>", "PRIMARY KEY (id)", "Invalid map key type")]
    [InlineData("3.5", "id INT, c CHAR(256)", "PRIMARY KEY (id)", "Char size must be <= 255")]
    [InlineData("3.5", "id INT, `a<b` INT", "PRIMARY KEY (id)", "Incorrect column name 'a<b'")]
    [InlineData("3.5", "id INT, __starrocks_shadow_x INT", "PRIMARY KEY (id)", "system reserved name")]
    [InlineData("3.5", "id INT, t TIMESTAMP", "PRIMARY KEY (id)", "Getting syntax error")]
    public async Task Rules_of_model_type_and_version(string version, string columns, string clauses, string? refusal)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version });
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        string create = $"CREATE TABLE shop.t ({columns}) {clauses}{OneNode}";
        if (refusal is null)
        {
            await sql.QueryAsync(create);

            // What is shown can be run again and shows the same.
            string shown = (await sql.QueryAsync("SHOW CREATE TABLE shop.t")).Single()[1]!;
            await sql.QueryAsync("USE shop");
            await sql.QueryAsync("DROP TABLE t");
            await sql.QueryAsync(shown);
            Assert.Equal(shown, (await sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1]);
        }
        else
        {
            Assert.Contains(refusal, (await sql.RefusedAsync(create)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Show_create_table_is_printed_as_StarRocks_prints_it()
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("CREATE TABLE shop.t (k1 INT, n LARGEINT COMMENT 'it\"s', d DECIMAL(10,2) NOT NULL DEFAULT \"1.5\", b BOOLEAN, at DATETIME DEFAULT CURRENT_TIMESTAMP, s STRING, j JSON, v VARBINARY) PRIMARY KEY (k1) COMMENT \"c\" DISTRIBUTED BY HASH(k1) BUCKETS 3 ORDER BY (s)" + OneNode);
        Assert.Equal(
            """
            CREATE TABLE `t` (
              `k1` int(11) NOT NULL COMMENT "",
              `n` largeint(40) NULL COMMENT "it\"s",
              `d` decimal(10, 2) NOT NULL DEFAULT "1.5" COMMENT "",
              `b` boolean NULL COMMENT "",
              `at` datetime NULL DEFAULT CURRENT_TIMESTAMP COMMENT "",
              `s` varchar(65533) NULL COMMENT "",
              `j` json NULL COMMENT "",
              `v` varbinary NULL COMMENT ""
            ) ENGINE=OLAP ~
            PRIMARY KEY(`k1`)
            COMMENT "c"
            DISTRIBUTED BY HASH(`k1`) BUCKETS 3 ~
            ORDER BY(`s`)
            PROPERTIES (
            "compression" = "LZ4",
            "enable_persistent_index" = "true",
            "fast_schema_evolution" = "true",
            "replicated_storage" = "true",
            "replication_num" = "1"
            );
            """.Replace("~", "", StringComparison.Ordinal), (await sql.QueryAsync("SHOW CREATE TABLE shop.t")).Single()[1]);
    }

    [Theory]
    [InlineData("_a", true)]
    [InlineData("a-b ~!@#$%^&<>=+", true)]
    [InlineData("1a", false)]
    [InlineData("__a", false)]
    [InlineData("a.b", false)]
    public async Task Database_names(string name, bool valid)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        if (valid)
        {
            await sql.QueryAsync($"CREATE DATABASE `{name}`");
            Assert.Contains(await sql.QueryAsync("SHOW DATABASES"), r => r[0] == name);
        }
        else
        {
            Assert.Equal(1102, (await sql.RefusedAsync($"CREATE DATABASE `{name}`")).Code);
        }
    }

    [Fact]
    public async Task Defaults_of_json_and_arrays_are_values_in_loads_inserts_and_added_columns()
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = "4.1" });
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("USE shop");
        await sql.QueryAsync("CREATE TABLE t (id INT, j JSON DEFAULT '{\"a\":1}', a ARRAY<INT> DEFAULT '[1,2]') PRIMARY KEY (id)" + OneNode);
        await sql.QueryAsync("INSERT INTO t (id) VALUES (1)");
        using var loads = new LoadClient(server);
        Assert.Equal("Success", (await loads.LoadAsync("t", """{"id":2}""", ("columns", "id"))).GetProperty("Status").GetString());
        Assert.Equal("{\"a\": 1} [1,2]", string.Join(' ', (await sql.QueryAsync("SELECT j, a FROM t WHERE id = 1"))[0]));
        Assert.Equal("{\"a\": 1} [1,2]", string.Join(' ', (await sql.QueryAsync("SELECT j, a FROM t WHERE id = 2"))[0]));
        await sql.QueryAsync("ALTER TABLE t ADD COLUMN k JSON DEFAULT '[true]', ADD COLUMN s VARCHAR(36) DEFAULT (uuid()), ADD COLUMN x DOUBLE DEFAULT \"0.5\"");
        Assert.Equal("[true]", (await sql.QueryAsync("SELECT k FROM t"))[0][0]);
        Assert.Equal("2", await sql.ScalarAsync("SELECT count(DISTINCT s) FROM t WHERE x = 0.5"));
    }

    [Fact]
    public async Task Types_nest_fourteen_deep_and_not_fifteen()
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        string Deep(int levels) => string.Concat(Enumerable.Repeat("ARRAY<", levels)) + "INT" + new string('>', levels);
        await sql.QueryAsync($"CREATE TABLE shop.t (id INT, v {Deep(14)}) PRIMARY KEY (id){OneNode}");
        Assert.Contains("Type exceeds the maximum nesting depth of 15", (await sql.RefusedAsync($"CREATE TABLE shop.u (id INT, v {Deep(15)}) PRIMARY KEY (id){OneNode}")).Message, StringComparison.Ordinal);
        await sql.RefusedAsync($"CREATE TABLE shop.u (id INT, v {Deep(50_000)}) PRIMARY KEY (id){OneNode}");
    }

    [Theory]
    [InlineData("compression", "bogus", "unknown compression type: bogus")]
    [InlineData("compression", "zstd(3)", null)]
    [InlineData("write_quorum", "NONE", "Illegal write quorum")]
    [InlineData("enable_persistent_index", "perhaps", "must be bool type")]
    [InlineData("replication_num", "3", "replication num should be less than of equal to the number of available BE nodes")]
    [InlineData("replication_num", "x", "Invalid replication_num")]
    public async Task Properties_are_checked(string key, string value, string? refusal)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        string one = key == "replication_num" ? "" : ", \"replication_num\" = \"1\"";
        string create = $"CREATE TABLE shop.t (id INT) PRIMARY KEY (id) PROPERTIES (\"{key}\" = \"{value}\"{one})";
        if (refusal is null)
        {
            await sql.QueryAsync(create);
        }
        else
        {
            Assert.Contains(refusal, (await sql.RefusedAsync(create)).Message, StringComparison.Ordinal);
        }
    }
}
