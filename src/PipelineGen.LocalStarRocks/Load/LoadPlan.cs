using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Where a table column's value comes from.</summary>
internal enum TargetSource { Field, Constant, FromBase64, FromBase64OrEmpty, ParseJson, CurrentTimestamp, Uuid, Mapping }

/// <param name="Field">Index into <see cref="LoadPlan.Fields"/>, or -1.</param>
internal sealed record LoadTarget(int Column, TargetSource Source, int Field = -1)
{
    public SourceKind ConstantKind { get; init; }
    public byte[] ConstantText { get; init; } = [];

    /// <summary>For <see cref="TargetSource.Mapping"/>.</summary>
    public Mapping? Mapping { get; init; }
}

/// <summary>What the FE plans from the headers and the table: source fields, mappings, defaults, <c>__op</c> (STARROCKS.md, 1.8, 1.9, 1.11).</summary>
internal sealed class LoadPlan
{
    private const string Op = "__op";

    private readonly List<string> _fields = [];
    private readonly List<LoadTarget> _targets = [];

    private LoadPlan(TableDefinition table) => Table = table;

    public TableDefinition Table { get; }
    public LoadTarget[] Targets { get; private set; } = [];

    /// <summary>The source fields in order: a CSV row's, or JSON's keys.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Null for CSV.</summary>
    public JsonShape? Shape { get; private set; }

    /// <summary>Where rows may go; null: anywhere.</summary>
    public PartitionMap? Partitions { get; private init; }

    /// <summary>The AUTO_INCREMENT column that the load leaves to the server, or -1.</summary>
    public int CountedColumn { get; private set; } = -1;

    /// <summary>The AUTO_INCREMENT column that the load gives, or -1: NULL only where a row deletes (STARROCKS.md, 1.7, 1.9).</summary>
    public int GivenAutoIncrement { get; private set; } = -1;

    /// <summary>Columns that refuse NULL.</summary>
    public int[] NotNull { get; private init; } = [];

    /// <summary>The field that holds <c>__op</c>, or -1.</summary>
    public int OpField { get; private set; } = -1;

    /// <summary><c>__op</c> where no field holds it.</summary>
    public sbyte ConstantOp { get; private set; }

    /// <summary><c>__op</c> worked out from other fields.</summary>
    public Mapping? OpMapping { get; private set; }

    /// <summary>Rows for which it isn't true are unselected. Its columns are the table's.</summary>
    public Mapping? Where { get; private set; }

    /// <summary>What upserts change in rows that exist; null: all of it.</summary>
    public UpsertRule? Updated { get; private set; }

    /// <summary>Why a delete fails the load; null: it doesn't.</summary>
    public string? NoDeletes { get; private set; }

