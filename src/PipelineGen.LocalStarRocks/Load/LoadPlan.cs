using System.Text;
using System.Text.Json;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Where a table column's value comes from.</summary>
internal enum TargetSource { Field, Constant, FromBase64, FromBase64OrEmpty, ParseJson, CurrentTimestamp, Uuid }

/// <param name="Field">Index into <see cref="LoadPlan.Fields"/>, or -1.</param>
internal sealed record LoadTarget(int Column, TargetSource Source, int Field = -1)
{
    public SourceKind ConstantKind { get; init; }
    public byte[] ConstantText { get; init; } = [];
}

/// <summary>What the FE plans from the headers and the table: source fields, mappings, defaults, <c>__op</c> (STARROCKS.md, 1.8, 1.9, 1.11).</summary>
internal sealed class LoadPlan
{
    private readonly List<string> _fieldNames = [];
    private readonly List<LoadTarget> _targets = [];

    private LoadPlan(TableDefinition table) => Table = table;

    public TableDefinition Table { get; }
    public IReadOnlyList<LoadTarget> Targets => _targets;

    /// <summary>JSON keys to look for, in order.</summary>
    public byte[][] Fields { get; private set; } = [];

    /// <summary>The field that holds <c>__op</c>, or -1.</summary>
    public int OpField { get; private set; } = -1;

    /// <summary><c>__op</c> for the whole load.</summary>
    public bool? ConstantDelete { get; private set; }

    /// <summary>Columns that change in rows that exist; null for whole rows.</summary>
    public IReadOnlyCollection<int>? Updated { get; private set; }

