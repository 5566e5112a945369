namespace PipelineGen.Tests.Architecture;

public class NamespaceTests
{
    private static readonly NamespaceRule[] Rules =
    [
        new("src/PipelineGen/Postgres", "PipelineGen.StarRocks", "PipelineGen.Pipeline", "PipelineGen.Hosting", "StarRocks"),
        new("src/PipelineGen/StarRocks", "PipelineGen.Postgres", "PipelineGen.Pipeline", "PipelineGen.Hosting", "PipelineGen.Rows", "Npgsql", "Postgres"),
        new("src/PipelineGen/Rows", "PipelineGen.Postgres", "PipelineGen.StarRocks", "PipelineGen.Pipeline", "PipelineGen.Hosting", "Npgsql"),
        new("src/PipelineGen/Annotations", "PipelineGen.Rows", "PipelineGen.Postgres", "PipelineGen.StarRocks", "PipelineGen.Pipeline", "PipelineGen.Hosting", "Npgsql"),
        new("src/PipelineGen/Pipeline", "PipelineGen.Hosting", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Configuration"),
        new("src/PipelineGen.Schema", "System.IO.File", "System.IO.Directory", "System.Net", "File.Read*", "File.Write*", "File.Open*", "File.Exists", "Directory.*", "Npgsql"),
        new("generators/PipelineGen.Generators", "System.IO.File", "System.IO.Directory", "File.Read*", "File.Write*", "File.Open*", "File.Exists", "Directory.*", "FileStream", "FileInfo", "DirectoryInfo", "StreamWriter", "System.Net", "System.Diagnostics.Process", "Environment.*"),
        new("generators/PipelineGen.CodeFixes", "System.IO.File", "System.IO.Directory", "File.Read*", "File.Write*", "File.Open*", "File.Exists", "Directory.*", "FileStream", "FileInfo", "DirectoryInfo", "StreamWriter", "System.Net", "System.Diagnostics.Process", "Environment.*"),
    ];

    public static TheoryData<string> Folders => [.. Rules.Select(static r => r.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folders_name_only_what_they_may(string folder)
    {
        NamespaceRule rule = Rules.Single(r => r.Folder == folder);
        (string Path, string Text)[] sources = [.. Checkout.Sources(folder.Split('/'))];
        Assert.NotEmpty(sources);
        Assert.Empty(sources.SelectMany(s => rule.Broken(s.Path, s.Text)));
    }

    [Theory]
    [InlineData("using PipelineGen.StarRocks;", true)]
    [InlineData("var x = global::PipelineGen.StarRocks.SqlText.Literal(\"\");", true)]
    [InlineData("// as PipelineGen.StarRocks does", false)]
    [InlineData("/* PipelineGen.StarRocks\n */ int StarRocksType;", false)]
    [InlineData("using PipelineGen.StarRocksish;", false)]
    [InlineData("string text = File.ReadAllText(path);", true)]
    [InlineData("CatalogFile? File = result.File!.Table;", false)]
    public void A_named_namespace_is_found(string text, bool broken) =>
        Assert.Equal(broken, new NamespaceRule("", "PipelineGen.StarRocks", "File.Read*").Broken("a.cs", text).Any());
}
