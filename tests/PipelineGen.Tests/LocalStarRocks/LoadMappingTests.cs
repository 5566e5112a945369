using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary><c>columns</c>, <c>where</c>, partial and conditional updates (STARROCKS.md, 1.8, 1.9, 1.11, 1.12).</summary>
public sealed class LoadMappingTests
{
    private static readonly (string, string) Comma = ("column_separator", ",");

    [Theory]
    [InlineData("if(a = 'x', 'yes', 'no')", "x", "yes")]
    [InlineData("if(a is null, 'none', a)", "\\N", "none")]
    [InlineData("ifnull(a, 'none')", "\\N", "none")]
    [InlineData("coalesce(null, a, 'z')", "q", "q")]
    [InlineData("nullif(a, 'x')", "x", "NULL")]
    [InlineData("concat(a, '-', upper(a), 1)", "äb", "äb-äB1")]
    [InlineData("concat(a, null)", "x", "NULL")]
    [InlineData("concat_ws('/', a, null, 'b')", "x", "x/b")]
    [InlineData("lower(trim(a))", " AÄ ", "aÄ")]
    [InlineData("substr(a, 2, 2)", "äbcd", "bc")]
    [InlineData("substr(a, -2)", "abcd", "cd")]
    [InlineData("left(a, 2)", "abcd", "ab")]
    [InlineData("right(a, 2)", "abcd", "cd")]
    [InlineData("replace(a, 'b', 'xx')", "abb", "axxxx")]
    [InlineData("length(a)", "äb", "3")]
    [InlineData("char_length(a)", "äb", "2")]
    [InlineData("cast(a as int) + 1", "41", "42")]
    [InlineData("cast(a as decimal(10,2)) * 2", "1.05", "2.10")]
    [InlineData("cast(a as int)", "x", "NULL")]
    [InlineData("a + 1", "1.5", "2.5")]
    [InlineData("a / 0", "1", "NULL")]
    [InlineData("7 div 2 - 10 % 4", "", "1")]
    [InlineData("-cast(a as bigint)", "5", "-5")]
    [InlineData("case a when 'x' then 1 when 'y' then 2 else 3 end", "y", "2")]
    [InlineData("case when a > 5 then 'big' end", "50", "big")]
    [InlineData("a in ('x', 'y')", "y", "1")]
    [InlineData("a not in ('x', null)", "y", "NULL")]
    [InlineData("a like 'a%_z'", "abcz", "1")]
    [InlineData("cast(a as date) between '2024-01-01' and '2024-12-31'", "2024-06-01", "1")]
    [InlineData("cast(a as datetime) < '2024-01-01 00:00:00'", "2023-12-31", "1")]
    [InlineData("not (a = 'x' or a = 'y')", "z", "1")]
    [InlineData("hex(from_base64(a))", "AP8=", "00FF")]
    [InlineData("md5(a)", "abc", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("year(a) * 100 + month(a)", "2024-03-05", "202403")]
    [InlineData("str_to_date(a, '%d.%m.%Y %H:%i')", "05.03.2024 06:07", "2024-03-05 06:07:00")]
    [InlineData("str_to_date(a, '%d.%m.%Y')", "x", "NULL")]
    [InlineData("from_unixtime(a)", "0", "1970-01-01 08:00:00")]
    [InlineData("date('2024-03-05 06:07:08')", "", "2024-03-05")]
    [InlineData("abs(cast(a as int))", "-3", "3")]
    public void Expression_is_worked_out_per_row(string expression, string a, string value)
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load($"1|{a}", ("columns", $"id,a,v={expression}"), ("column_separator", "|"));
        Assert.Equal("1," + value, loading.Rows);
    }