    /// <exception cref="LoadFailure">What the FE refuses to plan.</exception>
    public static LoadPlan Make(TableDefinition table, LoadHeaders headers)
    {
        int merge = LoadChecks.Check(table, headers);
        var plan = new LoadPlan(table)
        {
            NotNull = [.. Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i] is { Nullable: false, AutoIncrement: false })],
            Partitions = PartitionMap.Of(table, headers.Partitions is { } names ? LoadChecks.Names(names) : null),
        };
        List<(string Name, Expression? Mapping)> columns = Parse(headers.Columns);
        if (!columns.Exists(c => c.Mapping is null))
        {
            // Only mappings: the base schema is the source list.
            columns.InsertRange(0, table.Columns.Where(c => c is { AutoIncrement: false, Generation: null }).Select(c => (c.Name, (Expression?)null)));
        }

        plan.AddSources(columns, headers.Csv is not null);
        plan.AddMappings(columns);
        HashSet<int> listed = plan.AddMissing(headers.PartialUpdate);
        plan.Updated = headers.PartialUpdate || merge >= 0 ? new UpsertRule(headers.PartialUpdate ? listed : null, merge) : null;
        plan.NoDeletes = merge >= 0 ? $"memtable of tablet {table.Id} delete with condition column {table.Columns[merge].Name}" : null;
        plan.Where = headers.Where is { } where ? plan.Condition(where) : null;
        if (headers.Csv is null)
        {
            plan.Shape = JsonShape.Make(plan._fields, headers);
        }
        else
        {
            plan._targets.ForEach(t => CheckCsv(t, table));
        }

        plan.Targets = [.. plan._targets];
        return plan;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static List<(string Name, Expression? Mapping)> Parse(string? header)
    {
        LoadChecks.CheckDepth(header ?? "");
        try
        {
            return string.IsNullOrWhiteSpace(header) ? [] : SqlParser.ParseLoadColumns(header);
        }
        catch (StarRocksError e)
        {
            throw new LoadFailure(e.Message);
        }
    }

    private static void CheckCsv(LoadTarget target, TableDefinition table)
    {
        if (target.Source == TargetSource.Field)
        {
            CsvValue.CheckType(table.Columns[target.Column].Type);
        }
    }

    private void AddSources(List<(string Name, Expression? Mapping)> columns, bool csv)
    {
        foreach ((string name, Expression? mapping) in columns)
        {
            if (mapping is not null)
            {
                continue;
            }

            if (_fields.Exists(n => Same(n, name)))
            {
                throw new LoadFailure($"Duplicate column: {name}");
            }

            if (Same(name, Op))
            {
                RequirePrimaryKey(name);
                OpField = _fields.Count;
                _fields.Add(Op);
                continue;
            }

            // Keys match column names as the table spells them.
            int column = Table.IndexOf(name);
            RefuseGenerated(column);
            _fields.Add(column >= 0 ? Table.Columns[column].Name : name);
            if (column >= 0 && !columns.Exists(m => m.Mapping is not null && Same(m.Name, name)))
            {
                _targets.Add(new LoadTarget(column, TargetSource.Field, _fields.Count - 1));
            }
        }

        // JSON finds the key __op by itself, unless a mapping gives it; jsonpaths then need a path for it. CSV has it where it is named only.
        if (OpField < 0 && Table.IsPrimaryKey && !csv && !columns.Exists(c => Same(c.Name, Op)))
        {
            OpField = _fields.Count;
            _fields.Add(Op);
        }
    }

    private void RequirePrimaryKey(string name)
    {
        if (!Table.IsPrimaryKey)
        {
            throw new LoadFailure($"Column {name} is only for primary key tables");
        }
    }

    private void RefuseGenerated(int column)
    {
        if (column >= 0 && Table.Columns[column].Generation is not null)
        {
            throw new LoadFailure($"generated column: {Table.Columns[column].Name} can not be specified");
        }
    }

    private void AddMappings(List<(string Name, Expression? Mapping)> columns)
    {
        var mapped = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var compiler = new MappingCompiler(SourceField);
        foreach ((string name, Expression? mapping) in columns)
        {
            if (mapping is null)
            {
                continue;
            }

            if (!mapped.Add(name))
            {
                throw new LoadFailure($"Duplicate column mapping: {name}");
            }

            if (Same(name, Op))
            {
                RequirePrimaryKey(name);
                SetOp(mapping, compiler);
                continue;
            }

            int column = Table.IndexOf(name);
            RefuseGenerated(column);
            _targets.Add(column < 0 ? throw new LoadFailure($"Mapping column is not in table. column: {name}") : Target(column, mapping, compiler));
        }
    }

    // What is simple enough goes without expressions, and allocates nothing a row.
    private LoadTarget Target(int column, Expression mapping, MappingCompiler compiler) => mapping switch
    {
        LiteralExpression literal => new LoadTarget(column, TargetSource.Constant) { ConstantKind = literal.Source, ConstantText = Encoding.UTF8.GetBytes(literal.Text) },
        ColumnExpression source => new LoadTarget(column, TargetSource.Field, Field(source)),
        CallExpression { Name: "from_base64", Arguments: [ColumnExpression source] } => new LoadTarget(column, TargetSource.FromBase64, Field(source)),
        CallExpression { Name: "parse_json", Arguments: [ColumnExpression source] } => new LoadTarget(column, TargetSource.ParseJson, Field(source)),
        CallExpression { Name: "if", Arguments: [var condition, LiteralExpression { Source: SourceKind.String, Text: "" }, CallExpression { Name: "from_base64", Arguments: [ColumnExpression source] }] }
            when IsEmpty(condition, source) => new LoadTarget(column, TargetSource.FromBase64OrEmpty, Field(source)),
        _ => new LoadTarget(column, TargetSource.Mapping) { Mapping = compiler.Compile(mapping) },
    };

    private static bool IsEmpty(Expression condition, ColumnExpression column) =>
        condition is BinaryExpression { Operator: "=", Left: ColumnExpression left, Right: LiteralExpression { Source: SourceKind.String, Text: "" } } && Same(left.Name, column.Name);

    private Mapping SourceField(ColumnExpression source)
    {
        int field = Field(source);
        return new Mapping(MapType.Text, row => row.Field(field));
    }

    private int Field(ColumnExpression source)
    {
        int field = source.Table is null ? _fields.FindIndex(n => Same(n, source.Name)) : -1;
        return field >= 0 ? field : throw new LoadFailure($"Column '{source.Name}' cannot be resolved");
    }

    private void SetOp(Expression mapping, MappingCompiler compiler)
    {
        // A field and a mapping of one name: the mapping counts.
        OpField = -1;
        switch (mapping)
        {
            case LiteralExpression { Source: SourceKind.String, Text: var text }:
                ConstantOp = text.ToLowerInvariant() switch
                {
                    "upsert" => 0,
                    "delete" => 1,
                    _ => throw new LoadFailure($"load op type string not supported: {text.ToLowerInvariant()}"),
                };
                break;
            case LiteralExpression { Source: SourceKind.Number, Text: var number } when sbyte.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out sbyte op):
                ConstantOp = op;
                break;
            case LiteralExpression:
                throw new LoadFailure("const load op type column should only be upsert(0)/delete(1)");
            default:
                OpMapping = compiler.Compile(mapping);
                break;
        }
    }

    /// <summary>What the columns left out get; answers those that were not.</summary>
    private HashSet<int> AddMissing(bool partial)
    {
        var listed = _targets.Select(t => t.Column).ToHashSet();
        for (int i = 0; i < Table.Columns.Count; i++)
        {
            ColumnDefinition column = Table.Columns[i];
            if (listed.Contains(i) || column.Generation is not null)
            {
                continue;
            }

            if (partial && column.IsKey)
            {
                throw new LoadFailure($"key column {column.Name} not in partial update columns");
            }

            if (column.AutoIncrement)
            {
                CountedColumn = i;
                continue;
            }

            _targets.Add(column switch
            {
                { Default: DefaultKind.Literal } => new LoadTarget(i, TargetSource.Constant) { ConstantKind = column.DefaultSource, ConstantText = Encoding.UTF8.GetBytes(column.DefaultText!) },
                { Default: DefaultKind.CurrentTimestamp } => new LoadTarget(i, TargetSource.CurrentTimestamp),
                { Default: DefaultKind.Uuid } => new LoadTarget(i, TargetSource.Uuid),
                { Nullable: true } => new LoadTarget(i, TargetSource.Constant),
                _ when partial => TypeDefault(i, column.Type),
                _ => throw new LoadFailure($"Column has no default value. column: {column.Name}"),
            });
        }

        GivenAutoIncrement = CountedColumn < 0 ? Table.AutoIncrementColumn : -1;
        return listed;
    }

    // A row that a partial update inserts gets the type's zero where the column is NOT NULL without a default (inferred, not recorded).
    private static LoadTarget TypeDefault(int column, ColumnType type)
    {
        (SourceKind kind, string text) = type.Kind switch
        {
            TypeKind.Date or TypeKind.DateTime => (SourceKind.String, "1970-01-01"),
            TypeKind.Char or TypeKind.Varchar or TypeKind.Varbinary => (SourceKind.String, ""),
            TypeKind.Array => (SourceKind.Nested, "[]"),
            TypeKind.Map or TypeKind.Struct => (SourceKind.Nested, "{}"),
            _ => (SourceKind.Number, "0"),
        };
        return new LoadTarget(column, TargetSource.Constant) { ConstantKind = kind, ConstantText = Encoding.UTF8.GetBytes(text) };
    }

    private Mapping Condition(string where)
    {
        // In brackets it is one mapping, or a syntax error.
        List<(string Name, Expression? Mapping)> parsed = Parse($"w=({where})");
        Mapping condition = parsed is [(_, { } expression)]
            ? new MappingCompiler(TableColumn).Compile(expression)
            : throw new LoadFailure($"failed to parse the where header: {where}");
        return condition.Type == MapType.Boolean ? condition : throw new LoadFailure("where statement is not a valid statement return bool");
    }

    private Mapping TableColumn(ColumnExpression name)
    {
        int column = name.Table is null ? Table.IndexOf(name.Name) : -1;
        if (column < 0)
        {
            throw new LoadFailure($"unknown column reference in where statement, reference={name.Name}");
        }

        ColumnType type = Table.Columns[column].Type;
        return new Mapping(MapValue.TypeOf(type), row => MapValue.Read(row.Row!, column, type));
    }
}
