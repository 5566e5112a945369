using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Turns bodies' rows into upserts and deletes of one transaction; counts run over all of its bodies.</summary>
/// <param name="counter">Null: the table has no AUTO_INCREMENT column, or the rows are only checked.</param>
internal sealed class RowLoader(LoadPlan plan, LoadHeaders headers, TimeProvider time, AutoIncrement? counter = null)
{
    private readonly RowCells _op = new(1);
    private readonly MappedRow _mapped = new(plan.Fields.Count, headers.Clock, time);
    private readonly GeneratedColumns? _generated = GeneratedColumns.Of(plan.Table, time);
    private string? _reason;

    public long Total { get; private set; }
    public long Loaded { get; private set; }
    public long Filtered { get; private set; }

    /// <summary>Rows that <c>where</c> left out.</summary>
    public long Unselected { get; private set; }

    public RejectedRows Rejected { get; } = new();

    /// <summary>Body order is kept, so the last row of a key wins (STARROCKS.md, 1.10).</summary>
    /// <exception cref="LoadFailure">The body, as a whole, is bad.</exception>
    /// <exception cref="RowRefusedException">A row fails the whole load.</exception>
    public void Load(IRowSink sink, ReadOnlySpan<byte> body)
    {
        body = BodyDecoder.Decode(body, headers);
        using var pipe = new RowPipe(sink, plan.Table.Columns.Count, plan.NoDeletes);
        if (headers.Csv is { } csv)
        {
            var rows = new CsvRows(body, csv, plan.Fields.Count);
            Load(ref rows, pipe);
        }
        else
        {
            var rows = new JsonRows(body, plan.Shape!);
            Load(ref rows, pipe);
        }

        pipe.Finish();
    }

    private void Load<TRows>(ref TRows rows, RowPipe pipe)
        where TRows : struct, IRowSource, allows ref struct
    {
        while (rows.Next())
        {
            Total++;
            RowCells row = pipe.Next();
            _reason = rows.Refusal;
            _mapped.Clear();
            if (_reason is not null || !TryConvert(ref rows, row))
            {
                Reject(rows.Row);
                continue;
            }

            if (plan.Where is { } where && !_mapped.IsTrue(where, row))
            {
                Unselected++;
                continue;
            }

            if (!HasItsValues(row) || !TryOp(ref rows, out sbyte op) || !TryCount(row, op) || !HasItsPartition(row))
            {
                Reject(rows.Row);
                continue;
            }

            pipe.Keep(op);
            Loaded++;
        }
    }

    private void Reject(ReadOnlySpan<byte> row)
    {
        Filtered++;
        Rejected.Add(_reason!, row);
    }

    private bool TryConvert<TRows>(ref TRows rows, RowCells row)
        where TRows : struct, IRowSource, allows ref struct
    {
        foreach (LoadTarget target in plan.Targets)
        {
            if (!TrySet(ref rows, row, target, plan.Table.Columns[target.Column]))
            {
                return false;
            }
        }

        _generated?.Fill(row);
        return true;
    }

    // The sink's check, which doesn't look at __op: a delete needs its NOT NULL columns too (STARROCKS.md, 1.9).
    private bool HasItsValues(RowCells row)
    {
        foreach (int column in plan.NotNull)
        {
            if (row.Cells[column].Kind == CellKind.Null)
            {
                _reason = $"NULL value in non-nullable column '{plan.Table.Columns[column].Name}'";
                return false;
            }
        }

        return true;
    }

    private bool TryOp<TRows>(ref TRows rows, out sbyte op)
        where TRows : struct, IRowSource, allows ref struct
    {
        op = plan.ConstantOp;
        if (plan.OpMapping is { } mapping)
        {
            _mapped.Take(ref rows);
            _mapped.Convert(mapping, ColumnType.TinyInt, _op, 0);
        }
        else if (plan.OpField >= 0)
        {
            // A TINYINT: the data value "delete" is not understood. Missing is an upsert, NULL is no operation at all.
            SourceKind kind = rows.Field(plan.OpField, out ReadOnlySpan<byte> text);
            if (kind == SourceKind.Null && !rows.IsCsv)
            {
                op = 0;
                return true;
            }

            if (ValueConversion.Convert(ColumnType.TinyInt, kind, text, _op, 0) != Conversion.Done)
            {
                _reason = $"The field (name = __op, pos = {plan.OpField}) is out of range. Type: TINYINT, Value length: {text.Length}, Value: {Encoding.UTF8.GetString(text)}";
                return false;
            }
        }
        else
        {
            return true;
        }

        _reason = "NULL value in non-nullable column '__op'";
        op = (sbyte)_op.Cells[0].Integer;
        return _op.Cells[0].Kind != CellKind.Null;
    }

