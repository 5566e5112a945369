using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>Recursive descent over StarRocks' grammar, as far as the stand-in goes. This part: tokens, names, entry points.</summary>
internal sealed partial class SqlParser
{
    private static readonly FrozenSet<string> Reserved = (
        "ADD ALL ALTER ANALYZE AND ARRAY AS ASC BETWEEN BIGINT BITMAP BOTH BY CASE CHAR CHARACTER CHECK COLLATE COLUMN CONVERT CREATE CROSS CUBE " +
        "CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE DATABASES DECIMAL DEFAULT DELETE DENSE_RANK DESC DESCRIBE DISTINCT DOUBLE " +
        "DROP DUAL ELSE EXCEPT EXISTS EXPLAIN FALSE FIRST_VALUE FLOAT FOR FORCE FROM FULL FUNCTION GRANT GROUP GROUPING HAVING HLL IF IGNORE IN INDEX " +
        "INFILE INNER INSERT INT INTEGER INTERSECT INTO IS JOIN JSON KEY KEYS KILL LAG LARGEINT LAST_VALUE LATERAL LEAD LEFT LIKE LIMIT LOAD " +
        "LOCALTIME LOCALTIMESTAMP MAXVALUE MINUS MOD NTILE NOT NULL ON OR ORDER OUTER OUTFILE OVER PARTITION PERCENTILE PRIMARY PROCEDURE QUALIFY " +
        "RANGE RANK READ REGEXP RELEASE RENAME REPLACE REVOKE RIGHT RLIKE ROW ROWS ROW_NUMBER SCHEMA SCHEMAS SELECT SET SHOW SMALLINT SYSTEM TABLE " +
        "TERMINATED TEXT THEN TINYINT TO TRUE UNION UNIQUE UNSIGNED UPDATE USE USING VALUES VARCHAR WHEN WHERE WITH")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const int MaxDepth = 250;

    private readonly string _sql;
    private readonly List<Token> _tokens;
    private readonly IReadOnlyList<LiteralExpression>? _parameters;
    private int _at;
    private int _depth;

    private SqlParser(string sql, IReadOnlyList<LiteralExpression>? parameters = null)
    {
        _sql = sql;
        _tokens = new Lexer(sql).Run();
        _parameters = parameters;
    }

    /// <summary>Question marks met so far: what a prepared statement's parameters fill.</summary>
    private int Parameters { get; set; }

    private Token Current => _tokens[_at];

    private Token Ahead(int count = 1) => _tokens[Math.Min(_at + count, _tokens.Count - 1)];

    /// <exception cref="StarRocksError">StarRocks' syntax error.</exception>
    public static Statement Parse(string sql) => Parse(new SqlParser(sql));

    /// <summary>A statement with question marks; without <paramref name="values"/> they stand for NULL.</summary>
    public static (Statement Statement, int Parameters) ParsePrepared(string sql, IReadOnlyList<LiteralExpression>? values)
    {
        var parser = new SqlParser(sql, values ?? []);
        return (Parse(parser), parser.Parameters);
    }

    /// <summary>A column type alone, as <c>ColumnType.ToSql</c> prints it.</summary>
    public static ColumnType ParseType(string sql)
    {
        var parser = new SqlParser(sql);
        ColumnType type = parser.Type();
        return parser.Current.Kind == TokenKind.End ? type : throw parser.Unexpected("<EOF>");
    }

    private static Statement Parse(SqlParser parser)
    {
        Statement statement = parser.Statement();
        while (parser.TakeSymbol(";"))
        {
        }

        if (parser.Current.Kind != TokenKind.End)
        {
            throw parser.Unexpected("<EOF>, ';'");
        }

        return statement;
    }

    /// <summary>Whether there is nothing but blanks and comments.</summary>
    public static bool IsEmpty(string sql) => new Lexer(sql).Run().TrueForAll(t => t.Kind == TokenKind.End || t.IsSymbol(";"));

