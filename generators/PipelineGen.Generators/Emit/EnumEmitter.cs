using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Emit;

/// <summary>The view that enum.sbncs prints, and the codec at the end of row.sbncs.</summary>
internal static class EnumEmitter
{
    public static TemplateObject View(EnumModel model) => new()
    {
        ["namespace"] = GeneratedFile.NullIfEmpty(model.Namespace),
        ["name"] = model.Name,
        ["full_name"] = model.FullName,
        ["postgres_name"] = EmbeddedText.Comment(model.PostgresName),
        ["postgres_xml"] = EmbeddedText.Xml(model.PostgresName),
        ["generated_code"] = GeneratedFile.GeneratedCode,
        ["is_empty"] = model.Members.Count == 0,
        ["members"] = model.Members.Select(static (member, index) => new TemplateObject
        {
            ["name"] = member.Name,
            ["label_literal"] = CSharpLiteral.Quoted(member.Label),
            ["label_utf8"] = CSharpLiteral.Utf8(member.Label),
            ["label_xml"] = EmbeddedText.Xml(member.Label),
            // 0 is Unknown, the default of the type.
            ["value"] = index + 1,
        }).ToList(),
    };
}
