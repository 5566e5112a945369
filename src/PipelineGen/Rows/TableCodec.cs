namespace PipelineGen.Rows;

/// <summary>
/// One table's generated code behind one virtual call a row. The engine holds these; what is below the call is
/// straight code of the row type.
/// </summary>
public abstract class TableCodec
{
    public abstract TableLayout Layout { get; }

    /// <summary>Appends a row of the tuple: one JSON line, with <c>"__op":0</c> unless the table is append-only (STARROCKS.md 1.9).</summary>
    /// <returns>Why the row was not appended, by a policy of the user's; null for one that was.</returns>
    /// <exception cref="ColumnValueException">A value that the target can't hold; nothing of the row stays in the buffer.</exception>
    public abstract RowRejection? AppendUpsert(in TupleReader tuple, LoadBuffer buffer);

    /// <summary>Appends a delete by the tuple's key columns: one JSON line with <c>"__op":1</c>.</summary>
    /// <returns>Why the delete was not appended: its key was never in the target; null for one that was.</returns>
    /// <exception cref="ColumnValueException">A key value that the target can't hold; nothing of the row stays in the buffer.</exception>
    public abstract RowRejection? AppendDelete(in TupleReader key, LoadBuffer buffer);

    /// <summary>
    /// Appends the tuple's key for a person or an index, never for a load: a JSON line that begins with the key columns in key
    /// order; behind them may stand others. A key value that is rejected stands there as the text that Postgres prints.
    /// </summary>
    /// <exception cref="ColumnValueException">A key value that is torn, missing, or outside its column without a policy.</exception>
    public abstract void AppendKey(in TupleReader key, LoadBuffer buffer);

    /// <summary>The codec of a row type.</summary>
    public static TableCodec For<TRow>()
        where TRow : IRow<TRow> => TableCodec<TRow>.Instance;
}

/// <inheritdoc/>
public sealed class TableCodec<TRow> : TableCodec
    where TRow : IRow<TRow>
{
    internal static readonly TableCodec<TRow> Instance = new();

    private TableCodec()
    {
    }

    public override TableLayout Layout => TRow.Layout;

    public override RowRejection? AppendUpsert(in TupleReader tuple, LoadBuffer buffer)
    {
        var writer = new LoadWriter(buffer);
        TRow.EncodeRow(tuple, ref writer);
        if (writer.Rejection is { } rejection)
            return rejection;
        writer.Raw(TRow.Layout.IsAppendOnly ? "}\n"u8 : ",\"__op\":0}\n"u8);
        writer.Commit();
        return null;
    }

    public override RowRejection? AppendDelete(in TupleReader key, LoadBuffer buffer)
    {
        var writer = new LoadWriter(buffer);
        TRow.EncodeDelete(key, ref writer);
        if (writer.Rejection is { } rejection)
            return rejection;
        writer.Raw(",\"__op\":1}\n"u8);
        writer.Commit();
        return null;
    }

    public override void AppendKey(in TupleReader key, LoadBuffer buffer)
    {
        var writer = new LoadWriter(buffer) { PrintsRejected = true };
        TRow.EncodeDelete(key, ref writer);
        writer.Raw("}\n"u8);
        writer.Commit();
    }
}
