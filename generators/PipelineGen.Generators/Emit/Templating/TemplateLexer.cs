namespace PipelineGen.Generators.Emit.Templating;

internal enum TemplateTokenKind { Text, Name, Number, String, Symbol, EndOfStatement }

/// <param name="Line">Counted from 1.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Value, int Line);

/// <summary>
/// Splits a template into texts and the words of its statements. Whitespace control as in Scriban: <c>{{~</c> takes the
/// spaces before it up to the line's beginning, <c>~}}</c> those after it and the line end.
/// </summary>
internal sealed class TemplateLexer(string template, string text)
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "!", ".", "(", ")"];

    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;

    public static IReadOnlyList<TemplateToken> Split(string template, string text)
    {
        var lexer = new TemplateLexer(template, text);
        lexer.Split();
        return lexer._tokens;
    }

    private void Split()
    {
        bool trimsNext = false;
        while (_at < text.Length)
        {
            int open = text.IndexOf("{{", _at, StringComparison.Ordinal);
            int end = open < 0 ? text.Length : open;
            bool trimsBefore = open >= 0 && open + 2 < text.Length && text[open + 2] == '~';
            AddText(text.Substring(_at, end - _at), trimsNext, trimsBefore);
            if (open < 0)
                return;
            _at = open + (trimsBefore ? 3 : 2);
            trimsNext = Statement();
        }
    }

    private void AddText(string part, bool trimsStart, bool trimsEnd)
    {
        int line = _line;
        _line += part.Count(static c => c == '\n');
        if (trimsStart)
        {
            int start = 0;
            while (start < part.Length && part[start] is ' ' or '\t')
                start++;
            if (start < part.Length && part[start] == '\n')
                start++;
            part = part.Substring(start);
        }

        if (trimsEnd)
            part = part.TrimEnd(' ', '\t');
        if (part.Length > 0)
            _tokens.Add(new TemplateToken(TemplateTokenKind.Text, part, line));
    }

    /// <summary>Reads up to the closing braces; whether they are <c>~}}</c>.</summary>
    private bool Statement()
    {
        while (_at < text.Length)
        {
            char c = text[_at];
            if (Takes("~}}"))
                return Close(true);
            if (Takes("}}"))
                return Close(false);
            if (c == '\n')
                throw Error("a statement has to end on its line with '}}'");
            if (c is ' ' or '\t')
                _at++;
            else if (c == '"')
                ReadString();
            else if (char.IsDigit(c))
                ReadWhile(TemplateTokenKind.Number, char.IsDigit);
            else if (char.IsLetter(c) || c == '_')
                ReadWhile(TemplateTokenKind.Name, static l => char.IsLetterOrDigit(l) || l == '_');
            else if (Symbols.FirstOrDefault(Takes) is { } symbol)
                Add(TemplateTokenKind.Symbol, symbol);
            else
                throw Error($"unexpected '{c}'");
        }

        throw Error("expected '}}', found the end of the template");
    }

    private bool Close(bool trims)
    {
        Add(TemplateTokenKind.EndOfStatement, "}}");
        return trims;
    }

    private bool Takes(string symbol)
    {
        if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0)
            return false;
        _at += symbol.Length;
        return true;
    }

    private void ReadString()
    {
        int end = text.IndexOf('"', _at + 1);
        if (end < 0 || text.IndexOf('\n', _at, end - _at) >= 0)
            throw Error("a string is not closed");
        string value = text.Substring(_at + 1, end - _at - 1);
        if (value.Contains("\\"))
            throw Error("strings with escapes are outside the subset");
        Add(TemplateTokenKind.String, value);
        _at = end + 1;
    }

    private void ReadWhile(TemplateTokenKind kind, Func<char, bool> belongs)
    {
        int start = _at;
        while (_at < text.Length && belongs(text[_at]))
            _at++;
        Add(kind, text.Substring(start, _at - start));
    }

    private void Add(TemplateTokenKind kind, string value) => _tokens.Add(new TemplateToken(kind, value, _line));

    private TemplateException Error(string message) => new(template, _line, message);
}
