using System.Runtime.CompilerServices;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Nothing of the contract is left out of the matrix, nor of the README.</summary>
public sealed class TypeTableTests
{
    private const string AcceptVariable = "PIPELINEGEN_ACCEPT_SNAPSHOTS";

    [Fact]
    public void Every_type_of_the_contract_has_a_row_in_the_matrix()
    {
        HashSet<string> tested = [.. MatrixGroup.All.SelectMany(static g => g.Cases).SelectMany(static c => c.Covers.Append(c.Type))];
        Assert.Empty(MatrixContract.Names.Except(tested).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_of_rows_are_not_repeated() =>
        Assert.Empty(MatrixGroup.All.SelectMany(static g => g.Cases).GroupBy(static c => c.Name, StringComparer.Ordinal).Where(static g => g.Count() > 1).Select(static g => g.Key));

    [Fact]
    public async Task The_readme_has_the_table_of_types()
    {
        string file = Readme();
        string readme = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");
        int begin = readme.IndexOf(TypeTable.Begin, StringComparison.Ordinal);
        int end = readme.IndexOf(TypeTable.End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"{file} has no section between {TypeTable.Begin} and {TypeTable.End}");
        begin += TypeTable.Begin.Length;
        string expected = $"\n{TypeTable.Markdown()}";
        if (readme[begin..end] == expected)
            return;
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            await File.WriteAllTextAsync(file, readme[..begin] + expected + readme[end..]);
            return;
        }

        Assert.Fail($"{file}: the table of types is not the one that the type contract and the matrix give. To accept: run with {AcceptVariable}=1. Expected:\n{expected}");
    }

    private static string Readme([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "..", "README.md"));
}
