using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PipelineGen.Tests.Architecture;

public partial class HouseTests
{
    /// <summary>ARCHITECTURE.md, section 2.</summary>
    private static readonly string[] Allowed =
    [
        "src", "generators", "tests", "examples", "PipelineGen.sln", "Directory.Packages.props", "README.md",
        "Directory.Build.props", "Directory.Build.targets", "BannedSymbols.txt", "global.json", ".editorconfig", ".gitattributes", ".gitignore", "LICENSE", ".ci",
    ];

    /// <summary>What git keeps, and what .gitignore keeps from it.</summary>
    private static readonly string[] NotCommitted = [".git", "bin", "obj", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts"];

    [Fact]
    public void The_top_level_holds_nothing_else() =>
        Assert.Empty(Strangers(Directory.EnumerateFileSystemEntries(Checkout.Root).Select(static e => Path.GetFileName(e)!)));

    [Fact]
    public void A_stranger_at_the_top_is_found() => Assert.Equal(["docs"], Strangers(["src", ".git", "docs"]));

    [Fact]
    public void Every_package_version_is_exact() => Assert.Empty(Inexact(File.ReadAllText(Checkout.Path("Directory.Packages.props"))));

    [Fact]
    public void No_project_brings_a_version_of_its_own() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(Checkout.Root, "*.csproj", SearchOption.AllDirectories), static file => File.ReadAllText(file).Contains("VersionOverride", StringComparison.Ordinal));

    [Theory]
    [InlineData("1.2.3", true)]
    [InlineData("1.2.3-beta.1", true)]
    [InlineData("1.2", false)]
    [InlineData("1.2.*", false)]
    [InlineData("[1.2.3,2.0.0)", false)]
    [InlineData("$(Some)", false)]
    public void An_inexact_version_is_found(string version, bool isExact) =>
        Assert.Equal(isExact ? [] : [$"A {version}"], Inexact($"<Project><ItemGroup><PackageVersion Include='A' Version='{version}' /></ItemGroup></Project>"));

    private static IEnumerable<string> Strangers(IEnumerable<string> entries) => entries.Where(static e => !Allowed.Contains(e) && !NotCommitted.Contains(e));

    private static IEnumerable<string> Inexact(string props)
    {
        XElement[] versions = [.. XDocument.Parse(props).Descendants().Where(static e => e.Name.LocalName == "PackageVersion")];
        Assert.NotEmpty(versions);
        return versions.Where(static v => !Exact().IsMatch((string?)v.Attribute("Version") ?? "")).Select(static v => $"{(string?)v.Attribute("Include")} {(string?)v.Attribute("Version")}");
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex Exact();
}
