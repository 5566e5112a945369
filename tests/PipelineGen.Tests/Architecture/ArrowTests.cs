namespace PipelineGen.Tests.Architecture;

public class ArrowTests
{
    [Fact]
    public void The_project_files_keep_the_arrows() => Assert.Empty(Arrows.Broken(Checkout.Projects()));

    [Fact]
    public void Every_project_of_the_house_is_seen()
    {
        string[] names = [.. Checkout.Projects().Select(static p => p.Name)];
        Assert.All(
            ["PipelineGen", "PipelineGen.Cli", "PipelineGen.CodeFixes", "PipelineGen.Generators", "PipelineGen.LocalStarRocks", "PipelineGen.Schema", "PipelineGen.Tests", "Shop"],
            name => Assert.Contains(name, names));
        Assert.Contains("Npgsql", Checkout.Projects().Single(static p => p.Name == "PipelineGen").Packages);
    }

    [Theory]
    [InlineData("PipelineGen.Schema", "<PackageReference Include='Anything' />")]
    [InlineData("PipelineGen.Schema", "<ProjectReference Include='..\\PipelineGen\\PipelineGen.csproj' />")]
    [InlineData("PipelineGen", "<PackageReference Include='Dapper' />")]
    [InlineData("PipelineGen", "<PackageReference Include='Spectre.Console.Json' />")]
    [InlineData("PipelineGen", "<PackageReference Include='Microsoft.CodeAnalysis.CSharp' />")]
    [InlineData("PipelineGen", "<PackageReference Include='Microsoft.Data.Sqlite' />")]
    [InlineData("PipelineGen", "<ProjectReference Include='..\\PipelineGen.LocalStarRocks\\PipelineGen.LocalStarRocks.csproj' />")]
    [InlineData("PipelineGen.LocalStarRocks", "<ProjectReference Include='../PipelineGen/PipelineGen.csproj' />")]
    [InlineData("PipelineGen.LocalStarRocks", "<PackageReference Include='Npgsql' />")]
    [InlineData("PipelineGen.Generators", "<ProjectReference Include='..\\..\\src\\PipelineGen\\PipelineGen.csproj' />")]
    [InlineData("PipelineGen.Generators", "<PackageReference Include='Npgsql' />")]
    [InlineData("PipelineGen.Generators", "<PackageReference Include='Microsoft.CodeAnalysis.CSharp.Workspaces' />")]
    [InlineData("PipelineGen.CodeFixes", "<ProjectReference Include='..\\PipelineGen.Generators\\PipelineGen.Generators.csproj' />")]
    [InlineData("PipelineGen.Cli", "<ProjectReference Include='..\\..\\generators\\PipelineGen.Generators\\PipelineGen.Generators.csproj' />")]
    [InlineData("PipelineGen.Tests", "<PackageReference Include='Dapper' />")]
    [InlineData("Shop", "<PackageReference Include='Dapper' />")]
    public void A_wrong_reference_is_found(string project, string item) =>
        Assert.Single(Arrows.Broken([ProjectFile.Parse(project, $"<Project Sdk='Microsoft.NET.Sdk'><ItemGroup>{item}</ItemGroup></Project>")]));
}
