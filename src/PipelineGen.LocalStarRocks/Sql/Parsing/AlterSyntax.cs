namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>One clause of an ALTER TABLE, and the kind of operation whose mixing StarRocks refuses (STARROCKS.md, 6.1).</summary>
internal abstract record AlterClause(string Operation);

internal sealed record AddColumnClause(ColumnSyntax Column, bool First, string? After) : AlterClause(SchemaChange)
{
    public const string SchemaChange = "SCHEMA_CHANGE";
}

internal sealed record DropColumnClause(string Name, Token At) : AlterClause(AddColumnClause.SchemaChange);
internal sealed record ModifyColumnClause(ColumnSyntax Column, bool First, string? After) : AlterClause(AddColumnClause.SchemaChange);
internal sealed record SortClause(IReadOnlyList<string> Columns) : AlterClause(AddColumnClause.SchemaChange);
internal sealed record RenameColumnClause(string From, string To) : AlterClause("RENAME_COLUMN");
internal sealed record AddPartitionClause(PartitionSyntax Partition) : AlterClause("ADD_PARTITION");
internal sealed record DropPartitionClause(string Name, bool IfExists) : AlterClause("DROP_PARTITION");
internal sealed record RenameTableClause(string To) : AlterClause("RENAME");
internal sealed record SwapClause(string With) : AlterClause("SWAP");
internal sealed record PropertiesClause(IReadOnlyDictionary<string, string> Properties) : AlterClause("MODIFY_TABLE_PROPERTY_SYNC");
internal sealed record CommentClause(string Comment) : AlterClause("ALTER_COMMENT");

/// <summary>A clause that StarRocks knows and the stand-in refuses.</summary>
internal sealed record NotTakenClause(string What) : AlterClause(What);

internal sealed record AlterTableStatement(TableName Table, IReadOnlyList<AlterClause> Clauses) : Statement;
