namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Types that the contract does not know: the text that Postgres prints. A pipeline with one is sent text.</summary>
internal static class UnknownCases
{
    private const string Any = "any other type";

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new(Any, "regclass") { Values = ["pg_class", "pg_catalog.pg_type", "=0::regclass"] },
        new(Any, "int2vector") { Values = ["1 2 3", ""], Key = KeyUse.NotInPostgres },
        new(Any, "cube") { Extension = "cube", Values = ["(1,2)", "(0,0),(1,1.5)"] },
        new(Any, "seg") { Extension = "seg", Values = ["1.5", "1 .. 2", "<3"] },
        new(Any, "oidvector") { Values = ["1 2 3", ""], Key = KeyUse.NotInPostgres },
        // Others must give the same values beside them, in text that is sent for all columns.
        new("bytea", "bytea") { Values = ["", "\\x00ff"], Compare = Comparison.Hex, Canonical = "encode(v, 'hex')", Label = "bytea beside a type that has no binary format" },
        new("T[]", "int4[]") { Values = ["{}", "{1,NULL}"], Compare = Comparison.Json, Canonical = "array_to_json(v)::text", Key = KeyUse.NotInStarRocks, Label = "int4[] beside a type that has no binary format" },
    ];
}
