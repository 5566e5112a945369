using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>The columns that the rows of one load carry. Full rows and each set of unchanged TOAST columns are loads of their own (STARROCKS.md 1.11).</summary>
internal sealed class ColumnSet
{
    private readonly bool[] _present;

    private ColumnSet(bool[] present, string columns)
    {
        _present = present;
        Columns = columns;
        IsPartial = Array.IndexOf(present, false) >= 0;
    }

    /// <summary>The <c>columns</c> header: always written, so that a column somebody added to the target keeps its values.</summary>
    public string Columns { get; }

    public bool IsPartial { get; }

    public static ColumnSet Full(TableLayout layout)
    {
        bool[] present = new bool[layout.Columns.Count];
        Array.Fill(present, true);
        return new ColumnSet(present, Header(layout, present));
    }

    public static ColumnSet Of(TableLayout layout, ReadOnlySpan<ColumnSlot> slots)
    {
        bool[] present = new bool[slots.Length];
        for (int i = 0; i < slots.Length; i++)
            present[i] = slots[i].Format != ColumnFormat.UnchangedToast;
        return new ColumnSet(present, Header(layout, present));
    }

    public bool Matches(ReadOnlySpan<ColumnSlot> slots)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            if (_present[i] != (slots[i].Format != ColumnFormat.UnchangedToast))
                return false;
        }

        return true;
    }

    private static string Header(TableLayout layout, bool[] present)
    {
        List<ColumnInfo> columns = [.. layout.Columns.Where((_, i) => present[i])];
        IEnumerable<string> names = columns.Select(static c => SqlText.Identifier(c.LoadName));
        IEnumerable<string> mappings = columns.Where(static c => c.LoadExpression is not null).Select(static c => c.LoadExpression!);
        return string.Join(',', names.Append("__op").Concat(mappings));
    }
}

/// <summary>One step of a table's loading: rows of one column set, or the emptying of the table.</summary>
/// <param name="Rows">Null for TRUNCATE.</param>
internal sealed record LoadStep(ColumnSet? Columns, LoadBuffer? Rows);

/// <summary>
/// A table's changes since the last flush, in commit order. Steps are loaded one after the other: within a load the last row
/// of a key wins (STARROCKS.md 1.10), between loads the order is theirs.
/// </summary>
internal sealed class LoadQueue : IDisposable
{
    private readonly List<LoadStep> _steps = [];

    public bool IsEmpty => _steps.Count == 0;

    public IReadOnlyList<LoadStep> Steps => _steps;

    /// <summary>Encoded bytes waiting.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (LoadStep step in _steps)
                bytes += step.Rows?.Length ?? 0;
            return bytes;
        }
    }

    /// <summary>The buffer that the next row of this column set goes to.</summary>
    public LoadBuffer Rows(ColumnSet columns)
    {
        if (_steps.Count > 0 && _steps[^1].Columns == columns)
            return _steps[^1].Rows!;
        var rows = new LoadBuffer();
        _steps.Add(new LoadStep(columns, rows));
        return rows;
    }

    /// <summary>The table is emptied: what waits to be loaded before that need not be loaded at all.</summary>
    public void Truncate()
    {
        Clear();
        _steps.Add(new LoadStep(null, null));
    }

    public void Clear()
    {
        foreach (LoadStep step in _steps)
            step.Rows?.Dispose();
        _steps.Clear();
    }

    public void Dispose() => Clear();
}
