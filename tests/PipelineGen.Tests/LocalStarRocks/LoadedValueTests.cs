namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>The conversion table of STARROCKS.md, 1.7, as the SQL endpoint shows it.</summary>
public sealed class LoadedValueTests : StandInTest
{
    [Theory]
    [InlineData("BOOLEAN", "true", "1")]
    [InlineData("BOOLEAN", "\"false\"", "0")]
    [InlineData("BOOLEAN", "12", "1")]
    [InlineData("TINYINT", "127", "127")]
    [InlineData("TINYINT", "128", null)]
    [InlineData("SMALLINT", "\" -32768 \"", "-32768")]
    [InlineData("INT", "1.9", "1")]
    [InlineData("INT", "2147483648", null)]
    [InlineData("INT", "true", "1")]
    [InlineData("INT", "\"x\"", null)]
    [InlineData("BIGINT", "9223372036854775807", "9223372036854775807")]
    [InlineData("BIGINT", "9223372036854775808", null)]
    [InlineData("LARGEINT", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727")]
    [InlineData("LARGEINT", "-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727")]
    [InlineData("LARGEINT", "170141183460469231731687303715884105728", null)]
    [InlineData("DECIMAL(38,10)", "1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789")]
    [InlineData("DECIMAL(5,2)", "1.005", "1.01")]
    [InlineData("DECIMAL(5,2)", "-1.005", "-1.01")]
    [InlineData("DECIMAL(5,2)", "\"1e2\"", "100.00")]
    [InlineData("DECIMAL(5,2)", "1000", null)]
    [InlineData("DOUBLE", "0.1", "0.1")]
    [InlineData("DOUBLE", "\"nan\"", "nan")]
    [InlineData("DOUBLE", "\"-Infinity\"", "-inf")]
    [InlineData("DOUBLE", "1e999", null)]
    [InlineData("FLOAT", "0.1", "0.1")]
    [InlineData("DATE", "\"2024-02-29\"", "2024-02-29")]
    [InlineData("DATE", "\"2023-02-29\"", null)]
    [InlineData("DATE", "\"20240229\"", "2024-02-29")]
    [InlineData("DATE", "\"69-01-01\"", "2069-01-01")]
    [InlineData("DATE", "\"2024-01-01 23:59:59\"", "2024-01-01")]
    [InlineData("DATETIME", "\"2024-01-01 00:00:00+02\"", "2024-01-01 00:00:00")]
    [InlineData("DATETIME", "\"2024-01-01T10:11:12.1234567Z\"", "2024-01-01 10:11:12.123456")]
    [InlineData("DATETIME", "\"2024-01-01 10:11:12.5\"", "2024-01-01 10:11:12.500000")]
    [InlineData("DATETIME", "\"2024-01-01 24:00:00\"", null)]
    [InlineData("DATETIME", "\"2024-01-01 00:00:00 BC\"", null)]
    [InlineData("DATETIME", "\"infinity\"", null)]
    [InlineData("DATETIME", "\"20240101101112\"", "2024-01-01 10:11:12")]
    [InlineData("VARCHAR(4)", "\"\\u00e4\\u00e4\"", "ää")]
    [InlineData("VARCHAR(4)", "\"\\u00e4\\u00e4x\"", null)]
    [InlineData("VARCHAR(9)", "1.50", "1.50")]
    [InlineData("VARCHAR(9)", "true", "1")]
    [InlineData("VARCHAR(9)", "{ \"a\" : \" b\" }", null)]
    [InlineData("VARCHAR(20)", "{ \"a\" : \" b\" }", "{\"a\":\" b\"}")]
    [InlineData("VARCHAR(9)", "\"\"", "")]
    [InlineData("CHAR(2)", "\"abc\"", null)]
    [InlineData("VARBINARY", "\"YWJj\"", "YWJj")]
    [InlineData("VARBINARY", "\"\"", "")]
    [InlineData("JSON", "{ \"b\":1.0, \"a\":[true,null] }", "{\"a\": [true, null], \"b\": 1.0}")]
    [InlineData("JSON", "\"{}\"", "\"{}\"")]
    [InlineData("ARRAY<INT>", "[1, null, 3]", "[1,null,3]")]
    [InlineData("ARRAY<STRING>", "[\"a\", null]", "[\"a\",null]")]
    [InlineData("ARRAY<ARRAY<DECIMAL(4,1)>>", "[[1.25],[]]", "[[1.3],[]]")]
    [InlineData("ARRAY<INT>", "5", null)]
    public async Task Json_becomes_the_stored_value_or_null_and_strict_mode_filters(string type, string json, string? expected)
    {
        await CreateAsync($"id INT, v {type}");
        string body = $$"""{"id":1,"v":{{json}}}""";
        await LoadAsync(body);
        Assert.Equal(expected, await Sql.ScalarAsync("SELECT v FROM t"));
        await Sql.QueryAsync("TRUNCATE TABLE t");
        if (expected is null)
        {
            Assert.Equal("too many filtered rows", await FailAsync(body, ("strict_mode", "true")));
        }
        else
        {
            await LoadAsync(body, ("strict_mode", "true"));
            Assert.Equal(expected, await Sql.ScalarAsync("SELECT v FROM t"));
        }
    }

    [Fact]
    public async Task Decimal_that_rounding_overflows_is_filtered_in_both_modes()
    {
        await CreateAsync("id INT, v DECIMAL(4,2)");
        Assert.Equal("too many filtered rows", await FailAsync("""{"id":1,"v":99.999}"""));
    }

    [Fact]
    public async Task Base64_and_text_json_come_through_mappings()
    {
        await CreateAsync("id INT, b VARBINARY, j JSON");
        await LoadAsync("""{"id":1,"x":"AP8=","y":"{\"k\":1}"}""", ("columns", "id,x,y,b=from_base64(x),j=parse_json(y)"));
        Assert.Equal("00FF,{\"k\": 1}", await RowsAsync("SELECT hex(b), j FROM t"));
    }

    [Fact]
    public async Task Empty_base64_is_null_unless_the_mapping_says_otherwise()
    {
        await CreateAsync("id INT, bare VARBINARY, kept VARBINARY");
        (string, string) columns = ("columns", "id,x,bare=from_base64(x),kept=if(x='','',from_base64(x))");
        await LoadAsync("""{"id":1,"x":""}{"id":2,"x":null}{"id":3,"x":"AP8="}""", columns);
        Assert.Equal("1,NULL,;2,NULL,NULL;3,00FF,00FF", await RowsAsync("SELECT id, hex(bare), hex(kept) FROM t ORDER BY id"));
        Assert.Equal("1", await Sql.ScalarAsync("SELECT from_base64('') IS NULL"));
    }

    [Fact]
    public async Task Empty_base64_passes_the_not_null_check_of_a_delete()
    {
        await CreateAsync("id INT, b VARBINARY NOT NULL");
        await LoadAsync("""{"id":1,"x":"AA=="}""", ("columns", "id,x,b=if(x='','',from_base64(x))"));
        await LoadAsync("""{"id":1,"x":"","__op":1}""", ("columns", "id,x,__op,b=if(x='','',from_base64(x))"));
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM t"));
        Assert.Equal("too many filtered rows", await FailAsync("""{"id":1,"x":""}""", ("columns", "id,x,b=from_base64(x)")));
        Assert.Contains("No matching function with signature: if(boolean, varbinary, varchar)", await FailAsync("""{"id":1,"x":""}""", ("columns", "id,x,b=if(x='',to_binary('','utf8'),from_base64(x))")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_match_case_sensitively_and_the_first_of_duplicates_wins()
    {
        await CreateAsync("id INT, v INT, w INT");
        await LoadAsync("""{"id":1,"V":5,"w":1,"w":2}""");
        Assert.Equal("1,NULL,1", await RowsAsync());
    }

    [Fact]
    public async Task Exact_numbers_compare_and_sort_by_value()
    {
        await CreateAsync("id LARGEINT, v DECIMAL(38,2)");
        await LoadAsync("""{"id":100000000000000000000,"v":10}{"id":9,"v":9.5}{"id":-5,"v":-100}""");
        Assert.Equal("-5,-100.00;9,9.50;100000000000000000000,10.00", await RowsAsync());
        Assert.Equal("100000000000000000000", await Sql.ScalarAsync("SELECT max(id) FROM t WHERE v > 9.5"));
        Assert.Equal("-80.50", await Sql.ScalarAsync("SELECT sum(v) FROM t"));
        Assert.Equal("1", await Sql.ScalarAsync("SELECT count(*) FROM t WHERE id = 9"));
    }
}
