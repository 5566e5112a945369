using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

internal abstract record Expression
{
    /// <summary>The text it was written as: the name of a result column without alias.</summary>
    public string Written { get; init; } = "";
}

internal sealed record LiteralExpression(SourceKind Source, string Text, ColumnType Type) : Expression;
internal sealed record ColumnExpression(string? Database, string? Table, string Name) : Expression;
internal sealed record StarExpression(string? Table) : Expression;
internal sealed record UnaryExpression(string Operator, Expression Operand) : Expression;
internal sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression;
internal sealed record BetweenExpression(Expression Operand, Expression Low, Expression High, bool Not) : Expression;
internal sealed record InExpression(Expression Operand, IReadOnlyList<Expression> Items, SelectQuery? Query, bool Not) : Expression;
internal sealed record LikeExpression(Expression Operand, Expression Pattern, bool Not) : Expression;
internal sealed record IsNullExpression(Expression Operand, bool Not) : Expression;
internal sealed record CaseExpression(Expression? Operand, IReadOnlyList<(Expression When, Expression Then)> Branches, Expression? Else) : Expression;
internal sealed record CallExpression(string Name, IReadOnlyList<Expression> Arguments, bool Distinct = false) : Expression;
internal sealed record WindowExpression(CallExpression Call, IReadOnlyList<Expression> PartitionBy, IReadOnlyList<OrderItem> OrderBy, string Frame) : Expression;
internal sealed record CastExpression(Expression Operand, ColumnType Target) : Expression;
internal sealed record VariableExpression(string Name) : Expression;
internal sealed record SubqueryExpression(SelectQuery Query) : Expression;
internal sealed record ExistsExpression(SelectQuery Query) : Expression;
internal sealed record ArrayExpression(IReadOnlyList<Expression> Items) : Expression;
internal sealed record DefaultExpression : Expression;

internal abstract record TableSource;
internal sealed record NamedSource(string? Database, string Name, string? Alias) : TableSource;
internal sealed record QuerySource(SelectQuery Query, string Alias) : TableSource;
internal sealed record JoinSource(TableSource Left, TableSource Right, string Kind, Expression? On, IReadOnlyList<string> Using) : TableSource;

internal sealed record SelectItem(Expression Value, string? Alias);
internal sealed record OrderItem(Expression Value, bool Descending, bool? NullsFirst);

internal abstract record Statement;

internal sealed record SelectQuery : Statement
{
    public IReadOnlyList<SelectItem> Items { get; init; } = [];
    /// <summary>WITH: names, column names if given, and queries, each seeing those before it.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Columns, SelectQuery Query)> With { get; init; } = [];
    public bool Distinct { get; init; }
    public TableSource? From { get; init; }
    public Expression? Where { get; init; }
    public IReadOnlyList<Expression> GroupBy { get; init; } = [];
    public Expression? Having { get; init; }

    /// <summary>Further SELECTs and how they are joined on: UNION, UNION ALL, EXCEPT, INTERSECT.</summary>
    public IReadOnlyList<(string Operator, SelectQuery Query)> Compound { get; init; } = [];
    public IReadOnlyList<OrderItem> OrderBy { get; init; } = [];
    public long? Limit { get; init; }
    public long Offset { get; init; }
}

internal sealed record TableName(string? Database, string Name);
internal sealed record CreateDatabaseStatement(string Name, bool IfNotExists) : Statement;
internal sealed record DropDatabaseStatement(string Name, bool IfExists) : Statement;
internal sealed record DropTableStatement(TableName Table, bool IfExists) : Statement;
internal sealed record TruncateStatement(TableName Table) : Statement;
internal sealed record InsertStatement(TableName Table, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Expression>> Rows, SelectQuery? Query) : Statement
{
    public string? Label { get; init; }
}


internal sealed record DeleteStatement(TableName Table, Expression? Where) : Statement;
internal sealed record UpdateStatement(TableName Table, IReadOnlyList<(string Column, Expression Value)> Sets, Expression? Where) : Statement;
internal sealed record UseStatement(string Database) : Statement;
internal sealed record BeginStatement : Statement;
internal sealed record CommitStatement : Statement;
internal sealed record RollbackStatement : Statement;
internal sealed record KillStatement(long ConnectionId, bool QueryOnly) : Statement;
internal sealed record CreateTableLikeStatement(TableName Table, bool IfNotExists, TableName Source) : Statement;
internal sealed record CancelAlterStatement(TableName Table) : Statement;
internal sealed record SetStatement(IReadOnlyList<(string Name, Expression Value)> Variables) : Statement;
internal sealed record ShowStatement(string Kind) : Statement
{
    public TableName? Table { get; init; }
    public string? Database { get; init; }
    public string? Like { get; init; }
    public Expression? Where { get; init; }
    public IReadOnlyList<OrderItem> OrderBy { get; init; } = [];
    public long? Limit { get; init; }
    public long Offset { get; init; }
    public bool Full { get; init; }
}

/// <summary>A statement that StarRocks knows and the stand-in refuses.</summary>
internal sealed record NotTakenStatement(string What) : Statement;

internal sealed record ColumnSyntax(string Name, ColumnType Type, Token At)
{
    public bool IsKey { get; init; }
    public bool? Nullable { get; init; }
    public DefaultKind Default { get; init; }
    public string? DefaultText { get; init; }
    public bool BareDefault { get; init; }
    public bool AutoIncrement { get; init; }
    public Expression? Generation { get; init; }
    public string Comment { get; init; } = "";
}

/// <summary>To alone: VALUES LESS THAN. Null within: MAXVALUE, or NULL of a list.</summary>
internal sealed record PartitionSyntax(string Name)
{
    public bool IfNotExists { get; init; }
    public IReadOnlyList<string?>? From { get; init; }
    public IReadOnlyList<string?>? To { get; init; }
    public IReadOnlyList<IReadOnlyList<string?>>? Values { get; init; }
}

internal sealed record CreateTableStatement(TableName Table, bool IfNotExists, IReadOnlyList<ColumnSyntax> Columns) : Statement
{
    public string Engine { get; init; } = "olap";

    /// <summary>INDEX clauses as written.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Columns, string Text)> Indexes { get; init; } = [];
    public KeysType? Keys { get; init; }
    public IReadOnlyList<string> KeyNames { get; init; } = [];
    public string Comment { get; init; } = "";
    public PartitionKind Partitioning { get; init; }
    public IReadOnlyList<PartitionSyntax> Partitions { get; init; } = [];

    /// <summary>Of partition expressions.</summary>
    public string PartitionText { get; init; } = "";
    public IReadOnlyList<string> PartitionColumns { get; init; } = [];
    public bool HasDistribution { get; init; }
    public bool RandomDistribution { get; init; }
    public IReadOnlyList<string> DistributionColumns { get; init; } = [];
    public int Buckets { get; init; }
    public IReadOnlyList<string> SortColumns { get; init; } = [];
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
