using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>One step of a table's loading: rows of one column set, or the emptying of the table.</summary>
/// <param name="Rows">Null for TRUNCATE.</param>
internal sealed record LoadStep(ColumnSet? Columns, LoadBuffer? Rows);

/// <summary>
/// A table's changes since the last flush, as few loads: one for rows with all columns, then one for each set of columns
/// that unchanged TOAST values left over. Within a load the last row of a key wins (STARROCKS.md 1.10), between loads the
/// order is theirs.
/// </summary>
/// <remarks>
/// Whole and partial rows alternate in a stream, and each switch must not be a load. So a key has one partial row at most:
/// a whole row or a delete takes it away, and another partial row takes it up (<see cref="PartialRows"/>). Then only whole
/// rows before partial ones is an order that matters, and it is fixed.
/// </remarks>
internal sealed class LoadQueue : IDisposable
{
    private readonly List<LoadStep> _steps = [];
    private readonly PartialRows _partial = new();
    private LoadBuffer? _whole;
    private LoadBuffer? _quarantine;
    private LoadBuffer? _rejected;

    public bool IsEmpty => _steps.Count == 0 && !HasQuarantine;

    /// <summary>Rows that go into quarantine or leave it, in their order, as rows of <see cref="QuarantineTable"/>.</summary>
    public LoadBuffer Quarantine => _quarantine ??= new LoadBuffer();

    public bool HasQuarantine => _quarantine is { IsEmpty: false };

    /// <summary>Of <see cref="Quarantine"/> the rows that go into it, also those that leave it again behind that.</summary>
    public LoadBuffer? Rejected => _rejected;

    /// <summary>Whether rows leave it.</summary>
    public bool HasReleased => HasQuarantine && _quarantine!.Rows > (_rejected?.Rows ?? 0);

    /// <summary>The last row of <see cref="Quarantine"/> goes into it.</summary>
    public void LastIsRejected()
    {
        var writer = new LoadWriter(_rejected ??= new LoadBuffer());
        writer.Raw(Quarantine.Row(Quarantine.Last));
        writer.Commit();
    }

    /// <summary>In the order in which they are to be loaded.</summary>
    public IReadOnlyList<LoadStep> Steps => _steps;

    /// <summary>Bytes held by the waiting rows, over all steps.</summary>
    public long Bytes
    {
        get
        {
            long bytes = (_quarantine?.Capacity ?? 0) + (_rejected?.Capacity ?? 0);
            foreach (LoadStep step in _steps)
                bytes += step.Rows?.Capacity ?? 0;
            return bytes;
        }
    }

    /// <summary>Whether a whole row has to be told of its key; if not, making the key is saved.</summary>
    public bool HasPartialRows => _partial.Count > 0;

    /// <summary>The rows of a column set.</summary>
    public LoadBuffer Rows(ColumnSet columns)
    {
        if (!columns.IsPartial)
            return _whole ??= Add(columns);
        foreach (LoadStep step in _steps)
        {
            if (step.Columns == columns)
                return step.Rows!;
        }

        return Add(columns);
    }

    /// <summary>A whole row, or a delete, of this key was appended: what waited of it is overtaken.</summary>
    public void Overtake(ReadOnlySpan<byte> key)
    {
        if (_partial.Remove(key) is { } earlier)
            Rows(earlier.Columns).Remove(earlier.Place);
    }

    /// <summary>The partial row of this key that waits, if one does.</summary>
    public PartialRow? FindPartial(ReadOnlySpan<byte> key) => _partial.Find(key);

    /// <summary>The encoded row.</summary>
    public ReadOnlySpan<byte> Read(PartialRow row) => Rows(row.Columns).Row(row.Place);

    /// <summary>The last row of this column set is now the one that waits for this key.</summary>
    public void SetPartial(ReadOnlySpan<byte> key, ColumnSet columns)
    {
        Overtake(key);
        _partial.Add(key, new PartialRow(columns, Rows(columns).Last));
    }

    /// <summary>The table is emptied: what waits to be loaded before that need not be loaded at all.</summary>
    public void Truncate()
    {
        Clear();
        _steps.Add(new LoadStep(null, null));
    }

    /// <summary>Whether the table is to be emptied.</summary>
    public bool HasTruncate => _steps.Count > 0 && _steps[0].Rows is null;

    /// <summary>
    /// Takes over what has waited behind a chunk; the other is empty then. No key is in both: while the chunk was under way,
    /// changes of its range went there, and none did before.
    /// </summary>
    public void Absorb(LoadQueue other)
    {
        // A table is not emptied while one of its chunks is under way, and no chunk begins before it is.
        if (other.HasTruncate)
            throw new InvalidOperationException("a TRUNCATE waits behind a chunk");
        var moved = new Dictionary<ColumnSet, int>();
        foreach (LoadStep step in other._steps)
            moved.Add(step.Columns!, Rows(step.Columns!).Absorb(step.Rows!));
        _partial.Absorb(other._partial, row => row with { Place = row.Place with { Block = row.Place.Block + moved[row.Columns] } });
        if (other._quarantine is { IsEmpty: false } quarantine)
            Quarantine.Absorb(quarantine);
        if (other._rejected is { IsEmpty: false } rejected)
            (_rejected ??= new LoadBuffer()).Absorb(rejected);
        other.Clear();
    }

    public void Clear()
    {
        foreach (LoadStep step in _steps)
            step.Rows?.Dispose();
        _steps.Clear();
        _partial.Clear();
        _quarantine?.Dispose();
        _quarantine = null;
        _rejected?.Dispose();
        _rejected = null;
        _whole = null;
    }

    public void Dispose()
    {
        Clear();
        _partial.Dispose();
    }

    private LoadBuffer Add(ColumnSet columns)
    {
        var rows = new LoadBuffer();
        // Whole rows go before all partial ones, and behind a TRUNCATE.
        int at = columns.IsPartial ? _steps.Count : _steps.FindIndex(static step => step.Rows is not null);
        _steps.Insert(at < 0 ? _steps.Count : at, new LoadStep(columns, rows));
        return rows;
    }
}
