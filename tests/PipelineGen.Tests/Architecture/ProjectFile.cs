using System.Xml.Linq;

namespace PipelineGen.Tests.Architecture;

/// <summary>What a project file says that it needs.</summary>
/// <param name="Projects">Names of the referenced projects, without path and extension.</param>
internal sealed record ProjectFile(string Name, IReadOnlyList<string> Packages, IReadOnlyList<string> Projects)
{
    public static ProjectFile Parse(string name, string xml)
    {
        XDocument document = XDocument.Parse(xml);
        return new ProjectFile(
            name,
            [.. Includes(document, "PackageReference")],
            [.. Includes(document, "ProjectReference").Select(static path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))]);
    }

    private static IEnumerable<string> Includes(XDocument document, string item) =>
        document.Descendants().Where(e => e.Name.LocalName == item).Select(static e => (string?)e.Attribute("Include")).OfType<string>();
}
