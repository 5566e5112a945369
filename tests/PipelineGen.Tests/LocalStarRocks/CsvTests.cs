using System.Text;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Both CSV parsers and what CSV takes for each type (STARROCKS.md, 1.6).</summary>
public sealed class CsvTests
{
    private static readonly (string, string) Comma = ("column_separator", ",");
    private static readonly (string, string) Quote = ("enclose", "\"");
    private static readonly (string, string) Backslash = ("escape", "\\");
    private static readonly (string, string) Strict = ("strict_mode", "true");

    [Theory]
    [InlineData("1\ta\tb\n2\tc\td\n", "1,a,b;2,c,d")]
    [InlineData("1\ta\tb", "1,a,b")]
    [InlineData("\n\n1\ta\tb\n\n2\tc\td\n\n", "1,a,b;2,c,d")]
    [InlineData("1\t\\N\t\n", "1,NULL,")]
    [InlineData("1\t\"a\"\tx\\ty\n", "1,\"a\",x\\ty")]
    [InlineData("1\t a \t b\n", "1, a , b")]
    [InlineData("", "")]
    public void Plain_rows_are_split_and_nothing_else(string body, string rows)
    {
        var loading = new RowLoading("id INT, v STRING, w STRING");
        loading.Load(body);
        Assert.Equal(rows, loading.Rows);
    }

    [Theory]
    [InlineData("\"a,b\n\"\"c\"", "a,b\n\"c")]
    [InlineData("\"\"", "")]
    [InlineData("a\"b", "ab")]
    [InlineData("a\",b", "a,b")]
    [InlineData("\"\"ab", "\"ab")]
    [InlineData("\"ab\"cd", "ab\"c")]
    [InlineData("\\N", "NULL")]
    [InlineData("\"\\N\"", "NULL")]
    [InlineData("a\\nb", "a\\nb")]
    [InlineData(" a ", " a ")]
    [InlineData("\"ä,ö\"", "ä,ö")]
    public void Enclosed_fields_hold_delimiters_and_doubled_encloses(string field, string value)
    {
        var loading = new RowLoading("id INT, v STRING, w INT");
        RowLoader loader = loading.Load($"1,{field},5\n2,x,6\n", Comma, Quote);
        Assert.Equal($"1,{value},5;2,x,6", loading.Rows);
        Assert.Equal(2, loader.Loaded);
    }

    [Theory]
    [InlineData("a\\,b", "a,b")]
    [InlineData("a\\\nb", "a\nb")]
    [InlineData("a\\\\b", "a\\b")]
    [InlineData("\\\"a", "\"a")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("\"a\\nb,c\"", "anb,c")]
    [InlineData("\\N", "N")]
    [InlineData("\\\\N", "NULL")]
    public void Escape_makes_the_next_byte_literal_or_is_dropped(string field, string value)
    {
        var loading = new RowLoading("id INT, v STRING, w INT");
        loading.Load($"1,{field},5\n2,x,6", Comma, Quote, Backslash);
        Assert.Equal($"1,{value},5;2,x,6", loading.Rows);
    }