    public static LoadPlan Make(TableDefinition table, LoadHeaders headers)
    {
        var plan = new LoadPlan(table);
        List<(string Name, Expression? Mapping)> columns = headers.Columns is { Length: > 0 } text ? SqlParser.ParseLoadColumns(text) : [];
        if (headers.PartialUpdate && !table.IsPrimaryKey)
        {
            throw new LoadFailure("Only primary key table support partial update");
        }

        if (!columns.Exists(c => c.Mapping is null))
        {
            // Only mappings: the base schema is the source list.
            columns.InsertRange(0, table.Columns.Select(c => (c.Name, (Expression?)null)).Where(c => !columns.Exists(m => Same(m.Name, c.Name))));
        }

        string[] paths = headers.JsonPaths is null ? [] : Paths(headers.JsonPaths);
        plan.AddSources(columns, paths);
        plan.AddMappings(columns);
        plan.AddMissing(headers.PartialUpdate);
        plan.Fields = [.. (paths.Length > 0 ? paths : [.. plan._fieldNames]).Select(Encoding.UTF8.GetBytes)];
        return plan;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private void AddSources(List<(string Name, Expression? Mapping)> columns, string[] paths)
    {
        foreach ((string name, Expression? mapping) in columns)
        {
            if (mapping is not null)
            {
                continue;
            }

            if (_fieldNames.Exists(n => Same(n, name)))
            {
                throw new LoadFailure($"Duplicate column: {name}");
            }

            int column = Table.IndexOf(name);
            if (Same(name, "__op"))
            {
                OpField = Op(name);
                _fieldNames.Add("__op");
                continue;
            }

            // Keys match column names as the table spells them.
            _fieldNames.Add(column >= 0 ? Table.Columns[column].Name : name);
            if (column >= 0 && !columns.Exists(m => m.Mapping is not null && Same(m.Name, name)))
            {
                _targets.Add(new LoadTarget(column, TargetSource.Field, _fieldNames.Count - 1));
            }
        }

        // JSON: the key __op is found without `columns`.
        if (OpField < 0 && Table.IsPrimaryKey && paths.Length == 0)
        {
            OpField = _fieldNames.Count;
            _fieldNames.Add("__op");
        }

        if (paths.Length > _fieldNames.Count)
        {
            throw new LoadFailure($"jsonpaths has {paths.Length} paths for {_fieldNames.Count} columns");
        }
    }

    private int Op(string name) => Table.IsPrimaryKey ? _fieldNames.Count : throw new LoadFailure($"Column {name} is only for primary key tables");

    private void AddMappings(List<(string Name, Expression? Mapping)> columns)
    {
        foreach ((string name, Expression? mapping) in columns)
        {
            if (mapping is null)
            {
                continue;
            }

            if (Same(name, "__op"))
            {
                ConstantDelete = ConstantOp(mapping);
                continue;
            }

            int column = Table.IndexOf(name);
            if (column < 0)
            {
                throw new LoadFailure($"Column is not in the table: {name}");
            }

            if (_targets.Exists(t => t.Column == column))
            {
                throw new LoadFailure($"Duplicate column: {name}");
            }

            _targets.Add(mapping switch
            {
                LiteralExpression literal => new LoadTarget(column, TargetSource.Constant) { ConstantKind = literal.Source, ConstantText = Encoding.UTF8.GetBytes(literal.Text) },
                ColumnExpression source => new LoadTarget(column, TargetSource.Field, Field(source)),
                CallExpression { Name: "from_base64", Arguments: [ColumnExpression source] } => new LoadTarget(column, TargetSource.FromBase64, Field(source)),
                CallExpression { Name: "parse_json", Arguments: [ColumnExpression source] } => new LoadTarget(column, TargetSource.ParseJson, Field(source)),
                CallExpression { Name: "if", Arguments: [var condition, LiteralExpression { Source: SourceKind.String, Text: "" }, CallExpression { Name: "from_base64", Arguments: [ColumnExpression source] }] }
                    when IsEmpty(condition, source) => new LoadTarget(column, TargetSource.FromBase64OrEmpty, Field(source)),
                _ => throw LoadFailure.NotInStandIn($"this mapping of column {name}: only names, constants, parse_json(name), from_base64(name) and if(name='','',from_base64(name))"),
            });
        }
    }

    private static bool IsEmpty(Expression condition, ColumnExpression column) =>
        condition is BinaryExpression { Operator: "=", Left: ColumnExpression left, Right: LiteralExpression { Source: SourceKind.String, Text: "" } } && Same(left.Name, column.Name);

    private int Field(ColumnExpression source)
    {
        int field = _fieldNames.FindIndex(n => Same(n, source.Name));
        return field >= 0 ? field : throw new LoadFailure($"Column '{source.Name}' cannot be resolved");
    }

    private static bool ConstantOp(Expression mapping) => mapping is LiteralExpression { Text: var text } ? text.ToLowerInvariant() switch
    {
        "upsert" or "0" => false,
        "delete" or "1" => true,
        _ => throw new LoadFailure($"load op type is invalid: {text}"),
    }
    : throw LoadFailure.NotInStandIn("a mapping of __op that is not a constant");

    private void AddMissing(bool partial)
    {
        var listed = _targets.Select(t => t.Column).ToHashSet();
        for (int i = 0; i < Table.Columns.Count; i++)
        {
            ColumnDefinition column = Table.Columns[i];
            if (listed.Contains(i))
            {
                continue;
            }

            if (partial && column.IsKey)
            {
                throw new LoadFailure($"key column {column.Name} not in partial update columns");
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

        if (partial)
        {
            Updated = listed;
        }
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

    private static string[] Paths(string header)
    {
        try
        {
            return [.. JsonSerializer.Deserialize(header, PathList.Default.StringArray)!.Select(p =>
                p.StartsWith("$.", StringComparison.Ordinal) && p.Length > 2 && p.AsSpan(2).IndexOfAny(".[*") < 0
                    ? p[2..].Trim('"')
                    : throw LoadFailure.NotInStandIn($"the JSON path {p}: only $.name"))];
        }
        catch (JsonException)
        {
            throw new LoadFailure($"Invalid json path: {header}");
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class PathList : System.Text.Json.Serialization.JsonSerializerContext;
