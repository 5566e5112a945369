using System.Globalization;
using System.Text;

namespace PipelineGen.Schema.Catalog;

/// <summary>
/// A cursor over one line. The first failure sticks: after it every read returns an empty value and
/// <see cref="AtEnd"/> is true, so that a caller reads on and asks once.
/// </summary>
internal sealed class CatalogFormatLine(string text)
{
    private const int LongestExcerpt = 40;

    private int _at;

    /// <summary>What was expected and what was found; null while all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether nothing but spaces is left, or the line failed.</summary>
    public bool AtEnd
    {
        get
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
            return Error is not null || _at == text.Length;
        }
    }

    /// <summary>Whether the line was read to its very end without a failure.</summary>
    public bool IsWhollyRead => Error is null && _at == text.Length;

    private char Current => _at < text.Length ? text[_at] : '\0';

    public void Fail(string message) => Error ??= message;

    /// <summary>The directive or attribute that stands next; empty when none does.</summary>
    public string Word()
    {
        int start = _at;
        while (CatalogFormatText.IsNamePart(Current))
            _at++;
        return text.Substring(start, _at - start);
    }

    /// <summary>The space between two parts of a line.</summary>
    public void Gap()
    {
        if (Current != ' ' && _at < text.Length)
            Expected("a space");
        _ = AtEnd;
    }

    public bool Accept(char c)
    {
        if (Error is not null || Current != c || _at == text.Length)
            return false;
        _at++;
        return true;
    }

    public void Expect(char c)
    {
        if (!Accept(c))
            Expected($"'{c}'");
    }

    public string Name(string what = "a name")
    {
        if (Error is not null)
            return "";
        if (Current == '"')
        {
            string name = String();
            if (name.Length == 0)
                Fail($"expected {what}, found an empty one");
            return name;
        }

        if (!CatalogFormatText.IsNameStart(Current))
        {
            Expected($"{what} (in double quotes unless it is a lower-case identifier)");
            return "";
        }

        return Word();
    }

    public QualifiedName QualifiedName()
    {
        string schema = Name("a schema name");
        Expect('.');
        return new QualifiedName(schema, Name());
    }

    public TypeReference Type()
    {
        string first = Name("a type");
        QualifiedName name = Accept('.')
            ? new QualifiedName(first, Name("a type name"))
            : new QualifiedName(Catalog.QualifiedName.BuiltIn, first);
        EquatableArray<int> modifiers = EquatableArray<int>.Empty;
        if (Accept('('))
        {
            var list = new List<int>();
            do
                list.Add(Number("a type modifier"));
            while (Accept(','));
            Expect(')');
            modifiers = list.ToEquatableArray();
        }

        bool isArray = Accept('[');
        if (isArray)
            Expect(']');
        return new TypeReference(name, modifiers, isArray);
    }

    public int Number(string what)
    {
        int start = _at;
        if (Current == '-')
            _at++;
        while (Current is >= '0' and <= '9')
            _at++;
        if (Error is null
            && int.TryParse(text.Substring(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        _at = start;
        Expected($"{what} (a number)");
        return 0;
    }

    /// <summary>A word of letters, digits and underscores, or a string.</summary>
    public string Value(string what)
    {
        if (Current == '"')
            return String();
        int start = _at;
        while (CatalogFormatText.IsValuePart(Current))
            _at++;
        if (_at == start)
            Expected(what);
        return text.Substring(start, _at - start);
    }

    /// <summary>A string in double quotes.</summary>
    public string String()
    {
        if (!Accept('"'))
        {
            Expected("a string in double quotes");
            return "";
        }

        var value = new StringBuilder();
        while (_at < text.Length && Error is null)
        {
            char c = text[_at++];
            if (c == '"')
                return value.ToString();
            if (c == '\\')
                Escape(value);
            else
                value.Append(c);
        }

        Fail("expected a closing double quote, found the end of the line");
        return "";
    }

    /// <summary>Reads <c>name=value</c> attributes and the flag <c>not_null</c>, each once, up to the end of the line.</summary>
    public void Attributes(Func<string, bool> read, Action? notNull = null, string? repeatable = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Gap();
        while (!AtEnd)
        {
            string name = Word();
            if (name.Length == 0)
            {
                Expected("an attribute");
                return;
            }

            if (!seen.Add(name) && name != repeatable)
                Fail($"'{name}' stands twice on this line");
            if (name == "not_null" && notNull is not null)
            {
                notNull();
            }
            else
            {
                Expect('=');
                if (Error is null && !read(name))
                    Fail($"expected an attribute of this directive, found '{name}'");
            }

            Gap();
        }
    }

    public void Expected(string what)
    {
        string rest = text.Substring(_at);
        if (rest.Length > LongestExcerpt)
            rest = rest.Substring(0, LongestExcerpt) + "...";
        Fail(rest.Length == 0 ? $"expected {what}, found the end of the line" : $"expected {what}, found '{rest}'");
    }

    private void Escape(StringBuilder value)
    {
        char c = Current;
        _at = Math.Min(_at + 1, text.Length);
        switch (c)
        {
            case '"' or '\\': value.Append(c); break;
            case 'n': value.Append('\n'); break;
            case 'r': value.Append('\r'); break;
            case 't': value.Append('\t'); break;
            case 'u': CodePoint(value); break;
            default: Fail($"expected \\\" \\\\ \\n \\r \\t or \\u{{..}} in a string, found '\\{(c == '\0' ? "" : c)}'"); break;
        }
    }

    private void CodePoint(StringBuilder value)
    {
        int close = text.IndexOf('}', _at);
        if (Current == '{' && close > _at + 1 && close - _at <= 7
            && int.TryParse(text.Substring(_at + 1, close - _at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int point)
            && point <= 0x10FFFF)
        {
            // A lone surrogate is no character, but it is a char, and what was written must be read.
            value.Append(point is >= 0xD800 and <= 0xDFFF ? ((char)point).ToString() : char.ConvertFromUtf32(point));
            _at = close + 1;
            return;
        }

        Expected("a code point such as {1b} after \\u");
    }
}
