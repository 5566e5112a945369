namespace PipelineGen.Generators.Emit.Templating;

/// <summary>A value in a template.</summary>
internal abstract record TemplateExpression(int Line)
{
    public abstract object? Evaluate(TemplateScope scope);

    /// <summary>As in Scriban: all is true but null and false, also the empty text and zero.</summary>
    public static bool IsTrue(object? value) => value is not (null or false);
}

internal sealed record LiteralExpression(object? Value, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => Value;
}

internal sealed record NameExpression(string Name, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => scope[Line, Name];
}

internal sealed record MemberExpression(TemplateExpression Target, string Name, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => Target.Evaluate(scope) is TemplateObject target
        ? target.TryGetValue(Name, out object? value) ? value : throw scope.Error(Line, $"there is no member '{Name}'")
        : throw scope.Error(Line, $"'.{Name}' needs an object before it");
}

internal sealed record NotExpression(TemplateExpression Operand, int Line) : TemplateExpression(Line)
{
    public override object Evaluate(TemplateScope scope) => !IsTrue(Operand.Evaluate(scope));
}

internal sealed record BinaryExpression(string Operator, TemplateExpression Left, TemplateExpression Right, int Line) : TemplateExpression(Line)
{
    public override object Evaluate(TemplateScope scope) => Operator switch
    {
        "&&" => IsTrue(Left.Evaluate(scope)) && IsTrue(Right.Evaluate(scope)),
        "||" => IsTrue(Left.Evaluate(scope)) || IsTrue(Right.Evaluate(scope)),
        "==" => Equals(Left.Evaluate(scope), Right.Evaluate(scope)),
        _ => !Equals(Left.Evaluate(scope), Right.Evaluate(scope)),
    };
}