    [Fact]
    public void Time_zone_shows_in_functions_only()
    {
        var loading = new RowLoading("id INT, v DATETIME, w DATETIME");
        loading.Load("1,0,2024-01-01 00:00:00", Comma, ("columns", "id,s,w,v=from_unixtime(s)"), ("timezone", "+02:30"));
        Assert.Equal("1,1970-01-01 02:30:00,2024-01-01 00:00:00", loading.Rows);
        Assert.Contains("Unknown or incorrect time zone: 'Mars'", loading.Failure("1,0,0", ("timezone", "Mars")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,v,ID", "Duplicate column: ID")]
    [InlineData("id,a,v=a,V=a", "Duplicate column mapping: V")]
    [InlineData("id,a,v=b", "Column 'b' cannot be resolved")]
    [InlineData("id,a,x=a", "Mapping column is not in table. column: x")]
    [InlineData("id,a,v=frobnicate(a, 1)", "No matching function with signature: frobnicate(varchar, bigint).")]
    [InlineData("id,a,v=if(a='',to_binary('','utf8'),from_base64(a))", "No matching function with signature: if(boolean, varbinary, varchar).")]
    [InlineData("id,v", "Column has no default value. column: n")]
    [InlineData("id,", "Getting syntax error")]
    [InlineData("id,v,n,__op='x'", "load op type string not supported: x")]
    [InlineData("id,v,n,__op=1.5", "const load op type column should only be upsert(0)/delete(1)")]
    [InlineData("id,v=(select 1),n", "stand-in")]
    public void Column_lists_that_cannot_be_planned_fail(string columns, string message) =>
        Assert.Contains(message, new RowLoading("id INT, v STRING, n INT NOT NULL").Failure("1\n", ("columns", columns)), StringComparison.Ordinal);

    [Theory]
    [InlineData("(", "1", ")", 10_000)]
    [InlineData("upper(", "'a'", ")", 3_000)]
    [InlineData("! ", "1", "", 15_000)]
    [InlineData("case when ", "1", " then 1 end", 1_000)]
    [InlineData("", "1", "+1", 15_000)]
    public void Expressions_that_would_exhaust_the_stack_are_refused(string before, string core, string after, int times)
    {
        string expression = string.Concat(Enumerable.Repeat(before, times)) + core + string.Concat(Enumerable.Repeat(after, times));
        Assert.Contains("nests so deep", new RowLoading("id INT, v INT").Failure("1", ("columns", "id,v=" + expression)), StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_may_use_a_table_column_by_its_text_and_replace_it()
    {
        var loading = new RowLoading("id INT, v STRING, w DOUBLE");
        loading.Load("1,abc,2", Comma, ("columns", "id,v,x,v=upper(v),w=x*2"));
        loading.Load("2,abc,2", Comma, ("columns", "v=concat(v,id)"));
        Assert.Equal("1,ABC,4;2,abc2,2", loading.Rows);
    }

    [Fact]
    public void Op_may_be_an_expression()
    {
        var loading = new RowLoading("id INT, v INT");
        loading.Load("1,2,I\n2,2,D\n", Comma, ("columns", "id,v,k,__op=if(k='D',1,0)"));
        loading.Load("3,2\n", Comma, ("columns", "id,v,__op=1"));
        Assert.Equal("1,2;-2,2;-3,2", loading.Rows);
        Assert.Contains("only for primary key tables", new RowLoading("id INT, v INT", "DUPLICATE KEY (id)").Failure("1,2,1", Comma, ("columns", "id,v,__op")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v > 5", "2,9,b;3,50,c")]
    [InlineData("v > 5 and w <> 'b'", "3,50,c")]
    [InlineData("w is null or id = 1", "1,1,a;4,NULL,NULL")]
    [InlineData("v in (1, 50)", "1,1,a;3,50,c")]
    [InlineData("v between 1 and 9 and not w = 'a'", "2,9,b")]
    [InlineData("w like '%b%'", "2,9,b")]
    [InlineData("v = null", "")]
    [InlineData("length(w) = 1 and upper(w) = 'C'", "3,50,c")]
    public void Where_sees_the_tables_columns_and_leaves_rows_unselected(string where, string rows)
    {
        var loading = new RowLoading("id INT, v DECIMAL(10,0), w STRING");
        RowLoader loader = loading.Load("1,1,a\n2,9,b\n3,50,c\n4,\\N,\\N\n", Comma, ("where", where));
        Assert.Equal(rows, loading.Rows);
        Assert.Equal(4, loader.Total);
        Assert.Equal(0, loader.Filtered);
        Assert.Equal(4 - loader.Loaded, loader.Unselected);
    }

    [Theory]
    [InlineData("nope > 1", "unknown column reference in where statement, reference=nope")]
    [InlineData("v", "where statement is not a valid statement return bool")]
    [InlineData("v > 1), x=(1", "failed to parse the where header")]
    [InlineData("v >", "Getting syntax error")]
    public void Where_that_is_no_condition_fails_the_load(string where, string message) =>
        Assert.Contains(message, new RowLoading("id INT, v INT").Failure("1,1", Comma, ("where", where)), StringComparison.Ordinal);

    [Fact]
    public void Rows_that_where_leaves_out_need_no_values()
    {
        var loading = new RowLoading("id INT, v INT NOT NULL");
        RowLoader loader = loading.Load("1,\\N\n2,2\n", Comma, ("where", "id > 1"));
        Assert.Equal((1, 0, 1), (loader.Loaded, loader.Filtered, loader.Unselected));
    }

    [Theory]
    [InlineData("id", "Merge condition column id should not be primary key!")]
    [InlineData("x", "Merge condition column x does not exist")]
    [InlineData("w", "Merge condition column has invalid type")]
    public void Merge_conditions_that_the_table_cannot_have_fail(string column, string message)
    {
        Assert.Contains(message, new RowLoading("id INT, v INT, w STRING").Failure("", ("merge_condition", column)), StringComparison.Ordinal);
        Assert.Equal("Conditional update only support primary key table t", new RowLoading("id INT, v INT", "DUPLICATE KEY (id)").Failure("", ("merge_condition", "v")));
    }

    [Fact]
    public void Delete_under_a_merge_condition_fails_the_load() =>
        Assert.Equal("memtable of tablet 7 delete with condition column v", Assert.Throws<RowRefusedException>(() =>
            new RowLoading("id INT, v INT").Load("1,1,1", Comma, ("merge_condition", "v"), ("columns", "id,v,__op"))).Message);

    [Theory]
    [InlineData("partitions", "t", null)]
    [InlineData("partitions", "t,p1", "unknown partition p1 in table t")]
    [InlineData("temporary_partitions", "t", "unknown partition t in table t")]
    public void Partitions_are_those_of_the_table(string header, string value, string? message)
    {
        var loading = new RowLoading("id INT");
        if (message is null)
        {
            loading.Load("1", (header, value));
        }
        else
        {
            Assert.Equal(message, loading.Failure("1", (header, value)));
        }

        Assert.Equal("Can not specify both partitions and temporary partitions", loading.Failure("1", ("partitions", "t"), ("temporary_partitions", "t")));
    }

    [Theory]
    [InlineData("load_mem_limit", "-1")]
    [InlineData("exec_mem_limit", "0")]
    [InlineData("timeout", "0")]
    [InlineData("max_filter_ratio", "2")]
    [InlineData("strict_mode", "maybe")]
    [InlineData("log_rejected_record_num", "-2")]
    [InlineData("log_rejected_record_num", "5")]
    [InlineData("negative", "true")]
    [InlineData("enable_merge_commit", "true")]
    public void Header_values_out_of_range_or_out_of_reach_are_refused(string header, string value)
    {
        Assert.Contains(header, new RowLoading("id INT").Failure("1", (header, value)), StringComparison.Ordinal);
        new RowLoading("id INT").Load("1", (header, ""), ("envelope", "debezium"), ("negative", "false"), ("load_mem_limit", "0"));
    }
}
