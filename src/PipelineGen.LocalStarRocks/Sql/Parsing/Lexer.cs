using System.Text;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

internal enum TokenKind { Word, Quoted, Text, Integer, Number, Symbol, End }

/// <summary>A token. Lines count from 1, columns from 0, as StarRocks' messages do.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, int Line, int Column)
{
    public bool Is(string word) => Kind == TokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}

/// <summary>Splits a statement. 'x' and "x" are both texts; only backticks quote a name (STARROCKS.md, 5.1).</summary>
internal sealed class Lexer(string sql)
{
    private static readonly string[] Symbols = ["<=>", "<=", ">=", "<>", "!=", "||", "&&", "->", "@@"];
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public List<Token> Run()
    {
        while (true)
        {
            SkipBlank();
            int start = _at, line = _line, column = _at - _lineStart;
            if (_at == sql.Length)
            {
                _tokens.Add(new Token(TokenKind.End, "<EOF>", start, start, line, column));
                return _tokens;
            }

            (TokenKind kind, string text) = Take(line, column);
            _tokens.Add(new Token(kind, text, start, _at, line, column));
        }
    }

    private (TokenKind Kind, string Text) Take(int line, int column)
    {
        char c = sql[_at];
        if (c == '`')
        {
            return (TokenKind.Quoted, Delimited('`', escapes: false, line, column));
        }

        if (c is '\'' or '"')
        {
            return (TokenKind.Text, Delimited(c, escapes: true, line, column));
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < sql.Length && char.IsAsciiDigit(sql[_at + 1])))
        {
            return Number();
        }

        if (char.IsLetter(c) || c is '_' or '$')
        {
            int start = _at;
            while (_at < sql.Length && (char.IsLetterOrDigit(sql[_at]) || sql[_at] is '_' or '$'))
            {
                _at++;
            }

            return (TokenKind.Word, sql[start.._at]);
        }

        foreach (string symbol in Symbols)
        {
            if (string.CompareOrdinal(sql, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return (TokenKind.Symbol, symbol == "!=" ? "<>" : symbol);
            }
        }

        _at++;
        return (TokenKind.Symbol, c.ToString());
    }

    private (TokenKind Kind, string Text) Number()
    {
        int start = _at;
        bool whole = true;
        while (_at < sql.Length)
        {
            char c = sql[_at];
            bool exponent = c is 'e' or 'E' && _at + 1 < sql.Length && (char.IsAsciiDigit(sql[_at + 1]) || (sql[_at + 1] is '+' or '-' && _at + 2 < sql.Length && char.IsAsciiDigit(sql[_at + 2])));
            if (!char.IsAsciiDigit(c) && c != '.' && !exponent)
            {
                break;
            }

            whole &= char.IsAsciiDigit(c);
            _at += exponent ? 2 : 1;
        }

        return (whole ? TokenKind.Integer : TokenKind.Number, sql[start.._at]);
    }

    private string Delimited(char quote, bool escapes, int line, int column)
    {
        var text = new StringBuilder();
        _at++;
        while (_at < sql.Length)
        {
            char c = sql[_at++];
            if (c == '\n')
            {
                _line++;
                _lineStart = _at;
            }

            if (c == quote)
            {
                if (_at >= sql.Length || sql[_at] != quote)
                {
                    return text.ToString();
                }

                _at++;
            }
            else if (c == '\\' && escapes && _at < sql.Length)
            {
                c = sql[_at++] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\b',
                    '0' => '\0',
                    'Z' => '\x1A',
                    // \% and \_ keep their backslash, since they mean something to LIKE.
                    '%' => Keep(text, '%'),
                    '_' => Keep(text, '_'),
                    var other => other,
                };
            }

            text.Append(c);
        }

        throw StarRocksError.Syntax(line, column, $"Unexpected input '{quote}', the most similar input is {{<EOF>}}.");
    }

    private static char Keep(StringBuilder text, char c)
    {
        text.Append('\\');
        return c;
    }

    private void SkipBlank()
    {
        while (_at < sql.Length)
        {
            char c = sql[_at];
            if (c == '\n')
            {
                _at++;
                _line++;
                _lineStart = _at;
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '#' || (c == '-' && _at + 1 < sql.Length && sql[_at + 1] == '-'))
            {
                while (_at < sql.Length && sql[_at] != '\n')
                {
                    _at++;
                }
            }
            else if (c == '/' && _at + 1 < sql.Length && sql[_at + 1] == '*')
            {
                int end = sql.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                end = end < 0 ? sql.Length : end + 2;
                for (; _at < end; _at++)
                {
                    if (sql[_at] == '\n')
                    {
                        _line++;
                        _lineStart = _at + 1;
                    }
                }
            }
            else
            {
                return;
            }
        }
    }
}
