namespace PipelineGen.Rows;

/// <summary>
/// One compiled column: what the codecs need to check values, what RELATION messages and the target are compared with,
/// and what an error says. Made once by generated code.
/// </summary>
public sealed class ColumnInfo
{
    private readonly string? _decidedBy;

    /// <summary>The Postgres table, for messages: <c>public.orders</c>.</summary>
    public required string Table { get; init; }

    /// <summary>The Postgres column.</summary>
    public required string Name { get; init; }

    /// <summary>The column whose attribute decides about this value: itself, or for an element or field the column around it.</summary>
    public string DecidedBy
    {
        get => _decidedBy ?? Name;
        init => _decidedBy = value;
    }

    /// <summary>The column in StarRocks.</summary>
    public required string TargetName { get; init; }

    /// <summary>The Postgres type as the catalog file writes it: <c>numeric(12,2)</c>, <c>public.order_status[]</c>.</summary>
    public required string PostgresType { get; init; }

    /// <summary>The name of the type under domains, without schema and modifiers: <c>numeric</c>, <c>hstore</c>; empty for an array.</summary>
    public string BaseType { get; init; } = "";

    /// <summary>pg_type.oid of a built-in type; 0 for a user's type, which differs from server to server.</summary>
    public uint TypeOid { get; init; }

    /// <summary>The StarRocks type of the DDL, such as <c>DECIMAL(12,2)</c>.</summary>
    public required string StarRocksType { get; init; }

    /// <summary>Part of the StarRocks key: the primary key, or the sort key of an append table.</summary>
    public bool IsKey { get; init; }

    /// <summary>Whether the StarRocks column is NOT NULL.</summary>
    public bool NotNull { get; init; }

    /// <summary>Byte limit of a VARCHAR or VARBINARY target, 0 where there is none.</summary>
    public int MaxBytes { get; init; }

    /// <summary>Digits of a DECIMAL target (of an array's elements for an array), 0 where there is none.</summary>
    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>Whether the type contract reads this column's binary format; if not, the stream and COPY send text.</summary>
    public bool ReadsBinary { get; init; } = true;

    /// <summary>
    /// The name under which the value stands in the load's JSON. Differs from <see cref="TargetName"/> where
    /// <see cref="LoadExpression"/> maps it.
    /// </summary>
    public required string LoadName { get; init; }

    /// <summary>
    /// The Stream Load mapping of a column that JSON can't carry as it is, such as <c>`b`=parse_json(`tmp`)</c>
    /// (STARROCKS.md 1.7, 1.8); null otherwise.
    /// </summary>
    public string? LoadExpression { get; init; }

    /// <summary>What becomes of a value that the target can't hold; decided at build time, never <see cref="ValuePolicy.Default"/>.</summary>
    public ValuePolicy Policy { get; init; } = ValuePolicy.Error;

    /// <summary>Takes the padding off char(n).</summary>
    public bool Trim { get; init; }

    /// <summary>
    /// Prints a value of a key column as Postgres does, so that Postgres finds the row by it; null for other columns, and where
    /// what the encoder writes is that text.
    /// </summary>
    public PgTextPrinter? Print { get; init; }

    /// <summary>The elements of an array or vector, the bounds of a range, the ranges of a multirange; null otherwise.</summary>
    public ColumnInfo? Element { get; init; }

    /// <summary>What separates values of this type in an array's text (pg_type.typdelim): a comma, but a semicolon for box.</summary>
    public byte Delimiter { get; init; } = (byte)',';

    /// <summary>The attributes of a composite type, in order.</summary>
    public IReadOnlyList<ColumnInfo> Fields { get; init; } = [];

    /// <summary>Labels of an enum that the build does not know and that somebody was told of; kept by <see cref="UnknownLabels"/>.</summary>
    internal byte[][] NotedLabels { get; set; } = [];

    public override string ToString() => $"{Table}.{Name}";
}
