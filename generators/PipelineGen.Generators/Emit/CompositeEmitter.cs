using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Emit;

/// <summary>The view that composite.sbncs prints, and the codec at the end of row.sbncs.</summary>
internal static class CompositeEmitter
{
    public static TemplateObject View(CompositeModel model) => new()
    {
        ["namespace"] = GeneratedFile.NullIfEmpty(model.Namespace),
        ["name"] = model.Name,
        ["codec"] = model.Codec,
        ["full_name"] = model.FullName,
        ["postgres_name"] = EmbeddedText.Comment(model.PostgresName),
        ["postgres_xml"] = EmbeddedText.Xml(model.PostgresName),
        ["generated_code"] = GeneratedFile.GeneratedCode,
        ["fields"] = model.Fields.Select(static (field, index) => new TemplateObject
        {
            ["index"] = index,
            ["property"] = field.Property,
            ["type"] = field.ValueType,
            ["method"] = field.IsReference ? "Reference" : "Value",
            ["codec"] = field.Codec,
            ["summary"] = $"Attribute <c>{EmbeddedText.Xml(field.Name)} {EmbeddedText.Xml(field.PostgresType)}</c>.",
            ["load_name"] = CSharpLiteral.Utf8((index == 0 ? "{" : ",") + EmbeddedText.Json(field.Name) + ":"),
        }).ToList(),
    };
}
