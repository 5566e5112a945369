using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline.Verification;

public sealed class CanonicalFormTests
{
    [Theory]
    // Postgres type, StarRocks type, Postgres' text, StarRocks' text, canonical
    [InlineData("bool", "BOOLEAN", "t", "1", "1")]
    [InlineData("bool", "BOOLEAN", "f", "0", "0")]
    [InlineData("int8", "BIGINT", "-9223372036854775808", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("numeric(12,2)", "DECIMAL(12,2)", "-12.50", "-12.50", "-12.50")]
    [InlineData("numeric(12,2)", "DECIMAL(12,2)", "0.00", "0", "0.00")]
    [InlineData("numeric(12,2)", "DECIMAL(12,2)", "1200.00", "1200", "1200.00")]
    [InlineData("numeric(5,5)", "DECIMAL(5,5)", "0.00010", "0.0001", "0.00010")]
    [InlineData("numeric(38,0)", "DECIMAL(38,0)", "12345678901234567890123456789012345678", "12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    [InlineData("float8", "DOUBLE", "1e+20", "100000000000000000000", "1E+20")]
    [InlineData("float8", "DOUBLE", "0.1", "0.1", "0.1")]
    [InlineData("float8", "DOUBLE", "-0", "-0", "-0")]
    [InlineData("float8", "DOUBLE", "NaN", "nan", "NaN")]
    [InlineData("float8", "DOUBLE", "-Infinity", "-inf", "-Infinity")]
    [InlineData("float4", "FLOAT", "0.1", "0.10000000149011612", "0.1")]
    [InlineData("float4", "DOUBLE", "3.4028235e+38", "3.4028234663852886e+38", "3.4028235E+38")]
    [InlineData("text", "VARCHAR(1048576)", " a\n\\N\"' ", " a\n\\N\"' ", " a\n\\N\"' ")]
    [InlineData("bpchar(4)", "VARCHAR(16)", "ab  ", "ab  ", "ab  ")]
    [InlineData("bytea", "VARBINARY", "\\x00ff", "00ff", "00ff")]
    [InlineData("bytea", "VARCHAR(256)", "\\x00ff", "00ff", "00ff")]
    [InlineData("date", "DATE", "0001-01-01", "0001-01-01", "0001-01-01")]
    [InlineData("time", "VARCHAR(15)", "03:04:05", "03:04:05.000000", "03:04:05.000000")]
    [InlineData("time(2)", "VARCHAR(15)", "24:00:00", "24:00:00.000000", "24:00:00.000000")]
    [InlineData("timestamp", "DATETIME", "9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999")]
    [InlineData("timestamp", "DATETIME", "2024-01-02 03:04:05.6", "2024-01-02 03:04:05.600000", "2024-01-02 03:04:05.600000")]
    [InlineData("timestamptz", "DATETIME", "2024-01-02 03:04:05+00", "2024-01-02 03:04:05", "2024-01-02 03:04:05.000000")]
    [InlineData("uuid", "VARCHAR(36)", "0a0b0c0d-0000-0000-0000-000000000001", "0a0b0c0d-0000-0000-0000-000000000001", "0a0b0c0d-0000-0000-0000-000000000001")]
    [InlineData("public.order_status", "VARCHAR(63)", "paid", "paid", "paid")]
    [InlineData("jsonb", "JSON", """{"b": 1.50, "a": [true, null, "\u00e9"]}""", """{"a": [true, null, "é"], "b": 1.5}""", """{"a":[true,null,"é"],"b":15E-1}""")]
    [InlineData("json", "JSON", " 1e2 ", "100", "100")]
    [InlineData("json", "JSON", """{"a":12345678901234567890.1}""", """{"a": 12345678901234567890.1}""", """{"a":123456789012345678901E-1}""")]
    [InlineData("jsonb", "VARCHAR(1048576)", """{"a": 1.50}""", """{"a": 1.50}""", """{"a": 1.50}""")]
    [InlineData("int4[]", "ARRAY<INT>", "{1,NULL,-3}", "[1,null,-3]", """["1",null,"-3"]""")]
    [InlineData("int4[]", "ARRAY<INT>", "{}", "[]", "[]")]
    [InlineData("bool[]", "ARRAY<BOOLEAN>", "{t,f,NULL}", "[1,0,null]", """["1","0",null]""")]
    [InlineData("numeric(8,3)[]", "ARRAY<DECIMAL(8,3)>", "{1.500,-0.001}", "[1.500,-0.001]", """["1.500","-0.001"]""")]
    [InlineData("timestamptz[]", "ARRAY<DATETIME>", "{\"2024-01-02 03:04:05+00\"}", "[\"2024-01-02 03:04:05\"]", """["2024-01-02 03:04:05.000000"]""")]
    public void Both_sides_reach_the_same_text(string postgresType, string starRocksType, string postgres, string starRocks, string canonical)
    {
        CanonicalForm form = CanonicalForm.Of(Column(postgresType, starRocksType));

        Assert.Equal(canonical, form.FromPostgres(postgres));
        Assert.Equal(canonical, form.FromStarRocks(starRocks));
        Assert.Null(form.FromPostgres(null));
        Assert.Null(form.FromStarRocks(null));
    }

    [Theory]
    [InlineData("numeric(12,2)", "DECIMAL(12,2)", "12.50", "12.5000001")]
    [InlineData("float8", "DOUBLE", "0.1", "0.10000000149011612")]
    [InlineData("float4", "FLOAT", "0.1", "0.100000024")]
    [InlineData("timestamptz", "DATETIME", "2024-01-02 03:04:05.000001+00", "2024-01-02 03:04:05")]
    [InlineData("timestamptz", "DATETIME", "2024-01-02 03:04:05+02", "2024-01-02 03:04:05")]
    [InlineData("timestamp", "DATETIME", "0044-03-15 00:00:00 BC", "0044-03-15 00:00:00")]
    [InlineData("timestamp", "DATETIME", "infinity", "9999-12-31 23:59:59.999999")]
    [InlineData("numeric(12,2)", "DECIMAL(12,2)", "NaN", "0.00")]
    [InlineData("bpchar(4)", "VARCHAR(16)", "ab  ", "ab")]
    [InlineData("text", "VARCHAR(1048576)", "", "NULL")]
    [InlineData("jsonb", "JSON", """{"a": 1}""", """{"a": "1"}""")]
    [InlineData("json", "JSON", """{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("jsonb", "JSON", """{"a": 12345678901234567890123}""", """{"a": 12345678901234567000000}""")]
    [InlineData("text[]", "ARRAY<VARCHAR(1048576)>", "{NULL}", "[\"NULL\"]")]
    [InlineData("text[]", "ARRAY<VARCHAR(1048576)>", "{\"\"}", "[]")]
    [InlineData("int4[]", "ARRAY<INT>", "{{1,2}}", "[1,2]")]
    public void Another_value_is_another_text(string postgresType, string starRocksType, string postgres, string starRocks)
    {
        CanonicalForm form = CanonicalForm.Of(Column(postgresType, starRocksType));

        Assert.NotEqual(form.FromPostgres(postgres), form.FromStarRocks(starRocks));
    }

    [Fact]
    public void Text_elements_are_read_out_of_either_sides_quoting()
    {
        CanonicalForm form = CanonicalForm.Of(Column("text[]", "ARRAY<VARCHAR(1048576)>"));
        const string postgres = "{\"a,b\",\"say \\\"hi\\\"\",\"back\\\\slash\",\"NULL\",NULL,\"\",\"{}\",\"line\nbreak\",é}";
        const string starRocks = "[\"a,b\",\"say \\\"hi\\\"\",\"back\\\\slash\",\"NULL\",null,\"\",\"{}\",\"line\\nbreak\",\"é\"]";
        const string bareControl = "[\"a,b\",\"say \\\"hi\\\"\",\"back\\\\slash\",\"NULL\",null,\"\",\"{}\",\"line\nbreak\",\"é\"]";

        string expected = form.FromPostgres(postgres)!;
        Assert.Equal(expected, form.FromStarRocks(starRocks));
        Assert.Equal(expected, form.FromStarRocks(bareControl));
        Assert.Equal("""["a,b","say \"hi\"","back\\slash","NULL",null,"","{}","line\u000abreak","é"]""", expected);
    }

    [Fact]
    public void Json_elements_are_read_bare_and_quoted()
    {
        CanonicalForm form = CanonicalForm.Of(Column("jsonb[]", "ARRAY<JSON>"));

        string? expected = form.FromPostgres("""{"{\"a\": [1, 2]}","\"x,]\"",NULL}""");
        Assert.Equal(expected, form.FromStarRocks("""[{"a": [1, 2]},'"x,]"',null]"""));
        Assert.Equal(expected, form.FromStarRocks("""['{"a": [1, 2]}',"\"x,]\"",null]"""));
    }

    [Theory]
    [InlineData("{1,2")]
    [InlineData("{\"a}")]
    [InlineData("{\"a\\")]
    [InlineData("{a\\}")]
    [InlineData("{\"a\"b}")]
    [InlineData("[0:1]={1,2}")]
    [InlineData("")]
    [InlineData("{")]
    public void What_is_no_array_stays_as_it_is(string text) =>
        Assert.Equal(text, CanonicalForm.Of(Column("text[]", "ARRAY<VARCHAR(10)>")).FromPostgres(text));

    [Theory]
    [InlineData("[1,2")]
    [InlineData("[\"a]")]
    [InlineData("[\"a\\\"]")]
    [InlineData("[1,]")]
    [InlineData("[\"a\"b]")]
    [InlineData("")]
    [InlineData("[")]
    public void What_is_no_starrocks_array_stays_as_it_is(string text) =>
        Assert.Equal(text, CanonicalForm.Of(Column("text[]", "ARRAY<VARCHAR(10)>")).FromStarRocks(text));

    internal static ColumnInfo Column(string postgresType, string starRocksType, string name = "c", bool isKey = false) => new()
    {
        Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = postgresType, StarRocksType = starRocksType, IsKey = isKey,
    };
}
