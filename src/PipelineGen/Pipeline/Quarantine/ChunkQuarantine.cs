using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>The rejected rows of one chunk. Read anew with each sending of the chunk, and loaded once.</summary>
internal sealed class ChunkQuarantine(Quarantine shared, TableLane lane, string label, QuarantineLoads loads) : IDisposable
{
    private readonly LoadBuffer _rows = new();
    private readonly RowKey _key = new();
    private readonly HashSet<QuarantineId> _ids = [];
    private readonly Dictionary<string, (string Reason, long Rows)> _columns = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>What is in quarantine of the chunk; empty until it is loaded.</summary>
    public IReadOnlyCollection<QuarantineId> Loaded { get; private set; } = [];

    private bool IsLoaded { get; set; }

    /// <summary>The chunk is read from its beginning.</summary>
    public void Begin()
    {
        _rows.Clear();
        _ids.Clear();
        _columns.Clear();
        _number = 0;
    }

    /// <exception cref="QuarantineLimitException">There is no room for it.</exception>
    public void Add(TupleReader tuple, RowRejection rejection)
    {
        TableLayout table = lane.Layout;
        ReadOnlySpan<byte> key = lane.Appends is null ? _key.Read(lane.Codec, tuple) : [];
        QuarantineId id = lane.Appends is null
            ? QuarantineId.OfKey(shared.Pipeline, table.FullName, key)
            : QuarantineId.OfCopy(shared.Pipeline, table.FullName, label, ++_number);
        shared.RequireRoom(table, rejection.Column, _ids.Count);
        _ids.Add(id);
        shared.WriteRow(_rows, id, table.FullName, key, rejection, transaction: null);
        string column = rejection.Column.Name;
        _columns[column] = (rejection.Reason, _columns.GetValueOrDefault(column).Rows + 1);
    }

    /// <summary>
    /// Loads what was rejected, if anything was. Once: the snapshot stands still, so another sending of the chunk rejects the
    /// same rows.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (IsLoaded || _rows.IsEmpty)
            return;
        QuarantineId[] ids = [.. _ids];
        await loads.LoadChunkAsync(label, _rows, cancellationToken).ConfigureAwait(false);
        IsLoaded = true;
        Loaded = ids;
        foreach ((string column, (string reason, long rows)) in _columns)
            shared.Notice(lane.Layout, column, reason, rows);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _key.Dispose();
    }
}
