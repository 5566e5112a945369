using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Emit;

/// <summary>The view that pipeline.sbncs prints.</summary>
internal static class PipelineEmitter
{
    public static TemplateObject View(PipelineModel model) => new()
    {
        ["namespace"] = GeneratedFile.NullIfEmpty(model.Type.Namespace),
        ["containers"] = GeneratedFile.Containers(model.Type),
        ["keyword"] = model.Type.Keyword,
        ["name"] = model.Type.Name,
        ["pipeline"] = model.Name,
        ["pipeline_literal"] = CSharpLiteral.Quoted(model.Name),
        ["generated_code"] = GeneratedFile.GeneratedCode,
        ["rows"] = model.Rows.Select(static row => new TemplateObject { ["type"] = row }).ToList(),
    };
}
