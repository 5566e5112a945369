using PipelineGen.IntegrationTests.Postgres;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;
using Xunit.Abstractions;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>
/// Every row of TYPES.md, from a real server through generated code to the target and back: what the target prints equals the
/// canonical form that Postgres itself computed in SQL (TYPES.md, rule 4). On every version of the server that is on this machine.
/// </summary>
[Collection(PostgresVersionsCollection.Name)]
public sealed class TypeMatrixTests(PostgresVersions versions, ITestOutputHelper output)
{
    private const string SeedVariable = "PIPELINEGEN_MATRIX_SEED";

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out int seed) ? seed : 20261122;

    public static TheoryData<int, string> Groups
    {
        get
        {
            var groups = new TheoryData<int, string>();
            foreach (PostgresInstallation installation in PostgresInstallation.Found)
            {
                foreach (MatrixGroup group in MatrixGroup.All)
                    groups.Add(installation.MajorVersion, group.Name);
            }

            return groups;
        }
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Every_value_arrives_as_postgres_has_it(int version, string name)
    {
        MatrixReport report = MatrixReport.Of(version);
        await using MatrixRun run = await MatrixRun.CreateAsync(await versions.StartedAsync(version), MatrixGroup.Of(name), version, Seed);
        foreach ((MatrixCase matrixCase, string why) in run.Skipped)
        {
            report.Skip(matrixCase, why);
            output.WriteLine($"{matrixCase.Name}: skipped, {why}");
        }

        var problems = new List<string>(IllegalKeys(run));
        foreach (string format in (string[])["binary", "text"])
        {
            problems.AddRange(await run.CompareAsync(format, report));
            problems.AddRange(await StopsAsync(run, format, report));
        }

        output.WriteLine($"{run.Tables.Count} tables, seed {Seed}, {await report.WriteAsync()}");
        // A few of each case: all ways and formats of one value tend to differ together.
        IEnumerable<string> shown = problems.GroupBy(static p => p.Split(" (m")[0]).SelectMany(static g => g.Take(6)).Take(120);
        Assert.True(problems.Count == 0, $"{problems.Count} differences, seed {Seed} ({SeedVariable}):\n{string.Join('\n', shown)}");
    }

    /// <summary>A value of its own run: half of them in the snapshot and half in the stream, the halves exchanged between the formats.</summary>
    private static async Task<IReadOnlyList<string>> StopsAsync(MatrixRun run, string format, MatrixReport report)
    {
        var problems = new List<string>();
        int count = format == "binary" ? 0 : 1;
        foreach (MatrixTable table in run.Tables.Where(static t => t.Stops))
        {
            foreach (OutsideValue value in table.Outside(run.Version))
            {
                string? problem = await run.StopsAtAsync(table, value, format, inSnapshot: count++ % 2 == 0);
                report.Add(table, format, problem is null);
                if (problem is not null)
                    problems.Add(problem);
            }
        }

        return problems;
    }

    /// <summary>Where StarRocks takes no key of the type, the contract asks for a decision.</summary>
    private static IEnumerable<string> IllegalKeys(MatrixRun run)
    {
        foreach (MatrixTable table in run.Tables.Where(static t => t.Role == MatrixRole.Value && t.Case.Key == KeyUse.NotInStarRocks))
        {
            CatalogFile file = run.Catalogs[table.Name];
            TypeReference type = file.Table.Columns.Single(static c => c.Name == "v").Type;
            TypeResolution resolution = TypeContract.Resolve(type, file, new ColumnChoice { IsKey = true, StarRocksType = TypeTable.ChoiceOf(table.Case) });
            if (resolution.Decision is null)
                yield return $"{table.Case.Name}: expected that no key can be of it, found {resolution.Mapping!.StarRocksType}";
        }
    }
}
