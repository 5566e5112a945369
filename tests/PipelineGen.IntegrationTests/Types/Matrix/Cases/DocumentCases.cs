namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>json, jsonb, text search and jsonpath.</summary>
internal static class DocumentCases
{
    private const string Documents = "json, jsonb";
    private const string Search = "tsvector, tsquery, ltree, lquery";

    private static readonly string[] Plain =
    [
        "{}", "[]", "{\"a\": 1, \"b\": [true, null, {\"c\": \"x\"}]}", "\"text\"", "\"\"", "1", "-0.5", "true", "{\"\": \"ä😀\\u0001\\\"\\\\\"}", " [1 , 2] ", "[[[[[[]]]]]]", "{\"b\": 1, \"a\": 2}", "[null]",
        "=('[' || repeat('{\"key\": \"value\"},', 3000) || '1]')::json",
    ];

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        Json("json"), Json("jsonb"),
        AsText("json", ["{\"a\":1, \"a\" : 2}", " null ", "1e400", "123456789012345678901234567890.000", "{\"b\":1,\"a\":2}"]),
        AsText("jsonb", ["{\"b\":1,\"a\":2}", "null", "1e400", "123456789012345678901234567890.000"]),
        new("json, jsonb", "jsonpath") { Values = ["$", "$.a[*] ? (@ > 1)", "strict $.\"b c\".size()", "lax $[0 to last]"], Random = "jsonpath", Key = KeyUse.NotInPostgres },
        new(Search, "tsvector") { Values = ["", "a:1A,2B,16383C 'b''c':3", "'\\\\' ' '", "x"], RandomSql = "some_tsvector()" },
        new(Search, "tsquery") { Values = ["", "a & !b | c", "a <-> b", "a <16384> 'b''c':*AB", "!!a"], RandomSql = "some_tsquery(4)" },
    ];

    private static MatrixCase Json(string type) => new(Documents, type)
    {
        Choice = "StarRocksType = \"JSON\"", Label = $"{type} as JSON", Values = [.. Plain.Select(v => v.Replace("::json", "::" + type, StringComparison.Ordinal))], Random = type, Inside = "v::jsonb <> 'null'",
        Compare = Comparison.Json, Canonical = "v::text", Key = type == "json" ? KeyUse.NotInPostgres : KeyUse.NotInStarRocks, Outside = [new("null"), new(" null ")],
    };

    private static MatrixCase AsText(string type, string[] values) => new(Documents, type)
    {
        Choice = "StarRocksType = \"VARCHAR(1048576)\"", Values = [.. values, .. Plain.Select(v => v.Replace("::json", "::" + type, StringComparison.Ordinal))], Random = type, Key = type == "json" ? KeyUse.NotInPostgres : KeyUse.Legal,
    };
}
