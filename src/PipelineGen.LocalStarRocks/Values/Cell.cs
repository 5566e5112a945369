using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Values;

internal enum CellKind : byte { Null, Integer, Real, Text, Blob }

/// <summary>One stored value: a number, or a range of its row's scratch bytes.</summary>
internal struct Cell
{
    public CellKind Kind;
    public long Integer;
    public double Real;
    public int Start;
    public int Length;
}

/// <summary>One row on its way into a table. Reused for every row of a load: nothing is allocated per row.</summary>
internal sealed class RowCells(int columns)
{
    private byte[] _bytes = new byte[4096];
    private int _used;

    public Cell[] Cells { get; } = new Cell[columns];

    public void Clear()
    {
        _used = 0;
        Array.Clear(Cells);
    }

    public void SetNull(int column) => Cells[column] = default;

    public void Set(int column, long value) => Cells[column] = new Cell { Kind = CellKind.Integer, Integer = value };

    public void Set(int column, double value)
    {
        // SQLite keeps a NaN as NULL; StarRocks keeps it as a value.
        if (double.IsNaN(value))
        {
            SetText(column, "nan"u8);
        }
        else
        {
            Cells[column] = new Cell { Kind = CellKind.Real, Real = value };
        }
    }

    public void SetText(int column, scoped ReadOnlySpan<byte> utf8) => Set(column, CellKind.Text, utf8);

    public void SetBlob(int column, scoped ReadOnlySpan<byte> bytes) => Set(column, CellKind.Blob, bytes);

    public ReadOnlySpan<byte> Bytes(int column) => _bytes.AsSpan(Cells[column].Start, Cells[column].Length);

    public void Bind(SqliteStatement statement, int parameter, int column)
    {
        ref Cell cell = ref Cells[column];
        switch (cell.Kind)
        {
            case CellKind.Null: statement.BindNull(parameter); break;
            case CellKind.Integer: statement.Bind(parameter, cell.Integer); break;
            case CellKind.Real: statement.Bind(parameter, cell.Real); break;
            case CellKind.Text: statement.BindText(parameter, Bytes(column)); break;
            default: statement.BindBlob(parameter, Bytes(column)); break;
        }
    }

    private void Set(int column, CellKind kind, scoped ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _used < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_used));
        Cells[column] = new Cell { Kind = kind, Start = _used, Length = bytes.Length };
        _used += bytes.Length;
    }
}
