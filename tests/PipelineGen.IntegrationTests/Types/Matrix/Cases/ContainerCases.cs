namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Arrays, composites, hstore and domains over them. Their types are those of <see cref="ContainerSamples"/>.</summary>
internal static class ContainerCases
{
    private const string Arrays = "T[]";
    private const string Composites = "composite";
    private const string Moments = "(SELECT coalesce(json_agg(regexp_replace(to_char(e, 'YYYY-MM-DD HH24:MI:SS.US'), '[.]000000$', '') ORDER BY n), '[]')::text FROM unnest(v) WITH ORDINALITY s (e, n) WHERE v IS NOT NULL HAVING v IS NOT NULL)";

    private static readonly OutsideValue[] Shapes = [new("{{1,2},{3,4}}"), new("[0:1]={1,2}"), new("[2:3][1:1]={{7},{8}}")];

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        Array("int4[]", ["{}", "{1,NULL,-2147483648}", "{NULL}"], "array_to_json(v)::text", "some_ints()") with { Outside = Shapes },
        Array("bool[]", ["{}", "{t,NULL,f}"], Each("e::int")), Array("int2[]", ["{32767,-32768}"]), Array("int8[]", ["{9223372036854775807,NULL}"]),
        Array("float8[]", ["{1.5,NULL,-0,1e300}"]) with { Outside = [new("{1,NaN}", null, "'[1,null]'"), new("{Infinity}", "'[1.7976931348623157e308]'", "'[null]'")] },
        Array("numeric(12,2)[]", ["{}", "{1.25,NULL,-9999999999.99}"]) with { Outside = [new("{NaN,1}", null, "'[null,1]'")] },
        Array("text[]", ["{}", "{NULL,\"NULL\",\"\",\"a,b\",\"c\\\"d\",\"e\\\\f\",\"{g}\",ä,😀,\" h \"}"], random: "(SELECT coalesce(array_agg(some_text()), '{}') FROM generate_series(1, several(5)) WHERE i > 0)") with { Outside = [new("{{a},{b}}"), new("[5:5]={x}")] },
        Array("varchar(5)[]", ["{five!,NULL}"]), Array("char(3)[]", ["{a,NULL}"]), Array("uuid[]", ["{00000000-0000-0000-0000-00000000000a,NULL}"]), Array("bytea[]", ["{\"\\\\x00ff\",NULL,\"\\\\x\"}"], Each("encode(e, 'hex')")),
        Array("date[]", ["{2020-02-29,NULL,0001-01-01,9999-12-31}"], Each("to_char(e, 'YYYY-MM-DD')")) with { Outside = [new("{infinity,2020-01-01}", "'[\"9999-12-31\",\"2020-01-01\"]'", "'[null,\"2020-01-01\"]'"), new("{\"0044-03-15 BC\"}", "'[\"0001-01-01\"]'", "'[null]'"), new("{{2020-01-01}}")] },
        Array("timestamp[]", ["{\"2020-02-29 12:00:00.5\",NULL,\"2020-01-01\"}"], Moments), Array("timestamptz[]", ["{\"2020-02-29 12:00:00.5+05:45\",NULL}"], Moments.Replace("to_char(e,", "to_char(e AT TIME ZONE 'UTC',", StringComparison.Ordinal)),
        Array("time[]", ["{24:00:00,00:00:00.5}"], Each("regexp_replace(to_char(e, 'HH24:MI:SS.US'), '[.]000000$', '')")), Array("interval[]", ["{\"1 mon -1 day\",NULL}"], Each("CASE WHEN e IS NOT NULL THEN format('%s', e) END")), Array("inet[]", ["{10.0.0.1/8,NULL,::1}"], Each("CASE WHEN e IS NOT NULL THEN format('%s', e) END")),
        Array("bit(3)[]", ["{101,NULL}"]), Array("oid[]", ["{4294967295}"], Each("e::int8")), Array("\"char\"[]", ["{a,NULL}"]), Array("name[]", ["{a,NULL}"]), Array("point[]", ["{\"(1,2)\",NULL}"]), Array("box[]", ["{(1,1),(0,0);(3,3),(2,2)}"]),
        Array("int4range[]", ["{\"[1,5)\",NULL,empty}"]), Array("tsvector[]", ["{\"'a':1\"}"]), Array("tid[]", ["{\"(1,2)\"}"]), Array("pg_lsn[]", ["{1/2}"]), Array("xml[]", ["{<a/>}"], Each("e::text")), Array("money[]", ["{1.25,NULL,-0.05}"], Each("e::numeric")),
        Array("jsonb[]", ["{\"{\\\"a\\\": 1}\",\"[1, null]\"}"]) with { Choice = "StarRocksType = \"ARRAY<JSON>\"", Label = "jsonb[] as ARRAY<JSON>" },
        Array("jsonb[]", ["{\"{\\\"a\\\": 1e400}\",\"null\"}"], Each("e::text")) with { Choice = "StarRocksType = \"ARRAY<VARCHAR(1048576)>\"" },
        Array("int4[]", ["{}", "{1,NULL}", "{{1,2},{3,NULL}}", "{{{1}},{{2}}}"]) with { Choice = "StarRocksType = \"JSON\"", Label = "int4[] as JSON", Outside = [new("[0:1]={1,2}")] },
        Array("text[]", ["{}", "{a,NULL,\"b\\\"\"}", "{{x,y},{z,w}}"]) with { Choice = "StarRocksType = \"JSON\"", Label = "text[] as JSON" },
        Array("int4[]", ["{}", "{1,NULL}", "{{1,2},{3,NULL}}", "[0:1]={1,2}"]) with { Choice = "StarRocksType = \"VARCHAR(1048576)\"", Canonical = MatrixCase.Printed, Compare = Comparison.Text, Key = KeyUse.Legal },
        Array("colour[]", ["{red,NULL,\"dark blue\"}"]) with { Setup = "CREATE TYPE colour AS ENUM ('red', 'dark blue');", Label = "array of an enum" },
        Array("small[]", ["{1,NULL,99}"]) with { Setup = "CREATE DOMAIN small AS int2 CHECK (VALUE < 100);", Label = "array of a domain" },
        Array("inner_t[]", ["{\"(a,1,\\\"{1,NULL}\\\")\",NULL,\"(,,)\"}"], random: "some_inners()") with { Label = "array of a composite" },
        Array("numbers", ["{}", "{1,NULL}"]) with { Label = "domain over an array", Row = "domain", Outside = [new("{{1},{2}}")] },
        Array("numbers[]", ["{}", "{\"{1,2}\",NULL,\"{}\"}"]) with { Label = "array of a domain over an array", RandomSql = "some_numbers()" },

