using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Turns bodies' rows into upserts and deletes of one transaction; counts run over all of its bodies.</summary>
internal sealed class RowLoader(LoadPlan plan, LoadHeaders headers, TimeProvider time)
{
    private readonly RowCells _row = new(plan.Table.Columns.Count);
    private byte[] _scratch = new byte[1024];
    private string? _reason;

    public long Total { get; private set; }
    public long Loaded { get; private set; }
    public long Filtered { get; private set; }
    public RejectedRows Rejected { get; } = new();

    /// <summary>Body order is kept, so the last row of a key wins (1.10).</summary>
    public void Load(IRowSink sink, ReadOnlySpan<byte> body)
    {
        var rows = new JsonRows(body, plan.Fields, headers.StripOuterArray);
        while (rows.Next())
        {
            Total++;
            _row.Clear();
            if (!TryOp(ref rows, out bool delete) || !TryConvert(ref rows))
            {
                Filtered++;
                Rejected.Add(_reason!, body[rows.Row.Start..rows.Row.End]);
                continue;
            }

            if (delete)
            {
                sink.Delete(_row);
            }
            else
            {
                sink.Upsert(_row);
            }

            Loaded++;
        }
    }

    private bool TryOp(ref JsonRows rows, out bool delete)
    {
        delete = plan.ConstantDelete ?? false;
        if (plan.ConstantDelete is not null || plan.OpField < 0)
        {
            return true;
        }

        FieldToken token = rows.Tokens[plan.OpField];
        if (!token.Seen || token.Kind == SourceKind.Null)
        {
            return true;
        }

        // __op is a TINYINT of 0 or 1; the data value "delete" is not understood (1.9).
        var op = new RowCells(1);
        if (ValueConversion.Convert(ColumnType.TinyInt, token.Kind, rows.Text(token, ref _scratch), op, 0) != Conversion.Done)
        {
            _reason = "Value of __op is invalid";
            return false;
        }

        delete = op.Cells[0].Integer != 0;
        return true;
    }

    private bool TryConvert(ref JsonRows rows)
    {
        foreach (LoadTarget target in plan.Targets)
        {
            ColumnDefinition column = plan.Table.Columns[target.Column];
            if (!TrySet(ref rows, target, column))
            {
                return false;
            }

            // Before __op is looked at: a delete needs its NOT NULL columns too (1.9).
            if (!column.Nullable && _row.Cells[target.Column].Kind == CellKind.Null)
            {
                _reason = $"NULL value in non-nullable column '{column.Name}'";
                return false;
            }
        }

        return true;
    }

    private bool TrySet(ref JsonRows rows, LoadTarget target, ColumnDefinition column)
    {
        if (target.Source == TargetSource.Constant)
        {
            return Convert(column, target.Column, target.ConstantKind, target.ConstantText);
        }

        if (target.Source is TargetSource.CurrentTimestamp or TargetSource.Uuid)
        {
            string text = target.Source == TargetSource.Uuid
                ? Guid.NewGuid().ToString()
                : time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
            return Convert(column, target.Column, SourceKind.String, Encoding.ASCII.GetBytes(text));
        }

        FieldToken token = target.Field < rows.Tokens.Length ? rows.Tokens[target.Field] : default;
        if (!token.Seen || token.Kind == SourceKind.Null)
        {
            _row.SetNull(target.Column);
            return true;
        }

        ReadOnlySpan<byte> value = rows.Text(token, ref _scratch);
        switch (target.Source)
        {
            case TargetSource.FromBase64OrEmpty when value.IsEmpty:
                return Convert(column, target.Column, SourceKind.String, value);
            case TargetSource.FromBase64 or TargetSource.FromBase64OrEmpty:
                byte[]? decoded = SqliteFunctions.Decode(value);
                return decoded is null ? SetNull(target.Column) : Convert(column, target.Column, SourceKind.String, decoded);
            case TargetSource.ParseJson:
                return JsonText.TryParse(value, out string printed)
                    ? Convert(column, target.Column, SourceKind.Nested, Encoding.UTF8.GetBytes(printed))
                    : SetNull(target.Column);
            default:
                return Convert(column, target.Column, token.Kind, value);
        }
    }

    private bool SetNull(int column)
    {
        _row.SetNull(column);
        return true;
    }

    private bool Convert(ColumnDefinition column, int index, SourceKind kind, ReadOnlySpan<byte> value)
    {
        switch (ValueConversion.Convert(column.Type, kind, value, _row, index))
        {
            case Conversion.Done:
                return true;
            case Conversion.DecimalOutOfRange:
                _reason = $"Decimal '{Encoding.UTF8.GetString(value)}' is out of range. The type of '{column.Name}' is {column.Type}'";
                return false;
            case Conversion.TooLong:
                _reason = $"Value length is beyond the capacity. column={column.Name}, capacity={column.Type.Length}";
                break;
            default:
                _reason = $"Value '{Encoding.UTF8.GetString(value)}' is out of range. The type of '{column.Name}' is {column.Type}";
                break;
        }

        if (headers.StrictMode)
        {
            return false;
        }

        _row.SetNull(index);
        return true;
    }
}
