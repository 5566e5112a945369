#if UPSTREAM_PACKAGES
using System.Globalization;
using Scriban;
using Scriban.Runtime;

namespace PipelineGen.Generators.Emit.Templating;

/// <summary>A template rendered by Scriban.</summary>
internal sealed class ScribanTemplate : ITemplateRenderer
{
    private readonly string _name;
    private readonly Template _template;

    public ScribanTemplate(string name, string text)
    {
        _name = name;
        _template = Template.Parse(text, name);
        if (_template.HasErrors)
            throw new TemplateException(name, _template.Messages[0].Span.Start.Line + 1, _template.Messages[0].Message);
    }

    public string Render(TemplateObject model)
    {
        var context = new TemplateContext
        {
            StrictVariables = true,
            EnableRelaxedMemberAccess = false,
            EnableRelaxedTargetAccess = false,
            // On by default: it would indent the lines of a text that the template puts behind spaces.
            AutoIndent = false,
            // The defaults guard against templates of strangers: 1000 rounds of loops, 1 MB of text. 0 is no limit.
            LoopLimit = 0,
            LimitToString = 0,
        };
        context.PushCulture(CultureInfo.InvariantCulture);
        context.PushGlobal(ToScript(model));
        try
        {
            return _template.Render(context);
        }
        catch (Scriban.Syntax.ScriptRuntimeException exception)
        {
            throw new TemplateException(_name, exception.Span.Start.Line + 1, exception.OriginalMessage);
        }
    }

    private static ScriptObject ToScript(TemplateObject model)
    {
        var script = new ScriptObject();
        foreach (KeyValuePair<string, object?> member in model)
            script.Add(member.Key, ToScriptValue(member.Value));
        return script;
    }

    private static object? ToScriptValue(object? value) => value switch
    {
        TemplateObject inner => ToScript(inner),
        IReadOnlyList<TemplateObject> list => new ScriptArray(list.Select(ToScript)),
        _ => value,
    };
}
#endif