    /// <summary>The <c>columns</c> header of a load: names and <c>name = expression</c>.</summary>
    public static List<(string Name, Expression? Mapping)> ParseLoadColumns(string header)
    {
        var parser = new SqlParser(header);
        var columns = new List<(string, Expression?)>();
        do
        {
            string name = parser.Name("a column name", reservedToo: true);
            columns.Add((name, parser.TakeSymbol("=") ? parser.Expression() : null));
        }
        while (parser.TakeSymbol(","));

        return parser.Current.Kind == TokenKind.End ? columns : throw parser.Unexpected("','");
    }

    // Neither this parser's stack nor the translator's may grow with what a client sends.
    private void Deeper()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw StarRocksError.Syntax(Current.Line, Current.Column, "The statement is nested too deep.");
        }
    }

    private LiteralExpression Parameter()
    {
        int index = Parameters++;
        return _parameters is null ? throw Unexpected("an expression")
            : index < _parameters.Count ? _parameters[index]
            : new LiteralExpression(Values.SourceKind.Null, "NULL", ColumnType.Null);
    }

    private StarRocksError Unexpected(string expected)
    {
        Token token = Current;
        return StarRocksError.Syntax(token.Line, token.Column, $"Unexpected input '{(token.Kind == TokenKind.End ? "<EOF>" : _sql[token.Start..token.End])}', the most similar input is {{{expected}}}.");
    }

    private bool At(string word) => Current.Is(word);

    private bool At(string first, string second) => Current.Is(first) && Ahead().Is(second);

    private bool Take(string word)
    {
        if (!At(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool Take(string first, string second)
    {
        if (!At(first, second))
        {
            return false;
        }

        _at += 2;
        return true;
    }

    private void Expect(string word)
    {
        if (!Take(word))
        {
            throw Unexpected("'" + word + "'");
        }
    }

    private bool AtSymbol(string symbol) => Current.IsSymbol(symbol);

    private bool TakeSymbol(string symbol)
    {
        if (!AtSymbol(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Unexpected("'" + symbol + "'");
        }
    }

    public static bool IsReserved(string word) => Reserved.Contains(word);

    private bool AtName() => Current.Kind == TokenKind.Quoted || (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Text));

    private string Name(string expected = "a legal identifier", bool reservedToo = false)
    {
        if (AtName() || (reservedToo && Current.Kind == TokenKind.Word))
        {
            return _tokens[_at++].Text;
        }

        throw Unexpected(expected);
    }

    private string Text()
    {
        return Current.Kind == TokenKind.Text ? _tokens[_at++].Text : throw Unexpected("SINGLE_QUOTED_TEXT, DOUBLE_QUOTED_TEXT");
    }

    private long Integer()
    {
        return Current.Kind == TokenKind.Integer && long.TryParse(Current.Text, out long value)
            ? Advance(value)
            : throw Unexpected("INTEGER_VALUE");
    }

    private T Advance<T>(T value)
    {
        _at++;
        return value;
    }

    private TableName QualifiedName()
    {
        string first = Name();
        if (!TakeSymbol("."))
        {
            return new TableName(null, first);
        }

        string second = Name(reservedToo: true);
        if (!TakeSymbol("."))
        {
            return new TableName(first, second);
        }

        // catalog.db.table: only the internal catalog is here.
        return first == "default_catalog"
            ? new TableName(second, Name(reservedToo: true))
            : throw StarRocksError.Refused($"Unknown catalog '{first}'");
    }

    private List<string> NameList()
    {
        ExpectSymbol("(");
        List<string> names = [Name()];
        while (TakeSymbol(","))
        {
            names.Add(Name());
        }

        ExpectSymbol(")");
        return names;
    }

    /// <summary>The longest chain of AND, OR or arithmetic: SQLite's expressions end at a depth of 1000.</summary>
    private int Chain(int length) => length < 900 ? length + 1 : throw StarRocksError.NotInStandIn("a chain of more than 900 operators");

    private bool IfExists()
    {
        if (!Take("IF"))
        {
            return false;
        }

        Expect("EXISTS");
        return true;
    }

    private bool IfNotExists()
    {
        if (!Take("IF"))
        {
            return false;
        }

        Expect("NOT");
        Expect("EXISTS");
        return true;
    }
}
