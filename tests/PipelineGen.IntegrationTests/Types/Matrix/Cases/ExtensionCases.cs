namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Types of extensions that the contract knows; cases whose extension is not installed are left out, and said to be.</summary>
internal static class ExtensionCases
{
    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new("text, varchar, citext, name, xml, \"char\"", "citext") { Extension = "citext", Values = ["", "MiXed", "ä", "null"], Random = "text" },
        new("tsvector, tsquery, ltree, lquery", "ltree") { Extension = "ltree", Values = ["", "Top", "Top.Science.A_1"], Random = "ltree" },
        new("tsvector, tsquery, ltree, lquery", "lquery") { Extension = "ltree", Values = ["*", "Top.*{1,3}.!a|b", "a*@%"], Key = KeyUse.NotInPostgres },
        new("tsvector, tsquery, ltree, lquery", "ltxtquery") { Extension = "ltree", Values = ["a & !b", "Europe | Russia*@"], Key = KeyUse.NotInPostgres },
        Vector("vector(3)", "vector", ["[1,2,3]", "[0,-0.5,3.4028235e38]"]), Vector("vector", "vector", ["[1]", "[1,2]"]), Vector("halfvec(3)", "halfvec", ["[1,2,65504]"]),
        new("vector, halfvec (pgvector)", "sparsevec(5)") { Covers = ["sparsevec"], Extension = "vector", Values = ["{1:1.5,3:2}/5", "{}/5"] },
        Shape("geometry"), Shape("geography"),
        Shape("geometry") with { Choice = "StarRocksType = \"VARBINARY\"", Compare = Comparison.Hex, Canonical = "CASE WHEN v IS NOT NULL THEN lower(format('%s', v)) END", Key = KeyUse.NotInStarRocks },
    ];

    private static MatrixCase Vector(string type, string covers, string[] values) => new("vector, halfvec (pgvector)", type)
    {
        Covers = [covers], Extension = "vector", Values = values, Compare = Comparison.Json, Canonical = "array_to_json(v::real[])::text", Key = KeyUse.NotInStarRocks,
    };

    private static MatrixCase Shape(string type) => new("geometry, geography (PostGIS)", type)
    {
        Extension = "postgis", Values = [.. type == "geometry" ? ["POINT EMPTY"] : Array.Empty<string>(), "POINT(1 2)", "SRID=4326;LINESTRING(0 0,1 1.5)", "SRID=4326;POLYGON((0 0,1 0,1 1,0 0))"],
        Canonical = "CASE WHEN v IS NOT NULL THEN format('%s', v) END",
    };
}
