using System.Globalization;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>The rejected rows of one chunk, read anew with each sending of it; loaded once, before the chunk can be committed.</summary>
/// <param name="maxWaitingBytes">What it may keep in memory at most.</param>
internal sealed class ChunkQuarantine(PipelineState state, TableLane lane, TableRange range, string label, QuarantineLoads loads, long maxWaitingBytes = 64L << 20) : IDisposable
{
    private readonly Quarantine _shared = state.Quarantine;
    private readonly LoadBuffer _rows = new();
    private readonly RowKey _key = new();
    private readonly HashSet<QuarantineId> _ids = [];
    private readonly Dictionary<string, (string Reason, long Rows)> _columns = new(StringComparer.Ordinal);
    private long _number;
    private int _reserved;

    /// <summary>What is in quarantine of the chunk; empty until it is loaded.</summary>
    public IReadOnlyCollection<QuarantineId> Loaded { get; private set; } = [];

    /// <summary>Whether all that the chunk brings is in quarantine, durably: it has no load of its own.</summary>
    public bool IsAll { get; private set; }

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
            ? QuarantineId.OfKey(_shared.Pipeline, table.FullName, key)
            : QuarantineId.OfCopy(_shared.Pipeline, table.FullName, label, ++_number);
        // Changes behind the chunk may have brought the same rows, and so may an earlier sending: they are not counted twice. What the chunk needs exactly is
        // looked at when all of it is known.
        _shared.RequireRoom(table, rejection.Column, _ids.Count - (range.Waiting?.Quarantine?.Count ?? 0) - _reserved);
        _ids.Add(id);
        _shared.WriteRow(_rows, id, table.FullName, key, rejection, transaction: null, label);
        if (_rows.Length > maxWaitingBytes)
            throw new QuarantineLimitException(string.Create(CultureInfo.InvariantCulture, $"{table.FullName}, column {rejection.Column.Name}: its copy rejects {_ids.Count} rows so far, more than {maxWaitingBytes} bytes for {QuarantineTable.Name}, which are kept in memory until the copy ends. The last value {rejection.Reason}. Give the column a StarRocks type that holds its values, or another policy"));
        string column = rejection.Column.Name;
        _columns[column] = (rejection.Reason, _columns.GetValueOrDefault(column).Rows + 1);
    }

    /// <summary>
    /// Loads what was rejected, if there is anything. Once: the snapshot stands still, so another sending of the chunk rejects the
    /// same rows.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (IsLoaded || _rows.IsEmpty)
            return;
        QuarantineId[] ids = [.. _ids];
        Reserve(ids);
        await loads.LoadChunkAsync(label, [_rows], cancellationToken).ConfigureAwait(false);
        IsLoaded = true;
        Loaded = ids;
        foreach ((string column, (string reason, long rows)) in _columns)
            _shared.Notice(lane.Layout, column, reason, rows);
    }

    /// <summary>Nothing of it is loaded any more after this, though no answer came; what was is for the caller to take out.</summary>
    /// <param name="undone">What takes the label.</param>
    public Task SettleAsync(ProgressRow undone, CancellationToken cancellationToken) => loads.SettleChunkAsync(label, undone, cancellationToken);

    /// <summary>
    /// The chunk has ended, and what is in quarantine of it is counted by its table. Called under <see cref="PipelineState.Gate"/>.
    /// </summary>
    public void Release()
    {
        _shared.AddToCount(-_reserved);
        _reserved = 0;
    }

    /// <summary>Of a chunk that has no row for its table.</summary>
    public async Task LoadAllAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        IsAll = true;
    }

    /// <summary>Counts the rows before they are loaded: other tables' chunks end at the same time, and together they must not pass the limit.</summary>
    private void Reserve(QuarantineId[] ids)
    {
        lock (state.Gate)
        {
            Release();
            int more = ids.Count(id => range.Waiting?.Quarantine?.Contains(id) != true);
            if (more > 0)
                _shared.RequireRoom(lane.Layout, column: null, more - 1);
            _shared.AddToCount(more);
            _reserved = more;
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _key.Dispose();
    }
}
