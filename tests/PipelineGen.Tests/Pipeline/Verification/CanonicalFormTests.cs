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

    [Theory]
    [InlineData("(\"a \"\"b\"\", c\",7,\"{1,NULL}\")", """{"street":"a \"b\", c","Zip Code":7,"marks":[1,null]}""")]
    [InlineData("(,,)", """{"street":null,"Zip Code":null,"marks":null}""")]
    [InlineData("(\"\",0,{})", """{"street":"","Zip Code":0,"marks":[]}""")]
    public void Composites_are_structs(string postgres, string starRocks)
    {
        foreach (string type in new[] { "STRUCT<street VARCHAR(10),`Zip Code` INT,marks ARRAY<INT>>", "JSON" })
        {
            CanonicalForm form = CanonicalForm.Of(Column(
                "public.address", type, fields: [Column("text", "VARCHAR(10)", "c.street"), Column("int4", "INT", "c.Zip Code"), Column("int4[]", "ARRAY<INT>", "c.marks")]));

            Assert.StartsWith("{", form.FromPostgres(postgres), StringComparison.Ordinal);
            Assert.Equal(form.FromPostgres(postgres), form.FromStarRocks(starRocks));
            Assert.NotEqual(form.FromPostgres(postgres), form.FromStarRocks(starRocks.Replace("null", "1", StringComparison.Ordinal).Replace(":0", ":1", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("hstore", "MAP<VARCHAR(9),VARCHAR(9)>", "\"b\"=>\"1\", \"a\"=>NULL, \"q\\\"\"=>\"\"", """{"a":null,"b":"1","q\"":""}""")]
    [InlineData("hstore", "JSON", "\"b\"=>\"1\"", """{"b": "1"}""")]
    [InlineData("point", "STRUCT<x DOUBLE,y DOUBLE>", "(1.5,-2)", """{"x":1.5,"y":-2}""")]
    [InlineData("vector", "ARRAY<FLOAT>", "[1,2.5e-07]", "[1,2.5e-7]")]
    [InlineData("int4[]", "JSON", "{{1,2},{3,NULL}}", "[[1, 2], [3, null]]")]
    [InlineData("int4range", "STRUCT<`lower` INT,`upper` INT,lower_inc BOOLEAN,upper_inc BOOLEAN,empty BOOLEAN>", "[1,)", """{"lower":1,"upper":null,"lower_inc":1,"upper_inc":0,"empty":0}""")]
    [InlineData("int4range", "STRUCT<`lower` INT,`upper` INT,lower_inc BOOLEAN,upper_inc BOOLEAN,empty BOOLEAN>", "empty", """{"lower":null,"upper":null,"lower_inc":0,"upper_inc":0,"empty":1}""")]
    [InlineData("money", "DECIMAL(19,2)", "-$1,234.50", "-1234.50")]
    [InlineData("interval", "BIGINT", "P1DT2H-3.5S", "93596500000")]
    [InlineData("time", "BIGINT", "24:00:00", "86400000000")]
    [InlineData("bit", "BOOLEAN", "1", "1")]
    [InlineData("geometry", "VARBINARY", "0101AB", "0101ab")]
    public void Types_made_of_values_reach_the_same_text(string postgresType, string starRocksType, string postgres, string starRocks)
    {
        ColumnInfo[] fields = postgresType == "point" ? [Column("float8", "DOUBLE", "c.x"), Column("float8", "DOUBLE", "c.y")] : [];
        CanonicalForm form = CanonicalForm.Of(Column(postgresType, starRocksType, fields: fields, element: postgresType.EndsWith("range", StringComparison.Ordinal) ? Column("int4", "INT") : null));

        Assert.Equal(form.FromPostgres(postgres), form.FromStarRocks(starRocks));
        Assert.NotEqual(form.FromPostgres(postgres), form.FromStarRocks(starRocks.Replace('1', '7').Replace('9', '7').Replace("null", "3", StringComparison.Ordinal).Replace('8', '7')));
    }

    [Theory]
    // Postgres type, StarRocks type, Postgres' text, what Clamp makes of it ("-": it has no nearest value and stays as it is)
    [InlineData("date", "DATE", "infinity", "9999-12-31")]
    [InlineData("date", "DATE", "0044-03-15 BC", "0001-01-01")]
    [InlineData("date", "DATE", "10000-01-01", "9999-12-31")]
    [InlineData("timestamptz", "DATETIME", "-infinity", "0001-01-01 00:00:00.000000")]
    [InlineData("timestamp", "DATETIME", "294276-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999")]
    [InlineData("numeric", "DECIMAL(5,2)", "123.455", "123.46")]
    [InlineData("numeric", "DECIMAL(5,2)", "-123.455", "-123.46")]
    [InlineData("numeric", "DECIMAL(5,2)", "1000", "999.99")]
    [InlineData("numeric", "DECIMAL(5,2)", "999.996", "999.99")]
    [InlineData("numeric", "DECIMAL(5,2)", "-Infinity", "-999.99")]
    [InlineData("numeric", "DECIMAL(5,2)", "NaN", "-")]
    [InlineData("float8", "DOUBLE", "-Infinity", "-1.7976931348623157E+308")]
    [InlineData("float8", "DOUBLE", "NaN", "-")]
    [InlineData("text", "VARCHAR(5)", "aäöü", "aäö")]
    [InlineData("text", "VARCHAR(4)", "aäöü", "aä")]
    [InlineData("bytea", "VARBINARY(2)", "\\x0102ff", "0102")]
    [InlineData("jsonb", "JSON", "null", "-")]
    [InlineData("int4[]", "ARRAY<INT>", "{{1},{2}}", "-")]
    [InlineData("interval", "BIGINT", "infinity", "9223372036854775807")]
    public void A_policy_decides_what_is_expected(string postgresType, string starRocksType, string postgres, string clamped)
    {
        bool isQuarantined = false;

        Assert.Null(Form(ValuePolicy.Null).FromPostgres(postgres));
        Assert.Equal(clamped == "-" ? Form(ValuePolicy.Error).FromPostgres(postgres) : clamped, Form(ValuePolicy.Clamp).FromPostgres(postgres));
        Form(ValuePolicy.Quarantine).FromPostgres(postgres, ref isQuarantined);
        Assert.True(isQuarantined);

        CanonicalForm Form(ValuePolicy policy)
        {
            string arguments = starRocksType.Contains('(', StringComparison.Ordinal) ? starRocksType[(starRocksType.IndexOf('(', StringComparison.Ordinal) + 1)..^1] : "0";
            int[] numbers = [.. arguments.Split(',').Select(int.Parse)];
            bool isDecimal = numbers.Length == 2;
            return CanonicalForm.Of(new ColumnInfo
            {
                Table = "public.t", Name = "c", TargetName = "c", LoadName = "c", PostgresType = postgresType, StarRocksType = starRocksType, Policy = policy,
                MaxBytes = isDecimal ? 0 : numbers[0], Precision = isDecimal ? numbers[0] : 0, Scale = isDecimal ? numbers[1] : 0,
                Element = postgresType == "int4[]" ? Column("int4", "INT") : null,
            });
        }
    }

    [Theory]
    [InlineData("date", "DATE", "2024-02-29")]
    [InlineData("timestamptz", "DATETIME", "0001-01-01 00:00:00+00")]
    [InlineData("float8", "DOUBLE", "1e+300")]
    [InlineData("jsonb", "JSON", "\"null\"")]
    [InlineData("int4[]", "ARRAY<INT>", "{}")]
    public void A_value_inside_meets_no_policy(string postgresType, string starRocksType, string postgres)
    {
        bool isQuarantined = false;
        ColumnInfo column = Column(postgresType, starRocksType);
        var decided = new ColumnInfo
        {
            Table = column.Table, Name = "c", TargetName = "c", LoadName = "c", PostgresType = postgresType, StarRocksType = starRocksType, Element = column.Element, Policy = ValuePolicy.Quarantine,
        };

        Assert.Equal(CanonicalForm.Of(column).FromPostgres(postgres), CanonicalForm.Of(decided).FromPostgres(postgres, ref isQuarantined));
        Assert.False(isQuarantined);
    }

    internal static ColumnInfo Column(string postgresType, string starRocksType, string name = "c", bool isKey = false, ColumnInfo[]? fields = null, ColumnInfo? element = null) => new()
    {
        Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = postgresType, StarRocksType = starRocksType, IsKey = isKey, Fields = fields ?? [],
        Element = element ?? (postgresType.EndsWith("[]", StringComparison.Ordinal)
            ? Column(postgresType[..^2], starRocksType.StartsWith("ARRAY<", StringComparison.Ordinal) ? starRocksType[6..^1] : "INT", name + "[]")
            : null),
    };
}
