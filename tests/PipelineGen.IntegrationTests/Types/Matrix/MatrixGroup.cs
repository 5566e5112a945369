namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Cases that share a database and a pipeline.</summary>
/// <param name="StarRocks">The release that the DDL is for and that the stand-in stands in for.</param>
internal sealed record MatrixGroup(string Name, IReadOnlyList<MatrixCase> Cases, string StarRocks = "3.5")
{
    /// <summary>The whole matrix.</summary>
    public static IReadOnlyList<MatrixGroup> All { get; } =
    [
        new("numbers", NumberCases.All),
        new("wide numbers", NumberCases.Wide, "4.1"),
        new("text", TextCases.All),
        new("time", TimeCases.All),
        new("documents", DocumentCases.All),
        new("system", SystemCases.All),
        new("ranges", RangeCases.All),
        new("shapes", ShapeCases.All),
        new("containers", ContainerCases.All),
        new("extensions", ExtensionCases.All),
        new("unknown", UnknownCases.All),
        new("tables", TableCases.All),
    ];

    public static MatrixGroup Of(string name) => All.Single(g => g.Name == name);
}
