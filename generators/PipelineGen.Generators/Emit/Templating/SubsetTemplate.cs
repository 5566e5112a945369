using System.Globalization;
using System.Text;

namespace PipelineGen.Generators.Emit.Templating;

/// <summary>
/// The part of Scriban that the templates use: output, <c>for</c> with <c>for.first</c>, <c>for.last</c> and
/// <c>for.index</c>, <c>if</c>, <c>else if</c>, <c>else</c>, members, texts, numbers, <c>! &amp;&amp; || == !=</c>.
/// Anything else is an error when the template is parsed, so that no template comes to mean two things.
/// </summary>
internal sealed class SubsetTemplate : ITemplateRenderer
{
    private readonly string _name;
    private readonly IReadOnlyList<TemplateToken> _tokens;
    private IReadOnlyList<TemplateNode> _nodes = [];
    private int _at;

    private SubsetTemplate(string name, string text)
    {
        _name = name;
        _tokens = TemplateLexer.Split(name, text);
    }

    /// <exception cref="TemplateException">The text is no template of the subset.</exception>
    public static SubsetTemplate Parse(string name, string text)
    {
        var template = new SubsetTemplate(name, text);
        template._nodes = template.Body(isInside: false);
        return template;
    }

    public string Render(TemplateObject model)
    {
        var output = new StringBuilder();
        TemplateNode.RenderAll(_nodes, new TemplateScope(_name, model), output);
        return output.ToString();
    }

    /// <summary>Nodes up to <c>else</c> or <c>end</c>, which the caller takes, or up to the template's end.</summary>
    private List<TemplateNode> Body(bool isInside)
    {
        var nodes = new List<TemplateNode>();
        while (_at < _tokens.Count)
        {
            TemplateToken token = _tokens[_at];
            if (token.Kind == TemplateTokenKind.Text)
            {
                _at++;
                nodes.Add(new TextNode(token.Value, token.Line));
            }
            else if (IsWord("else") || IsWord("end"))
            {
                return isInside ? nodes : throw Error($"'{token.Value}' without 'if' or 'for'");
            }
            else
            {
                nodes.Add(Statement(token.Line));
            }
        }

        return isInside ? throw Error("expected 'end', found the end of the template") : nodes;
    }

    private TemplateNode Statement(int line)
    {
        if (!IsMember() && TakesWord("for"))
            return For(line);
        if (TakesWord("if"))
            return If(line);
        TemplateExpression value = Or();
        EndStatement();
        return new OutputNode(value, line);
    }

    private ForNode For(int line)
    {
        string variable = Take(TemplateTokenKind.Name, "a loop variable").Value;
        if (!TakesWord("in"))
            throw Error("expected 'in'");
        TemplateExpression items = Or();
        EndStatement();
        List<TemplateNode> body = Body(isInside: true);
        if (!TakesWord("end"))
            throw Error("expected 'end' of 'for'");
        EndStatement();
        return new ForNode(variable, items, body, line);
    }

    private IfNode If(int line)
    {
        var branches = new List<(TemplateExpression?, IReadOnlyList<TemplateNode>)>();
        TemplateExpression? condition = Or();
        while (true)
        {
            EndStatement();
            branches.Add((condition, Body(isInside: true)));
            if (TakesWord("end"))
                break;
            if (condition is null)
                throw Error("expected 'end' after 'else'");
            TakesWord("else");
            condition = TakesWord("if") ? Or() : null;
        }

        EndStatement();
        return new IfNode(branches, line);
    }

    private TemplateExpression Or() => Binary(And, "||");

    private TemplateExpression And() => Binary(Equality, "&&");

    private TemplateExpression Equality() => Binary(Unary, "==", "!=");

    private TemplateExpression Binary(Func<TemplateExpression> operand, params string[] operators)
    {
        TemplateExpression left = operand();
        while (operators.FirstOrDefault(TakesSymbol) is { } found)
            left = new BinaryExpression(found, left, operand(), left.Line);
        return left;
    }

    private TemplateExpression Unary()
    {
        int line = Line;
        if (TakesSymbol("!"))
            return new NotExpression(Unary(), line);
        TemplateExpression value = Primary(line);
        while (TakesSymbol("."))
            value = new MemberExpression(value, Take(TemplateTokenKind.Name, "a member").Value, line);
        return value;
    }

    private TemplateExpression Primary(int line)
    {
        if (TakesSymbol("("))
        {
            TemplateExpression inner = Or();
            return TakesSymbol(")") ? inner : throw Error("expected ')'");
        }

        TemplateToken token = _at < _tokens.Count ? _tokens[_at] : default;
        _at++;
        return token switch
        {
            { Kind: TemplateTokenKind.String } => new LiteralExpression(token.Value, line),
            { Kind: TemplateTokenKind.Number } => new LiteralExpression(int.Parse(token.Value, CultureInfo.InvariantCulture), line),
            { Kind: TemplateTokenKind.Name, Value: "true" or "false" } => new LiteralExpression(token.Value == "true", line),
            { Kind: TemplateTokenKind.Name, Value: "null" } => new LiteralExpression(null, line),
            { Kind: TemplateTokenKind.Name } => new NameExpression(token.Value, line),
            _ => throw new TemplateException(_name, line, $"expected a value, found '{token.Value}'"),
        };
    }

    private int Line => _tokens.Count == 0 ? 1 : _tokens[Math.Min(_at, _tokens.Count - 1)].Line;

    private bool IsWord(string word) => _at < _tokens.Count && _tokens[_at].Kind == TemplateTokenKind.Name && _tokens[_at].Value == word;

    /// <summary>Whether a member follows: <c>for.index</c> is a value, no loop.</summary>
    private bool IsMember() => _at + 1 < _tokens.Count && _tokens[_at + 1] is { Kind: TemplateTokenKind.Symbol, Value: "." };

    private bool TakesWord(string word)
    {
        if (!IsWord(word))
            return false;
        _at++;
        return true;
    }

    private bool TakesSymbol(string symbol)
    {
        if (_at >= _tokens.Count || _tokens[_at].Kind != TemplateTokenKind.Symbol || _tokens[_at].Value != symbol)
            return false;
        _at++;
        return true;
    }

    private TemplateToken Take(TemplateTokenKind kind, string what) =>
        _at < _tokens.Count && _tokens[_at].Kind == kind ? _tokens[_at++] : throw Error($"expected {what}");

    private void EndStatement()
    {
        TemplateToken token = _at < _tokens.Count ? _tokens[_at] : default;
        if (token.Kind != TemplateTokenKind.EndOfStatement)
            throw Error($"expected '}}}}', found '{token.Value}': it is outside the subset of Scriban that this renderer knows");
        _at++;
    }

    private TemplateException Error(string message) => new(_name, Line, message);
}
