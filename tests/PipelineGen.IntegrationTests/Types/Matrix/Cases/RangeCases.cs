namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Ranges and multiranges, built in and of users.</summary>
internal static class RangeCases
{
    private const string Ranges = "range, multirange";
    private const string Struct = "StarRocksType = \"STRUCT\"";

    private static readonly string[] Ints = ["empty", "(,)", "[1,5)", "(,5)", "[1,)", "[-2147483648,2147483647)"];

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new(Ranges, "int4range") { Values = Ints, RandomSql = "some_int4range()" },
        new(Ranges, "int8range") { Values = ["empty", "(,)", "[-9223372036854775808,9223372036854775807)", "[1,2)"] },
        new(Ranges, "numrange") { Values = ["empty", "(,)", "[1.50,2.500]", "(-Infinity,Infinity)", "[NaN,NaN]", "(1e-20,1e40]"], RandomSql = "some_numrange()" },
        new(Ranges, "daterange") { Values = ["empty", "(,)", "[2020-01-01,infinity)", "[-infinity,0044-03-15 BC)", "[2020-01-01,2020-01-02)"], RandomSql = "some_daterange()" },
        new(Ranges, "tsrange") { Values = ["empty", "(,)", "(2020-01-01 00:00:00.5,infinity]", "[0044-03-15 12:00:00 BC,)"], RandomSql = "some_tsrange()" },
        new(Ranges, "tstzrange") { Values = ["empty", "(,)", "(2020-01-01 00:00:00.5+05:45,infinity]", "[0044-03-15 12:00:00+00 BC,)"], RandomSql = "(SELECT tstzrange(lower(r) AT TIME ZONE 'UTC', upper(r) AT TIME ZONE 'UTC', '[]') FROM some_tsrange() r WHERE i > 0 AND (lower(r) < upper(r)))" },
        Multi("int4multirange", ["{}", "{[1,3),[5,9)}", "{(,)}", "{(,1),[7,)}"]) with { RandomSql = "some_int4multirange()" },
        Multi("int8multirange", ["{}", "{[1,3),[5,9)}"]), Multi("nummultirange", ["{}", "{[1.5,2],(3,4.50)}"]), Multi("datemultirange", ["{}", "{[2020-01-01,2020-02-01),[2021-01-01,infinity)}"]),
        Multi("tsmultirange", ["{}", "{[2020-01-01 00:00:00,2020-02-01 00:00:00],(2021-01-01 00:00:00.5,)}"]), Multi("tstzmultirange", ["{}", "{[2020-01-01 00:00:00+00,2020-02-01 00:00:00+00],(2021-01-01 00:00:00.5+00,)}"]),
        new(Ranges, "textrange") { Values = ["empty", "[a,b]", "(\"a,b\",\"c\"\"d\")", "[\"\",\"\"]", "(,)", "[ä,😀)"], RandomSql = "some_textrange()", Label = "range of a user's, over text" },
        new(Ranges, "textmultirange") { Values = ["{}", "{[a,b],(\"c,d\",e)}"], RandomSql = "some_textmultirange()", Label = "multirange of a user's" },
        new(Ranges, "arrayrange") { Values = ["empty", "[\"{1,2}\",\"{3}\")"], RandomSql = "some_arrayrange()", Label = "range of a user's, over arrays" },
        new(Ranges, "float8range") { Setup = "CREATE TYPE float8range AS RANGE (subtype = float8, subtype_diff = float8mi);", Values = ["[1.5,2)", "(-Infinity,Infinity)", "[NaN,NaN]", "empty"], Label = "range of a user's, over float8" },
        AsStruct("int4range", "{0}(v)", Ints) with { RandomSql = "some_int4range()" },
        AsStruct("daterange", "to_char({0}(v), 'YYYY-MM-DD')", ["empty", "(,)", "[2020-01-01,2020-01-02)", "[0001-01-01,9999-12-31)"]) with
        {
            Outside = [new("[2020-01-01,infinity)", Parts("2020-01-01", "9999-12-31"), Parts("2020-01-01", null)), new("[-infinity,2020-01-01)", Parts("0001-01-01", "2020-01-01"), Parts(null, "2020-01-01"))],
        },
    ];

    private static MatrixCase Multi(string type, string[] values) => new(Ranges, type) { Values = values };

    private static MatrixCase AsStruct(string type, string bound, string[] values) => new(Ranges, type)
    {
        Choice = Struct, Label = $"{type} as STRUCT", Values = values, Compare = Comparison.Json, Key = KeyUse.NotInStarRocks,
        Canonical = "CASE WHEN v IS NOT NULL THEN json_build_object('lower', " + bound.Replace("{0}", "lower", StringComparison.Ordinal) + ", 'upper', " + bound.Replace("{0}", "upper", StringComparison.Ordinal) +
            ", 'lower_inc', lower_inc(v)::int, 'upper_inc', upper_inc(v)::int, 'empty', isempty(v)::int)::text END",
    };

    private static string Parts(string? lower, string? upper) =>
        $"json_build_object('lower', {(lower is null ? "NULL" : $"'{lower}'")}, 'upper', {(upper is null ? "NULL" : $"'{upper}'")}, 'lower_inc', 1, 'upper_inc', 0, 'empty', 0)::text";
}
