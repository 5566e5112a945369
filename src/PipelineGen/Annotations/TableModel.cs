namespace PipelineGen;

/// <summary>How StarRocks keeps a table's rows (STARROCKS.md 5.2).</summary>
public enum TableModel
{
    /// <summary>One row a key: inserts, updates and deletes of the source are followed.</summary>
    PrimaryKey,

    /// <summary>
    /// Rows are only added, each exactly once (a DUPLICATE KEY table), for sources that are only inserted into. No key is
    /// needed. An update or delete in the source stops the pipeline, since such a table can't follow it.
    /// </summary>
    Append,
}