        Composite("inner_t", ["(a,1,\"{1,2}\")", "(,,)", "(\"\",-1,{})", "(\"q\"\"\\\\\",0,\"{NULL}\")"], "ROW(some_text(), some_int(), some_ints())::inner_t") with { Label = "composite with a dropped attribute" },
        Composite("outer_t", ["(,,)", "(\"(a,1,{})\",\"{x,NULL}\",\"{}\")"], "some_outer()") with { Label = "composite of composites and arrays" },
        Composite("dated", ["(2020-01-01,12.50,t)", "(,,)"], null) with
        {
            Setup = "CREATE TYPE dated AS (at date, price numeric(8,2), yes bool);", Canonical = "CASE WHEN v IS DISTINCT FROM NULL THEN json_build_object('at', to_char((v).at, 'YYYY-MM-DD'), 'price', (v).price, 'yes', (v).yes::int)::text END",
            // In one project a composite's attributes are of one C# type: the table whose numeric is text has a type of its own, below.
            TextHoldsOutside = false,
            Outside = [new("(infinity,1,t)", "'{\"at\": \"9999-12-31\", \"price\": 1.00, \"yes\": 1}'", "'{\"at\": null, \"price\": 1.00, \"yes\": 1}'"), new("(2020-01-01,NaN,f)", null, "'{\"at\": \"2020-01-01\", \"price\": null, \"yes\": 0}'")],
        },
        Composite("dated_text", ["(2020-01-01,12.50,t)", "(,,)", "(infinity,NaN,)", "(\"0044-03-15 BC\",,f)"], null) with
        {
            Setup = "CREATE TYPE dated_text AS (at date, price numeric(8,2), yes bool);", Choice = "Policy = ValuePolicy.Text", Label = "composite under the policy Text", Canonical = MatrixCase.Printed, Compare = Comparison.Text, Key = KeyUse.Elsewhere,
        },
        Composite("inner_t", ["(a,1,\"{1,2}\")", "(,,)"], "ROW(some_text(), some_int(), some_ints())::inner_t") with { Choice = "StarRocksType = \"JSON\"", Label = "composite as JSON" },
        Composite("inner_t", ["(a,1,\"{1,2}\")", "(,,)", "(\"q\"\"\\\\\",0,\"{NULL}\")"], "ROW(some_text(), some_int(), some_ints())::inner_t") with { Choice = "StarRocksType = \"VARCHAR(1048576)\"", Label = "composite as VARCHAR", Canonical = MatrixCase.Printed, Compare = Comparison.Text, Key = KeyUse.Legal },
        Composite("inner_domain", ["(a,1,\"{1,2}\")", "(,,)"], null) with { Setup = "CREATE DOMAIN inner_domain AS inner_t;", Label = "domain over a composite", Row = "domain", Canonical = "row_to_json(v::inner_t)::text" },

        Hstore("hstore") , Hstore("hstore") with { Choice = "StarRocksType = \"JSON\"", Label = "hstore as JSON" },
        Hstore("hstore") with { Choice = "StarRocksType = \"VARCHAR(1048576)\"", Label = "hstore as VARCHAR", Canonical = MatrixCase.Printed, Compare = Comparison.Text, Key = KeyUse.Legal },
    ];

    private static MatrixCase Array(string type, string[] values, string canonical = "array_to_json(v)::text", string? random = null) => new(Arrays, type)
    {
        Values = values, Canonical = canonical, RandomSql = random, Compare = Comparison.Json, Key = KeyUse.NotInStarRocks,
    };

    private static MatrixCase Composite(string type, string[] values, string? random) => new(Composites, type)
    {
        Values = values, RandomSql = random, Canonical = "row_to_json(v)::text", Compare = Comparison.Json, Key = KeyUse.NotInStarRocks, Covers = ["composite"],
    };

    private static MatrixCase Hstore(string type) => new("hstore", type)
    {
        Extension = "hstore", Values = ["", "a=>1", "a=>NULL, \"b c\"=>\"\"", "\"q\\\"\"=>\"\\\\\", \"\"=>ä"], RandomSql = "some_hstore()", Canonical = "hstore_to_json(v)::text", Compare = Comparison.Json, Key = KeyUse.NotInStarRocks,
    };

    private static string Each(string element) => $"(SELECT coalesce(json_agg({element} ORDER BY n), '[]')::text FROM unnest(v) WITH ORDINALITY s (e, n) WHERE v IS NOT NULL HAVING v IS NOT NULL)";
}
