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
        return string.Join(',', (layout.IsAppendOnly ? names : names.Append("__op")).Concat(mappings));
    }
}

/// <summary>One step of a table's loading: rows of one column set, or the emptying of the table.</summary>
/// <param name="Rows">Null for TRUNCATE.</param>
internal sealed record LoadStep(ColumnSet? Columns, LoadBuffer? Rows);

/// <summary>
/// A table's changes since the last flush. Steps are loaded one after the other: within a load the last row of a key wins
/// (STARROCKS.md 1.10), between loads the order is theirs.
/// </summary>
/// <remarks>
/// Rows with all columns and rows that lack unchanged TOAST values alternate in a stream, and each switch must not be a load.
/// A row joins the last step of its column set, also when others came after it, as long as none of them has a row of its key:
/// then the order of the changes of every key is kept, and only that order matters.
/// </remarks>
internal sealed class LoadQueue : IDisposable
{
    private readonly List<LoadStep> _steps = [];

    /// <summary>The last step that has a row of a key, by the key's hash. Two keys of one hash only cost a step.</summary>
    private readonly Dictionary<int, int> _lastStepOfKey = [];

    /// <summary>Keys of rows that came before there was more than one step are not remembered: they count as being in this one.</summary>
    private int _untracked;

    public bool IsEmpty => _steps.Count == 0;

    public IReadOnlyList<LoadStep> Steps => _steps;

    /// <summary>Bytes held by the waiting rows, over all steps.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (LoadStep step in _steps)
                bytes += step.Rows?.Capacity ?? 0;
            return bytes;
        }
    }

    /// <summary>Whether the order of steps depends on keys; if not, hashing them is saved.</summary>
    public bool NeedsKey(ColumnSet columns) => columns.IsPartial || !(_steps.Count == 0 || (_steps.Count == 1 && _steps[0].Columns == columns));

    /// <summary>The buffer that the next row of this column set goes to.</summary>
    /// <param name="keyHash">Of the row's key; any number where <see cref="NeedsKey"/> is false.</param>
    public LoadBuffer Rows(ColumnSet columns, int keyHash)
    {
        if (!NeedsKey(columns))
            return _steps.Count == 1 ? _steps[0].Rows! : Add(columns);
        int last = LastStepOf(columns);
        if (last < 0 || last < _lastStepOfKey.GetValueOrDefault(keyHash, _untracked))
        {
            Add(columns);
            last = _steps.Count - 1;
        }

        _lastStepOfKey[keyHash] = last;
        return _steps[last].Rows!;
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
        _lastStepOfKey.Clear();
        _untracked = 0;
    }

    public void Dispose() => Clear();

    private LoadBuffer Add(ColumnSet columns)
    {
        var rows = new LoadBuffer();
        _steps.Add(new LoadStep(columns, rows));
        // Rows that were not tracked lie in the step before this one at the latest.
        if (_lastStepOfKey.Count == 0)
            _untracked = Math.Max(_steps.Count - 2, 0);
        return rows;
    }

    private int LastStepOf(ColumnSet columns)
    {
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            if (_steps[i].Columns == columns)
                return i;
            // Nothing moves in front of a TRUNCATE.
            if (_steps[i].Rows is null)
                return -1;
        }

        return -1;
    }
}
