using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>RANGE and LIST partitions: a row that no partition takes is filtered (STARROCKS.md, 5.2 and 8).</summary>
public sealed class PartitionTests : StandInTest
{
    private const string OutOfRanges = "The row is out of partition ranges. Please add a new partition.";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"partitions-{Guid.NewGuid():N}.db");

    protected override LocalStarRocksOptions Options => new() { DataFile = _file };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(_file + suffix);
        }
    }

    private Task MakeAsync(string columns, string key, string partitions) =>
        Sql.QueryAsync($"CREATE TABLE t ({columns}) {key} PARTITION BY {partitions} DISTRIBUTED BY HASH(id){OneNode}");

    private async Task FiltersAsync(string body, params (string, string)[] headers)
    {
        JsonElement reply = await Loads.LoadAsync("t", body, headers);
        Assert.Equal(("Fail", "too many filtered rows", 1), (reply.GetProperty("Status").GetString(), reply.GetProperty("Message").GetString(), reply.GetProperty("NumberFilteredRows").GetInt32()));
        Assert.Contains(OutOfRanges, await Loads.Http.GetStringAsync(reply.GetProperty("ErrorURL").GetString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_ends_before_its_upper_bound()
    {
        await MakeAsync("id INT, v INT", "PRIMARY KEY (id)", "RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"), PARTITION p2 VALUES [(\"20\"), (\"30\")))");
        await LoadAsync("""{"id":-2147483648}{"id":9}{"id":20}{"id":29}""");
        foreach (int id in (int[])[10, 19, 30])
        {
            await FiltersAsync($$"""{"id":{{id}}}""");
            Assert.Contains(OutOfRanges, (await Sql.RefusedAsync($"INSERT INTO t VALUES ({id}, 1)")).Message, StringComparison.Ordinal);
        }

        await LoadAsync("""{"id":5}{"id":15}""", ("max_filter_ratio", "0.5"));
        await FiltersAsync("""{"id":15,"__op":1}""");
        Assert.Equal("-2147483648;5;9;20;29", await RowsAsync("SELECT id FROM t ORDER BY id"));
    }

    [Theory]
    [InlineData("DATE", "2024-01-01", "2024-02-01", "2024-01-31", "2024-02-01", "2023-12-31")]
    [InlineData("DATETIME", "2024-01-01", "2024-01-02 12:00:00", "2024-01-02 11:59:59.999999", "2024-01-02 12:00:00", "2023-12-31 23:59:59")]
    [InlineData("LARGEINT", "-5", "100000000000000000000", "99999999999999999999", "100000000000000000000", "-6")]
    [InlineData("SMALLINT", "-5", "100", "99", "100", "-6")]
    public async Task Ranges_are_of_the_columns_type(string type, string from, string to, string last, string above, string below)
    {
        await MakeAsync($"id INT, c {type}", "DUPLICATE KEY (id)", $"RANGE (c) (PARTITION p VALUES [('{from}'), ('{to}')))");
        await LoadAsync($$"""{"id":1,"c":"{{from}}"}{"id":2,"c":"{{last}}"}""");
        await FiltersAsync($$"""{"id":3,"c":"{{above}}"}""");
        await FiltersAsync($$"""{"id":3,"c":"{{below}}"}""");
        await FiltersAsync("""{"id":3,"c":null}""");
        Assert.Equal("2", await RowsAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task NULL_is_in_the_lowest_range_and_in_the_list_that_names_it()
    {
        await MakeAsync("id INT, c INT", "DUPLICATE KEY (id)", "RANGE (c) (PARTITION p VALUES LESS THAN (\"0\"), PARTITION q VALUES LESS THAN MAXVALUE)");
        await LoadAsync("""{"id":1,"c":null}{"id":2,"c":2147483647}""");
        await Sql.QueryAsync("ALTER TABLE t DROP PARTITION p");
        Assert.Equal("2,2147483647", await RowsAsync());
        await Sql.QueryAsync("DROP TABLE t");
        await MakeAsync("id INT, c VARCHAR(9)", "DUPLICATE KEY (id)", "LIST (c) (PARTITION p VALUES IN ('a', NULL), PARTITION q VALUES IN ('b'))");
        await LoadAsync("""{"id":1,"c":null}{"id":2,"c":"a"}{"id":3,"c":"b"}""");
        await FiltersAsync("""{"id":4,"c":""}""");
        await FiltersAsync("""{"id":4,"c":"B"}""");
        await Sql.QueryAsync("ALTER TABLE t DROP PARTITION p");
        Assert.Equal("3,b", await RowsAsync());
        await FiltersAsync("""{"id":4,"c":null}""");
    }

    [Fact]
    public async Task Several_columns_are_compared_one_after_the_other()
    {
        await MakeAsync("id INT, a INT, b INT", "DUPLICATE KEY (id)", "RANGE (a, b) (PARTITION p VALUES [('1', '5'), ('2', '3')))");
        await LoadAsync("""{"id":1,"a":1,"b":5}{"id":2,"a":1,"b":99}{"id":3,"a":2,"b":2}""");
        await FiltersAsync("""{"id":4,"a":1,"b":4}""");
        await FiltersAsync("""{"id":4,"a":2,"b":3}""");
        Assert.Contains("stand-in", (await Sql.RefusedAsync("ALTER TABLE t DROP PARTITION p")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_partitions_narrows_it_down()
    {
        await MakeAsync("id INT", "DUPLICATE KEY (id)", "RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"), PARTITION p2 VALUES LESS THAN (\"20\"))");
        await LoadAsync("""{"id":1}{"id":11}""", ("partitions", "p1, P2"));
        await LoadAsync("""{"id":2}""", ("partitions", "p1"));
        await FiltersAsync("""{"id":12}""", ("partitions", "p1"));
        Assert.Equal("unknown partition p3 in table t", await FailAsync("""{"id":1}""", ("partitions", "p1,p3")));
        Assert.Equal("unknown partition p1 in table t", await FailAsync("""{"id":1}""", ("temporary_partitions", "p1")));
        Assert.Equal("1;2;11", await RowsAsync());
    }

    [Fact]
    public async Task Partitions_are_added_and_dropped_and_survive_a_restart()
    {
        await MakeAsync("id INT", "DUPLICATE KEY (id)", "RANGE (id) (PARTITION p1 VALUES LESS THAN (\"10\"))");
        await FiltersAsync("""{"id":15}""");
        await Sql.QueryAsync("ALTER TABLE t ADD PARTITION p2 VALUES LESS THAN (\"20\")");
        await Sql.QueryAsync("ALTER TABLE t ADD PARTITION IF NOT EXISTS p2 VALUES LESS THAN (\"30\")");
        await LoadAsync("""{"id":5}{"id":15}""");
        await RestartServerAsync();
        Assert.Contains("PARTITION BY RANGE(`id`)\n(PARTITION p1 VALUES [(\"-2147483648\"), (\"10\")),\nPARTITION p2 VALUES [(\"10\"), (\"20\")))\nDISTRIBUTED", (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1], StringComparison.Ordinal);
        await Sql.QueryAsync("ALTER TABLE t DROP PARTITION p1 FORCE");
        await Sql.QueryAsync("ALTER TABLE t DROP PARTITION IF EXISTS p1");
        Assert.Equal("15", await RowsAsync());
        await FiltersAsync("""{"id":5}""");
        Assert.Equal(1507, (await Sql.RefusedAsync("ALTER TABLE t DROP PARTITION p1")).Code);
        Assert.Equal(1517, (await Sql.RefusedAsync("ALTER TABLE t ADD PARTITION p2 VALUES LESS THAN (\"90\")")).Code);
        Assert.Contains("is intersected with range", (await Sql.RefusedAsync("ALTER TABLE t ADD PARTITION p3 VALUES [(\"19\"), (\"21\"))")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_without_partitions_takes_none_by_hand()
    {
        await CreateAsync("id INT");
        Assert.Contains("Only support adding partition to range/list partitioned table", (await Sql.RefusedAsync("ALTER TABLE t ADD PARTITION p VALUES LESS THAN (\"1\")")).Message, StringComparison.Ordinal);
    }
}
