using System.Globalization;
using System.Text;

namespace PipelineGen.Generators.Emit.Templating;

/// <summary>A part of a parsed template that writes text.</summary>
internal abstract record TemplateNode(int Line)
{
    public abstract void Render(TemplateScope scope, StringBuilder output);

    public static void RenderAll(IReadOnlyList<TemplateNode> nodes, TemplateScope scope, StringBuilder output)
    {
        foreach (TemplateNode node in nodes)
            node.Render(scope, output);
    }
}

internal sealed record TextNode(string Text, int Line) : TemplateNode(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output) => output.Append(Text);
}

internal sealed record OutputNode(TemplateExpression Value, int Line) : TemplateNode(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output) => output.Append(Value.Evaluate(scope) switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw scope.Error(Line, "a list or an object has no text"),
    });
}

/// <summary>if, else if ... else: the first branch whose condition is null (else) or holds.</summary>
internal sealed record IfNode(IReadOnlyList<(TemplateExpression? Condition, IReadOnlyList<TemplateNode> Body)> Branches, int Line) : TemplateNode(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output)
    {
        foreach ((TemplateExpression? condition, IReadOnlyList<TemplateNode> body) in Branches)
        {
            if (condition is not null && !TemplateExpression.IsTrue(condition.Evaluate(scope)))
                continue;
            RenderAll(body, scope, output);
            return;
        }
    }
}

internal sealed record ForNode(string Variable, TemplateExpression Items, IReadOnlyList<TemplateNode> Body, int Line) : TemplateNode(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output)
    {
        if (Items.Evaluate(scope) is not IReadOnlyList<TemplateObject> items)
            throw scope.Error(Line, "'for' needs a list");
        for (int i = 0; i < items.Count; i++)
        {
            var loop = new TemplateObject { ["first"] = i == 0, ["last"] = i == items.Count - 1, ["index"] = i };
            RenderAll(Body, scope.With(Variable, items[i], loop), output);
        }
    }
}

/// <summary>The names that a part of a template sees: loop variables before the model's members.</summary>
internal sealed class TemplateScope(string template, TemplateObject model)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    public object? this[int line, string name] =>
        _variables.TryGetValue(name, out object? value) || model.TryGetValue(name, out value)
            ? value
            : throw Error(line, $"'{name}' is not defined");

    public TemplateScope With(string variable, object? value, TemplateObject loop)
    {
        var inner = new TemplateScope(template, model);
        foreach (KeyValuePair<string, object?> outer in _variables)
            inner._variables[outer.Key] = outer.Value;
        inner._variables[variable] = value;
        inner._variables["for"] = loop;
        return inner;
    }

    public TemplateException Error(int line, string message) => new(template, line, message);
}
