using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PipelineGen.Generators.Tests.Harness;

/// <summary>MSBuild properties of a test's project, as the compiler hands them on.</summary>
internal sealed class ProjectProperties(IReadOnlyDictionary<string, string> values)
{
    public static ProjectProperties None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Properties of a file such as Directory.Build.props.</summary>
    public static ProjectProperties Read(string file) => new(
        XDocument.Load(file).Descendants("PropertyGroup").Elements().ToDictionary(static e => e.Name.LocalName, static e => e.Value, StringComparer.Ordinal));

    public LanguageVersion Language =>
        values.TryGetValue("LangVersion", out string? text) && LanguageVersionFacts.TryParse(text, out LanguageVersion version) ? version : LanguageVersion.CSharp13;

    public AnalyzerConfigOptionsProvider ToAnalyzerConfig()
    {
        var visible = values.ToDictionary(static v => "build_property." + v.Key, static v => v.Value, StringComparer.Ordinal);
        // As PipelineGen.targets does: a semicolon would begin a comment on the way.
        if (values.TryGetValue("PipelineGenTypes", out string? types))
            visible["build_property._PipelineGenTypes"] = types.Replace(';', ' ');
        return new Provider(new Options(visible));
    }

    private sealed class Provider(AnalyzerConfigOptions options) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => options;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => options;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => options;
    }

    private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
