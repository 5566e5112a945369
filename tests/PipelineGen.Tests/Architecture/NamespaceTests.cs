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
        new("src/PipelineGen.Schema", "System.IO", "System.Net", "File", "Directory", "Npgsql", "PipelineGen.Postgres", "PipelineGen.Rows"),
        new("generators/PipelineGen.Generators", "File", "Directory", "FileStream", "StreamReader", "StreamWriter", "System.Net", "System.Diagnostics.Process", "Environment"),
    ];

    public static TheoryData<string> Folders => [.. Rules.Select(static r => r.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folders_name_only_what_they_may(string folder)
    {
        NamespaceRule rule = Rules.Single(r => r.Folder == folder);
        (string Path, string Text)[] sources = [.. Checkout.Sources(folder.Split('/'))];
        Assert.NotEmpty(sources);
        // An embedded template is read from the assembly, not from the disk.
        Assert.Empty(sources.Where(static s => !s.Path.EndsWith("Emit/EmbeddedText.cs", StringComparison.Ordinal)).SelectMany(s => rule.Broken(s.Path, s.Text)));
    }

    [Theory]
    [InlineData("using PipelineGen.StarRocks;", true)]
    [InlineData("var x = global::PipelineGen.StarRocks.SqlText.Literal(\"\");", true)]
    [InlineData("// as PipelineGen.StarRocks does", false)]
    [InlineData("/* PipelineGen.StarRocks\n */ int StarRocksType;", false)]
    [InlineData("using PipelineGen.StarRocksish;", false)]
    public void A_named_namespace_is_found(string text, bool broken) =>
        Assert.Equal(broken, new NamespaceRule("", "PipelineGen.StarRocks").Broken("a.cs", text).Any());
}