    [Theory]
    [InlineData("1,\"abc")]
    [InlineData("1,\"abc\n")]
    public void Field_that_is_never_closed_ends_with_the_body(string body)
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load(body, Comma, Quote);
        Assert.Equal("1,abc", loading.Rows);
    }

    [Fact]
    public void Blank_lines_vanish_unless_enclosed()
    {
        var loading = new RowLoading("id STRING, v INT DEFAULT \"3\"");
        loading.Load("a\n\n\"\"\nb\n", Quote, ("columns", "id"));
        Assert.Equal("a,3;,3;b,3", loading.Rows);
    }

    [Fact]
    public void Spaces_are_trimmed_around_fields_and_after_a_closing_enclose()
    {
        var loading = new RowLoading("id INT, v STRING, w STRING");
        loading.Load(" 1 , a b , c \n", Comma, ("trim_space", "true"));
        loading.Load(" 2, \" a \"  ,c\n", Comma, Quote, ("trim_space", "true"));
        Assert.Equal("1,a b,c;2, a ,c", loading.Rows);
    }

    [Theory]
    [InlineData("\\x01", "1\u0001a\u0001b")]
    [InlineData("\\x0102", "1\u0001\u0002a\u0001\u0002b")]
    [InlineData("\\x7c\\x7C", "1||a||b")]
    [InlineData("||", "1||a||b")]
    [InlineData("\\t", "1\ta\tb")]
    [InlineData("§", "1§a§b")]
    public void Separators_may_be_hex_and_several_bytes(string separator, string row)
    {
        foreach (string delimiter in (string[])["\\x0A", "\\r\\n", "@@"])
        {
            string written = delimiter.Replace("\\x0A", "\n").Replace("\\r\\n", "\r\n");
            var loading = new RowLoading("id INT, v STRING, w STRING");
            loading.Load(row + written + row + written, ("column_separator", separator), ("row_delimiter", delimiter));
            loading.Load(row + written + row, ("column_separator", separator), ("row_delimiter", delimiter), Quote);
            Assert.Equal("1,a,b;1,a,b;1,a,b;1,a,b", loading.Rows);
        }
    }

    [Theory]
    [InlineData("column_separator", "\\x", "empty hex string")]
    [InlineData("column_separator", "\\x1", "hex length must be a even number")]
    [InlineData("row_delimiter", "\\xzz", "invalid hex format")]
    [InlineData("skip_header", "-1", "Invalid csv load skip_header format -1")]
    [InlineData("trim_space", "yes", "Must be bool type")]
    public void Formats_that_are_none_fail_the_load(string header, string value, string message)
    {
        Assert.Contains(message, new RowLoading("id INT").Failure("1\n", (header, value)), StringComparison.Ordinal);
        Assert.Contains("longer than 50 bytes", new RowLoading("id INT").Failure("1\n", ("column_separator", new string('x', 51))), StringComparison.Ordinal);
    }

    [Fact]
    public void Header_lines_are_skipped_before_quotes_are_looked_at()
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load("\"id,\nv\n1,a\n", Comma, Quote, ("skip_header", "2"));
        loading.Load("id,v\n2,b", Comma, ("skip_header", "1"));
        loading.Load("3,c\n", Comma, ("skip_header", "9"));
        Assert.Equal("1,a;2,b", loading.Rows);
    }

    [Fact]
    public void Wrong_field_counts_and_broken_UTF8_filter_the_row()
    {
        var loading = new RowLoading("id INT, v STRING, w STRING");
        Assert.Equal("Target column count: 3 doesn't match source value column count: 2. Column separator: '\\t', Row delimiter: '\\n'", loading.Reason("1\ta\n2\tb\tc\n"));
        Assert.Equal("Target column count: 3 doesn't match source value column count: 4. Column separator: '0x1', Row delimiter: '|'", loading.Reason("1\u0001a\u0001b\u0001c", ("column_separator", "\\x01"), ("row_delimiter", "|"), Quote));
        byte[] bad = [.. "3\ta\t"u8, 0xFF, .. "\n4\ta\tb\n"u8];
        Assert.Equal(1, loading.Load(bad).Filtered);
        Assert.StartsWith("Error: Invalid UTF-8 row. Row: ", loading.Load(bad).Rejected.ToString(), StringComparison.Ordinal);
        Assert.Equal("2,b,c;4,a,b;4,a,b", loading.Rows);
    }

    [Theory]
    [InlineData("BOOLEAN", "TRUE", "1")]
    [InlineData("BOOLEAN", "0", "0")]
    [InlineData("BOOLEAN", "0.5", "1")]
    [InlineData("BOOLEAN", "", null)]
    [InlineData("TINYINT", " 12 ", "12")]
    [InlineData("TINYINT", "-129", null)]
    [InlineData("INT", "1.9", "1")]
    [InlineData("INT", "-1.9", "-1")]
    [InlineData("INT", "1e2", "100")]
    [InlineData("INT", "", null)]
    [InlineData("INT", "1x", null)]
    [InlineData("BIGINT", "9223372036854775807", "9223372036854775807")]
    [InlineData("BIGINT", "9223372036854775808", null)]
    [InlineData("BIGINT", "12.99", "12")]
    [InlineData("LARGEINT", "-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727")]
    [InlineData("LARGEINT", "170141183460469231731687303715884105728", null)]
    [InlineData("LARGEINT", "7.5", "7")]
    [InlineData("LARGEINT", "18446744073709551621.5", "5")]
    [InlineData("FLOAT", "0.5", "0.5")]
    [InlineData("DOUBLE", "-inf", "-Infinity")]
    [InlineData("DOUBLE", "1e999", null)]
    [InlineData("DECIMAL(5,2)", " 1e1 ", "10.00")]
    [InlineData("DECIMAL(5,2)", "1.005", "1.01")]
    [InlineData("DECIMAL(5,2)", "1000", null)]
    [InlineData("DECIMAL(38,0)", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("DECIMAL(38,38)", "0.00000000000000000000000000000000000005", "0.00000000000000000000000000000000000005")]
    [InlineData("DATE", "2024-1-2 03:04:05", "2024-01-02")]
    [InlineData("DATE", "69-12-31", "2069-12-31")]
    [InlineData("DATE", "70-01-01", "1970-01-01")]
    [InlineData("DATE", "", null)]
    [InlineData("DATETIME", "2024-01-01 00:00:00+02:00", "2024-01-01 00:00:00")]
    [InlineData("DATETIME", "2024-01-01T01:02:03.1234569Z", "2024-01-01 01:02:03.123456")]
    [InlineData("DATETIME", "20240101", "2024-01-01 00:00:00")]
    [InlineData("DATETIME", "0000-01-01 00:00:00", "0000-01-01 00:00:00")]
    [InlineData("DATETIME", "2024-01-01 00:00:60", null)]
    [InlineData("VARCHAR(3)", "äb", "äb")]
    [InlineData("VARCHAR(3)", "äbc", null)]
    [InlineData("CHAR(2)", "", "")]
    [InlineData("VARBINARY", "AP8=", "0x00FF")]
    [InlineData("VARBINARY", "not base64!", "0x6E6F742062617365363421")]
    [InlineData("VARBINARY", "", "0x")]
    [InlineData("JSON", "{\"b\":1,\"a\":[1.0]}", "{\"a\": [1.0], \"b\": 1}")]
    [InlineData("JSON", "abc", null)]
    [InlineData("JSON", "", null)]
    [InlineData("ARRAY<INT>", "[1,null,x]", "[1,null,null]")]
    [InlineData("ARRAY<INT>", "[]", "[]")]
    [InlineData("ARRAY<INT>", "1,2", null)]
    [InlineData("ARRAY<STRING>", "[\"a,]\",\"b\"\"c\",d]", "[\"a,]\",\"b\\\"c\",null]")]
    [InlineData("ARRAY<ARRAY<DECIMAL(3,1)>>", "[[1.25],[]]", "[[1.3],[]]")]
    [InlineData("ARRAY<DATE>", "[\"2024-01-02\",2024-01-02]", "[\"2024-01-02\",null]")]
    [InlineData("MAP<STRING,INT>", "{\"a\":1,\"b\":2,\"a\":3}", "{\"b\":2,\"a\":3}")]
    [InlineData("MAP<INT,STRING>", "{1:\"x:y\",2:null}", "{1:\"x:y\",2:null}")]
    [InlineData("MAP<INT,INT>", "{}", "{}")]
    [InlineData("MAP<INT,INT>", "{1}", null)]
    public void Text_becomes_the_value_or_null_and_strict_mode_filters(string type, string text, string? value)
    {
        var loading = new RowLoading($"id INT, v {type}");
        loading.Load($"1\t{text}\n");
        Assert.Equal($"1,{value ?? "NULL"}", loading.Rows);
        if (value is null)
        {
            string reason = loading.Reason($"1\t{text}\n", Strict);
            Assert.Equal($"The field (name = v, pos = 1) is out of range. Type: {loading.Table.Columns[1].Type}, Value length: {Encoding.UTF8.GetByteCount(text)}, Value: {text}", reason);
        }
    }

    [Fact]
    public void Bad_elements_of_arrays_filter_the_row_in_strict_mode_only()
    {
        var loading = new RowLoading("id INT, v ARRAY<INT>");
        Assert.Contains("Value: [1,x]", loading.Reason("1\t[1,x]\n", Strict), StringComparison.Ordinal);
    }

    [Fact]
    public void Rounding_that_overflows_is_filtered_in_both_modes_and_NULL_where_it_may_not_be_too()
    {
        var loading = new RowLoading("id INT, v DECIMAL(4,2), w INT NOT NULL");
        Assert.Equal("Decimal '99.999' is out of range. The type of 'v' is DECIMAL(4,2)'", loading.Reason("1\t99.999\t1\n"));
        Assert.Equal("NULL value in non-nullable column 'w'", loading.Reason("1\t1\tx\n"));
        Assert.Equal("NULL value in non-nullable column 'w'", loading.Reason("1\t1\t\\N\n"));
        Assert.Equal("", loading.Rows);
    }

    [Theory]
    [InlineData("STRUCT<a INT>", "Unsupported CSV type STRUCT<A INT(11)>")]
    [InlineData("DECIMAL(50,2)", "Unsupported CSV type DECIMAL256(50, 2)")]
    public void Types_without_a_CSV_converter_fail_the_load(string type, string message) =>
        Assert.Equal(message, new RowLoading($"id INT, v {type}").Failure("1\t1\n"));

    [Fact]
    public void Op_is_a_field_only_where_it_is_named()
    {
        var loading = new RowLoading("id INT, v INT");
        loading.Load("1\t2\t0\n2\t2\t1\n", ("columns", "id,v,__op"));
        Assert.Equal("1,2;-2,2", loading.Rows);
        Assert.Contains("Target column count: 2", loading.Reason("1\t2\t1\n"), StringComparison.Ordinal);
        Assert.Equal("NULL value in non-nullable column '__op'", loading.Reason("1\t2\t\\N\n", ("columns", "id,v,__op")));
        Assert.Contains("name = __op, pos = 2", loading.Reason("1\t2\tdelete\n", ("columns", "id,v,__op")), StringComparison.Ordinal);
    }
}
