using PipelineGen.Generators.Emit.Templating;

namespace PipelineGen.Generators.Emit;

/// <summary>The templates of this assembly, each parsed once, by whichever renderer this build has.</summary>
internal static class Templates
{
    private static readonly Lazy<ITemplateRenderer> LazyRow = new(static () => Load("row.sbncs"));
    private static readonly Lazy<ITemplateRenderer> LazyEnum = new(static () => Load("enum.sbncs"));
    private static readonly Lazy<ITemplateRenderer> LazyComposite = new(static () => Load("composite.sbncs"));
    private static readonly Lazy<ITemplateRenderer> LazyPipeline = new(static () => Load("pipeline.sbncs"));

    public static ITemplateRenderer Row => LazyRow.Value;

    public static ITemplateRenderer Enum => LazyEnum.Value;

    public static ITemplateRenderer Composite => LazyComposite.Value;

    public static ITemplateRenderer Pipeline => LazyPipeline.Value;

    internal static string Read(string name)
    {
        using Stream stream = typeof(Templates).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Template {name} is not embedded in {typeof(Templates).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        // A checkout may have turned line ends; generated files have one kind.
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }

    private static ITemplateRenderer Load(string name) =>
#if UPSTREAM_PACKAGES
        new ScribanTemplate(name, Read(name));
#else
        SubsetTemplate.Parse(name, Read(name));
#endif
}
