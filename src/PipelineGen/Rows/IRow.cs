namespace PipelineGen.Rows;

/// <summary>
/// What the generator implements for a row type. Static, so that the engine calls straight into generated code for a
/// class, a record or a struct alike, without an instance.
/// </summary>
public interface IRow<TSelf>
    where TSelf : IRow<TSelf>
{
    static abstract TableLayout Layout { get; }

    /// <summary>Materialises the row. For user code; the way from Postgres to StarRocks never does it.</summary>
    /// <exception cref="ColumnValueException">A value is outside the C# type, torn, or absent (unchanged TOAST).</exception>
    static abstract TSelf Decode(in TupleReader tuple);

    /// <summary>
    /// Writes the tuple as one JSON object of a Stream Load body, without the closing brace: <c>{"id":1,"name":"a"</c>.
    /// Columns that are unchanged TOAST are left out.
    /// </summary>
    /// <exception cref="ColumnValueException">A value that the target's type can't hold.</exception>
    static abstract void EncodeRow(in TupleReader tuple, ref LoadWriter writer);

    /// <summary>
    /// Writes the key of the tuple and type-default fillers for the other NOT NULL columns, without the closing brace:
    /// StarRocks checks NOT NULL before it looks at <c>__op</c> (STARROCKS.md 1.9).
    /// </summary>
    /// <exception cref="ColumnValueException">A key value that the target's type can't hold.</exception>
    static abstract void EncodeDelete(in TupleReader key, ref LoadWriter writer);
}

/// <summary>What the generator implements for a <see cref="PipelineAttribute"/> class.</summary>
public interface IPipeline
{
    static abstract PipelineDefinition Definition { get; }
}

/// <summary>A compiled pipeline: its name and its tables.</summary>
public sealed class PipelineDefinition(string name, IReadOnlyList<TableCodec> tables)
{
    public string Name { get; } = name;

    public IReadOnlyList<TableCodec> Tables { get; } = tables;
}
