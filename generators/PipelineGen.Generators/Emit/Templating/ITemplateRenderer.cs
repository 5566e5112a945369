namespace PipelineGen.Generators.Emit.Templating;

/// <summary>
/// Renders one template, parsed once. Two implementations render the same files: Scriban, with
/// <c>-p:UpstreamPackages=true</c>, and <see cref="SubsetTemplate"/>, where the registry has no Scriban.
/// </summary>
internal interface ITemplateRenderer
{
    /// <exception cref="TemplateException">The model lacks a member that the template names, or has another kind of value there.</exception>
    string Render(TemplateObject model);
}

/// <summary>An error in a template, or between a template and its model.</summary>
/// <param name="template">The template's name.</param>
/// <param name="line">Counted from 1.</param>
internal sealed class TemplateException(string template, int line, string message)
    : Exception($"{template}({line}): {message}");
