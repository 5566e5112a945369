namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Geometric types.</summary>
internal static class ShapeCases
{
    private const string Shapes = "point, box, circle, line, lseg, path, polygon";

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        Shape("point", ["(0,0)", "(-0,1.5)", "(1e300,-5e-324)", "(NaN,Infinity)"], "some_point()"),
        Shape("line", ["{1,-1,0}", "{0.1,2,-3e10}"], "format('{1,%s,%s}', some_float(), some_float())::line"),
        Shape("lseg", ["[(0,0),(1,1)]", "[(-Infinity,0),(NaN,1e15)]"], "lseg(some_point(), some_point())"),
        Shape("box", ["(1,1),(0,0)", "(-1,-1),(-2.5,-3)"], "box(some_point(), some_point())"),
        Shape("path", ["((0,0),(1,1))", "[(0,0),(1,1),(2,0)]", "[(5,5)]"], "(CASE WHEN random() < 0.5 THEN '[' || some_points() || ']' ELSE '(' || some_points() || ')' END)::path"),
        Shape("polygon", ["((0,0),(1,1),(1,0))", "((3,3))"], "('(' || some_points() || ')')::polygon"),
        Shape("circle", ["<(0,0),0>", "<(1,-2),3.25>"], "circle(some_point(), abs(some_float()))"),
        Shape("point", ["(0,0)", "(-0,1.5)", "(1e300,-5e-324)"], null) with
        {
            Choice = "StarRocksType = \"STRUCT\"", Label = "point as STRUCT", Compare = Comparison.Json, Canonical = "CASE WHEN v IS NOT NULL THEN json_build_object('x', v[0], 'y', v[1])::text END",
            Outside = [new("(NaN,1)", null, "'{\"x\": null, \"y\": 1}'"), new("(Infinity,-Infinity)", "'{\"x\": 1.7976931348623157e+308, \"y\": -1.7976931348623157e+308}'", "'{\"x\": null, \"y\": null}'")],
        },
    ];

    private static MatrixCase Shape(string type, string[] values, string? random) => new(Shapes, type) { Values = values, RandomSql = random, Key = KeyUse.NotInPostgres };
}
