using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// <c>_pipelinegen_quarantine</c> in the target database: the source rows that the policy <see cref="ValuePolicy.Quarantine"/>
/// keeps out of their tables (TYPES.md, rule 1). Made beside the progress table when a compiled column has that policy.
/// </summary>
/// <remarks>
/// Of a table with a key it holds the present: when a position is durable, a source row up to it is either in its table,
/// exactly, or here, once, and never both. A row leaves when a later change makes it good, deletes it, or truncates the table.
/// Of an append table it is a log: what was rejected stays until the source's table is truncated.
/// <para>Columns:</para>
/// <list type="table">
/// <item><term>id</term><description>The first 128 bits, hex, of the SHA-256 of pipeline, source table and the values of
/// the key, not the names of its columns; of an append
/// table's row, of pipeline, source table and the event's place in the stream, or in the copy.</description></item>
/// <item><term>pipeline, source_table</term><description>Who keeps the row, and where it is: <c>public.orders</c>.</description></item>
/// <item><term>row_key</term><description>JSON object of the key columns; NULL for an append table. A value of the key that its
/// StarRocks column can't hold stands there as the text that Postgres prints.</description></item>
/// <item><term>column_name</term><description>The first column whose value can't be held, nested ones as <c>address.street</c>
/// or <c>tags[]</c>.</description></item>
/// <item><term>value, value_bytes</term><description>Its value as Postgres prints it, cut to what the column takes, and the whole
/// length in UTF-8 bytes.</description></item>
/// <item><term>reason</term><description>Why it can't be held; goes on from the value: "is longer than 20 bytes".</description></item>
/// <item><term>commit_lsn, xid</term><description>The transaction that brought it; NULL when the table's copy did.</description></item>
/// <item><term>copy_label</term><description>The load of the copy that brought it; NULL when a transaction did.</description></item>
/// <item><term>quarantined_at</term><description>When the pipeline met it, UTC.</description></item>
/// </list>
/// </remarks>
internal static class QuarantineTable
{
    public const string Name = "_pipelinegen_quarantine";

    /// <summary>Of <c>row_key</c>: what StarRocks takes into a VARCHAR at most, in bytes.</summary>
    public const int MaxKey = 1048576;

    /// <summary>Of <c>value</c>, in bytes: to be looked at by people, and many of them wait in memory.</summary>
    public const int MaxValue = 65533;

    /// <summary>Of <c>column_name</c>.</summary>
    public const int MaxColumnName = 1024;

    /// <summary>Of <c>reason</c>.</summary>
    public const int MaxReason = 4096;

    /// <summary>The columns of a load into it.</summary>
    public const string LoadColumns = "`id`,`pipeline`,`source_table`,`row_key`,`column_name`,`value`,`value_bytes`,`reason`,`commit_lsn`,`xid`,`copy_label`,`quarantined_at`,__op";

    private const string CreateTableStatement = $"""
        CREATE TABLE IF NOT EXISTS `{Name}` (
          `id` VARCHAR(32) NOT NULL COMMENT "hash of pipeline, table and key values",
          `pipeline` VARCHAR(63) NOT NULL COMMENT "name of the pipeline",
          `source_table` VARCHAR(127) NOT NULL COMMENT "schema and name in PostgreSQL",
          `row_key` VARCHAR(1048576) COMMENT "JSON of the key columns; NULL for an append table",
          `column_name` VARCHAR(1024) NOT NULL COMMENT "the first column that can not be held",
          `value` VARCHAR(65533) COMMENT "its value as PostgreSQL prints it, cut to the column",
          `value_bytes` BIGINT NOT NULL COMMENT "length of the whole value, UTF-8",
          `reason` VARCHAR(4096) NOT NULL COMMENT "why it can not be held",
          `commit_lsn` VARCHAR(17) COMMENT "of the transaction that brought it; NULL for the copy",
          `xid` BIGINT COMMENT "of that transaction",
          `copy_label` VARCHAR(128) COMMENT "label of the copy that brought it; NULL for a change",
          `quarantined_at` DATETIME NOT NULL COMMENT "UTC"
        )
        PRIMARY KEY (`id`)
        COMMENT "PipelineGen: source rows with a value that their table can not hold (ValuePolicy.Quarantine)."
        DISTRIBUTED BY HASH (`id`) BUCKETS 1
        """;

    /// <param name="replicas">replication_num, where the server's default of 3 is more than its live backends; null for the default.</param>
    public static string CreateTable(int? replicas) => replicas is { } count ? $"{CreateTableStatement}\nPROPERTIES (\"replication_num\" = \"{count}\")" : CreateTableStatement;

    /// <summary>Whether a row of the table can be rejected: a column has the policy, at any depth.</summary>
    public static bool IsNeededBy(TableLayout layout) => layout.Columns.Any(HasPolicy);

    /// <summary>Of one source table.</summary>
    public static string SelectIds(string pipeline, string sourceTable) => $"{SelectIds(pipeline)} AND `source_table` = {SqlText.Literal(sourceTable)}";

    /// <summary>Of one copy that came to nothing.</summary>
    public static string SelectIds(string pipeline, string sourceTable, string copyLabel) => $"{SelectIds(pipeline, sourceTable)} AND `copy_label` = {SqlText.Literal(copyLabel)}";

    public static string SelectIds(string pipeline) => $"SELECT `id`, `source_table` FROM `{Name}` WHERE `pipeline` = {SqlText.Literal(pipeline)}";

    public static string CountByTable(string pipeline) =>
        $"SELECT `source_table`, count(*) FROM `{Name}` WHERE `pipeline` = {SqlText.Literal(pipeline)} GROUP BY `source_table`";

    private static bool HasPolicy(ColumnInfo column) =>
        column.Policy == ValuePolicy.Quarantine || (column.Element is { } element && HasPolicy(element)) || column.Fields.Any(HasPolicy);
}
