using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>The columns that the rows of one load carry. Full rows and each set of unchanged TOAST columns are loads of their own (STARROCKS.md 1.11).</summary>
internal sealed class ColumnSet
{
    private readonly TableLayout _layout;
    private readonly bool[] _present;

    private ColumnSet(TableLayout layout, bool[] present)
    {
        _layout = layout;
        _present = present;
        Columns = Header(layout, present);
        IsPartial = Array.IndexOf(present, false) >= 0;
    }

    /// <summary>The <c>columns</c> header: always written, so that a column somebody added to the target keeps its values.</summary>
    public string Columns { get; }

    public bool IsPartial { get; }

    public static ColumnSet Full(TableLayout layout)
    {
        bool[] present = new bool[layout.Columns.Count];
        Array.Fill(present, true);
        return new ColumnSet(layout, present);
    }

    public static ColumnSet Of(TableLayout layout, ReadOnlySpan<ColumnSlot> slots)
    {
        bool[] present = new bool[slots.Length];
        for (int i = 0; i < slots.Length; i++)
            present[i] = slots[i].Format != ColumnFormat.UnchangedToast;
        return new ColumnSet(layout, present);
    }

    /// <summary>Whether every column of the other set is in this one.</summary>
    public bool Covers(ColumnSet other)
    {
        for (int i = 0; i < _present.Length; i++)
        {
            if (other._present[i] && !_present[i])
                return false;
        }

        return true;
    }

    /// <summary>The columns of this set that the other lacks.</summary>
    public IEnumerable<ColumnInfo> Except(ColumnSet other) => _layout.Columns.Where((_, i) => _present[i] && !other._present[i]);

    /// <summary>The columns of either set.</summary>
    public ColumnSet Union(ColumnSet other)
    {
        bool[] present = [.. _present.Zip(other._present, static (a, b) => a || b)];
        return new ColumnSet(_layout, present);
    }

    public bool HasSameColumns(ColumnSet other) => _present.AsSpan().SequenceEqual(other._present);

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
        return string.Join(',', (layout.IsAppendOnly ? names : names.Append("__op")).Concat(mappings));
    }
}
