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

/// <summary>The bytes of one row's cells, or of all the rows of a chunk.</summary>
internal sealed class CellBytes(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    public int Used { get; set; }

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    public int Add(scoped ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Used < bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(_bytes.Length * 2L, (long)Used + bytes.Length), Array.MaxLength));
        }

        int start = Used;
        bytes.CopyTo(_bytes.AsSpan(start));
        Used += bytes.Length;
        return start;
    }
}

/// <summary>One row on its way into a table. Reused: nothing is allocated per row.</summary>
/// <param name="shared">Where the bytes go; null: the row has its own.</param>
internal sealed class RowCells(int columns, CellBytes? shared = null)
{
    private readonly CellBytes _bytes = shared ?? new CellBytes(256);

    public Cell[] Cells { get; } = new Cell[columns];

    public void Clear()
    {
        if (shared is null)
        {
            _bytes.Used = 0;
        }

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

    public ReadOnlySpan<byte> Bytes(int column) => _bytes.Slice(Cells[column].Start, Cells[column].Length);

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

    private void Set(int column, CellKind kind, scoped ReadOnlySpan<byte> bytes) =>
        Cells[column] = new Cell { Kind = kind, Start = _bytes.Add(bytes), Length = bytes.Length };
}
