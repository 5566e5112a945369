namespace PipelineGen.Generators.Emit.Templating;

/// <summary>
/// What a template sees: members that are texts, booleans, numbers, objects, lists of objects, or null. Names are the
/// template's own, in snake_case, so that no reflection stands between the two.
/// </summary>
internal sealed class TemplateObject : Dictionary<string, object?>
{
    public TemplateObject()
        : base(StringComparer.Ordinal)
    {
    }
}
