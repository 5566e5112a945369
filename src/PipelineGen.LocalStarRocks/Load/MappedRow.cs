using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// What an expression sees of the row at hand: in <c>columns</c> the source fields, as text (STARROCKS.md, 1.8); in
/// <c>where</c> the table's columns, converted. Rows of such loads allocate; those of plain loads never come here.
/// </summary>
internal sealed class MappedRow(int fields, LoadClock clock, TimeProvider time)
{
    private readonly MapValue[] _fields = new MapValue[fields];
    private bool _taken;

    public RowCells? Row { get; private set; }

    /// <summary>What the last conversion tried to put into a column.</summary>
    public byte[] LastText { get; private set; } = [];

    /// <summary>The load's moment, as the functions see it.</summary>
    public DateTime Now { get; } = clock.Now(time);

    public DateTime UtcNow { get; } = time.GetUtcNow().UtcDateTime;

    public LoadClock Clock => clock;

    public MapValue Field(int field) => _fields[field];

    public void Clear() => _taken = false;

    public void Take<TRows>(ref TRows rows)
        where TRows : struct, IRowSource, allows ref struct
    {
        if (_taken)
        {
            return;
        }

        _taken = true;
        var text = new RowCells(1);
        for (int i = 0; i < _fields.Length; i++)
        {
            SourceKind kind = rows.Field(i, out ReadOnlySpan<byte> value);
            text.Clear();
            _fields[i] = ValueConversion.Convert(ColumnType.Text, kind, value, text, 0) == Conversion.Done ? MapValue.Read(text, 0, ColumnType.Text) : MapValue.Null;
        }
    }

    public bool IsTrue(Mapping condition, RowCells row)
    {
        Row = row;
        MapValue value = condition.Value(this);
        return !value.IsNull && value.IsTrue;
    }

    /// <summary>From the row's own columns into one of them.</summary>
    public Conversion Compute(Mapping mapping, ColumnType type, RowCells row, int column)
    {
        Row = row;
        return Convert(mapping, type, row, column);
    }

    public Conversion Convert(Mapping mapping, ColumnType type, RowCells row, int column)
    {
        MapValue value = mapping.Value(this);
        LastText = value.Text();
        return ValueConversion.Convert(type, value.Source, LastText, row, column);
    }
}