    // Deletes are excused from the AUTO_INCREMENT column, and from no other (STARROCKS.md, 1.9).
    private bool TryCount(RowCells row, sbyte op)
    {
        if (op == 1)
        {
            return true;
        }

        if (plan.CountedColumn >= 0)
        {
            row.Set(plan.CountedColumn, counter?.Next() ?? 0);
        }
        else if (plan.GivenAutoIncrement >= 0 && row.Cells[plan.GivenAutoIncrement].Kind == CellKind.Null)
        {
            _reason = $"NULL value in auto increment column '{plan.Table.Columns[plan.GivenAutoIncrement].Name}'";
            return false;
        }

        return true;
    }

    private bool HasItsPartition(RowCells row)
    {
        _reason = PartitionMap.OutOfRanges;
        return plan.Partitions is not { } partitions || partitions.Holds(row);
    }

    private bool TrySet<TRows>(ref TRows rows, RowCells row, LoadTarget target, ColumnDefinition column)
        where TRows : struct, IRowSource, allows ref struct
    {
        switch (target.Source)
        {
            case TargetSource.Constant:
                return Done(ValueConversion.Convert(column.Type, target.ConstantKind, target.ConstantText, row, target.Column), target, column, row, target.ConstantText);
            case TargetSource.CurrentTimestamp:
                return SetText(row, target, column, time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            case TargetSource.Uuid:
                return SetText(row, target, column, Guid.NewGuid().ToString());
            case TargetSource.Mapping:
                _mapped.Take(ref rows);
                Conversion mapped = _mapped.Convert(target.Mapping!, column.Type, row, target.Column);
                return mapped == Conversion.Done || Done(mapped, target, column, row, _mapped.LastText);
        }

        SourceKind kind = rows.Field(target.Field, out ReadOnlySpan<byte> text);
        if (kind == SourceKind.Null)
        {
            row.SetNull(target.Column);
            return true;
        }

        switch (target.Source)
        {
            case TargetSource.FromBase64OrEmpty when text.IsEmpty:
                break;
            case TargetSource.FromBase64 or TargetSource.FromBase64OrEmpty:
                if (SqliteFunctions.Decode(text) is not { } decoded)
                {
                    row.SetNull(target.Column);
                    return true;
                }

                return Done(ValueConversion.Convert(column.Type, SourceKind.String, decoded, row, target.Column), target, column, row, text);
            case TargetSource.ParseJson:
                if (ValueConversion.Convert(ColumnType.Json, SourceKind.Nested, text, row, target.Column) != Conversion.Done)
                {
                    row.SetNull(target.Column);
                    return true;
                }

                return column.Type.Kind == TypeKind.Json ||
                    Done(ValueConversion.Convert(column.Type, SourceKind.Nested, row.Bytes(target.Column).ToArray(), row, target.Column), target, column, row, text);
        }

        Conversion result = rows.IsCsv && target.Source == TargetSource.Field
            ? CsvValue.Convert(column.Type, text, headers.StrictMode, row, target.Column)
            : ValueConversion.Convert(column.Type, kind, text, row, target.Column);
        return result == Conversion.Done || (rows.IsCsv ? DoneCsv(result, target, column, row, text) : Done(result, target, column, row, text));
    }

    private bool SetText(RowCells row, LoadTarget target, ColumnDefinition column, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        return Done(ValueConversion.Convert(column.Type, SourceKind.String, bytes, row, target.Column), target, column, row, bytes);
    }

    private bool DoneCsv(Conversion result, LoadTarget target, ColumnDefinition column, RowCells row, ReadOnlySpan<byte> value)
    {
        if (result == Conversion.DecimalOutOfRange)
        {
            return Done(result, target, column, row, value);
        }

        _reason = headers.StrictMode
            ? $"The field (name = {column.Name}, pos = {target.Field}) is out of range. Type: {column.Type}, Value length: {value.Length}, Value: {Encoding.UTF8.GetString(value)}"
            : null;
        row.SetNull(target.Column);
        return !headers.StrictMode;
    }

    private bool Done(Conversion result, LoadTarget target, ColumnDefinition column, RowCells row, ReadOnlySpan<byte> value)
    {
        switch (result)
        {
            case Conversion.Done:
                return true;
            case Conversion.DecimalOutOfRange:
                _reason = $"Decimal '{Encoding.UTF8.GetString(value)}' is out of range. The type of '{column.Name}' is {column.Type}'";
                return false;
            case Conversion.TooLong when headers.StrictMode:
                _reason = $"Value length is beyond the capacity. column={column.Name}, capacity={column.Type.Length}";
                return false;
            default:
                if (headers.StrictMode)
                {
                    _reason = $"Value '{Encoding.UTF8.GetString(value)}' is out of range. The type of '{column.Name}' is {column.Type}";
                    return false;
                }

                row.SetNull(target.Column);
                return true;
        }
    }
}
