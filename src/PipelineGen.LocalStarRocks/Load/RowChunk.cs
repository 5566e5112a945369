using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Converted rows on their way to the sink, in body order: as many as the BE takes for one chunk.</summary>
internal sealed class RowChunk(int columns)
{
    // BE: vector_chunk_size
    private const int Capacity = 4096;
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly CellBytes _bytes = new(64 * 1024);
    private readonly RowCells?[] _rows = new RowCells?[Capacity];
    private readonly sbyte[] _ops = new sbyte[Capacity];
    private int _count;
    private bool _deletes;

    public bool IsFull => _count == Capacity || _bytes.Used > MaxBytes;

    /// <summary>The next row, empty. It counts once it is kept.</summary>
    public RowCells Next()
    {
        RowCells row = _rows[_count] ??= new RowCells(columns, _bytes);
        row.Clear();
        return row;
    }

    public void Keep(sbyte op)
    {
        _deletes |= op == 1;
        _ops[_count++] = op;
    }

    /// <summary>Where one row says 1, whatever is not 0 is a delete; where none does, all are upserts (STARROCKS.md, 1.9).</summary>
    /// <param name="noDeletes">Why a delete fails the load; null: it doesn't.</param>
    /// <exception cref="RowRefusedException">A row fails the load.</exception>
    public void WriteTo(IRowSink sink, string? noDeletes)
    {
        for (int i = 0; i < _count; i++)
        {
            if (!_deletes || _ops[i] == 0)
            {
                sink.Upsert(_rows[i]!);
            }
            else
            {
                sink.Delete(noDeletes is null ? _rows[i]! : throw new RowRefusedException(noDeletes));
            }
        }
    }

    public void Clear()
    {
        _count = 0;
        _deletes = false;
        _bytes.Used = 0;
    }
}
