using Microsoft.CodeAnalysis.CodeActions;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics.Fixes;

/// <summary>What each fix makes of the failing examples, and that nothing is left to report then.</summary>
public sealed class CodeFixTests
{
    public static TheoryData<string> Names => [.. DiagnosticExample.Names.Where(static name => FixWorkspace.FixableIds.Contains(name.Split('/')[0]))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_example_is_offered_the_fixes_in_its_folder(string name)
    {
        using var workspace = new FixWorkspace(DiagnosticExample.Of(name).Failing);

        IReadOnlyList<CodeAction> offers = await workspace.OffersAsync();

        if (Snapshot.IsAccepted)
        {
            Directory.CreateDirectory(Path.Combine(DiagnosticExample.Root, name, "fixed"));
            foreach (CodeAction offer in offers)
                await SnapshotFile.CompareAsync(FixedFile(name, DiagnosticExample.FixSlug(offer.Title)), (await workspace.ApplyAsync(offer)).Source, accepts: true);
        }

        Assert.Equal(DiagnosticExample.Of(name).Fixed.Keys.Order(StringComparer.Ordinal), offers.Select(static o => DiagnosticExample.FixSlug(o.Title)).Order(StringComparer.Ordinal));
    }

    public static TheoryData<string, string> Fixes
    {
        get
        {
            var fixes = new TheoryData<string, string>();
            foreach (string name in DiagnosticExample.Names)
            {
                foreach (string fix in DiagnosticExample.Of(name).Fixed.Keys.Order(StringComparer.Ordinal))
                    fixes.Add(name, fix);
            }

            return fixes;
        }
    }

    [Theory]
    [MemberData(nameof(Fixes))]
    public async Task A_fix_gives_the_text_in_its_file_and_leaves_nothing_to_report(string name, string fix)
    {
        DiagnosticExample example = DiagnosticExample.Of(name);
        using var workspace = new FixWorkspace(example.Failing);
        CodeAction action = (await workspace.OffersAsync()).Single(o => DiagnosticExample.FixSlug(o.Title) == fix);

        (string source, ExampleRun run) = await workspace.ApplyAsync(action);

        Assert.Null(await SnapshotFile.CompareAsync(FixedFile(name, fix), source, Snapshot.IsAccepted));
        run.AssertClean();
    }

    [Fact]
    public void Every_fixable_id_has_an_example_with_a_fix() =>
        Assert.All(FixWorkspace.FixableIds, static id => Assert.Contains(DiagnosticExample.Names, name => name.StartsWith(id + "/", StringComparison.Ordinal) && DiagnosticExample.Of(name).Fixed.Count > 0));

    private static string FixedFile(string name, string fix) => Path.Combine(DiagnosticExample.Root, name, "fixed", fix + ".verified.cs");
}
