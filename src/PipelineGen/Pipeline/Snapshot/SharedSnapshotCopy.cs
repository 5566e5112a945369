using System.Globalization;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// Copies a table whose rows no key tells apart: one exported snapshot for the whole table, read in pieces of its pages by
/// several workers that import it (POSTGRES.md, section 2). A row's place changes without an event, hence the one snapshot
/// (F7), and the pieces can't be taken up by another run: if the snapshot is lost, the table begins again from nothing.
/// </summary>
internal sealed class SharedSnapshotCopy : IAsyncDisposable
{
    /// <summary>A start after a crash asks for each label.</summary>
    private const int MostPieces = 256;

    private readonly CopyContext _context;
    private readonly TableLane _lane;
    private readonly TableRange _range;
    private readonly ChunkReader _holder;
    private readonly IReadOnlyList<string> _pieces;

    /// <summary>
    /// One for each worker, with the table's lock already. A lock that a worker asked for later would stand in the queue behind
    /// a TRUNCATE or a VACUUM FULL that waits for the holder's, and neither would ever end.
    /// </summary>
    private readonly Stack<ChunkReader> _readers = [];
    private readonly List<ChunkQuarantine> _rejected = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;
    private int _running;
    private Exception? _failure;

    private SharedSnapshotCopy(CopyContext context, TableLane lane, ChunkReader holder, IReadOnlyList<string> pieces)
    {
        _context = context;
        _lane = lane;
        _range = lane.Ranges[0];
        _holder = holder;
        _pieces = pieces;
        LabelStem = Labels.StemOfPieces(lane, Guid.NewGuid());
    }

    /// <summary>What the pieces' labels begin with.</summary>
    public string LabelStem { get; }

    public int Pieces => _pieces.Count;

    /// <summary>Pieces that are in the target.</summary>
    public int PiecesDone { get; private set; }

    /// <summary>Whether a piece is free to be taken. Read under <see cref="PipelineState.Gate"/>.</summary>
    public bool HasPiece => _failure is null && _next < _pieces.Count;

    /// <summary>Takes the snapshot and makes the table in flight under it; null when that can't be yet.</summary>
    public static async Task<SharedSnapshotCopy?> BeginAsync(CopyContext context, TableLane lane, CancellationToken cancellationToken)
    {
        long prunings;
        lock (context.State.Gate)
            prunings = lane.Prunings;
        ChunkReader holder = await ChunkReader.OpenAsync(context.Source, lane.Layout, context.ReadsText, imported: null, cancellationToken).ConfigureAwait(false);
        SharedSnapshotCopy? copy = null;
        bool isBegun = false;
        try
        {
            string snapshot = await holder.ExportAsync(cancellationToken).ConfigureAwait(false);
            copy = new SharedSnapshotCopy(context, lane, holder, Plan(holder.EstimatedRows, await holder.CountPagesAsync(cancellationToken).ConfigureAwait(false), context.Options.ChunkRows));
            if (!await copy.OpenReadersAsync(snapshot, cancellationToken).ConfigureAwait(false))
                return null;
            // Before the first piece is sent: a start after a crash finds every load that there may be by these labels.
            await context.Progress.WriteAsync(copy.Describe(), cancellationToken).ConfigureAwait(false);
            FailPoint.Reach(FailPoint.ChunkAnnounced);
            lock (context.State.Gate)
            {
                lane.Counters.EstimatedRows = holder.EstimatedRows;
                lane.Counters.CopyBegun ??= context.Time.GetTimestamp();
                isBegun = lane.TryBeginChunk(lane.Ranges[0], holder.Snapshot, holder.Fence, prunings);
                if (isBegun)
                    lane.Copy.Shared = copy;
            }

            if (isBegun)
                return copy;
            Log.WaitingForVisibility(context.Logger, lane.Layout.FullName);
            return null;
        }
        finally
        {
            if (!isBegun)
                await (copy?.DisposeAsync() ?? holder.DisposeAsync()).ConfigureAwait(false);
        }
    }

    /// <summary>Copies pieces while there are any; every worker that has nothing else to do may call it.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (TryTake() is { } piece)
        {
            Exception? failure = null;
            try
            {
                await CopyAsync(piece, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                failure = error;
            }

            bool isLast;
            lock (_context.State.Gate)
            {
                _running--;
                PiecesDone += failure is null ? 1 : 0;
                _failure ??= failure;
                isLast = _running == 0 && !HasPiece;
            }

            if (isLast)
                _done.TrySetResult();
            _context.State.SignalChange();
        }
    }

    /// <summary>Waits for the last piece; then the table is in the target, or goes back to unread and is begun again.</summary>
    /// <exception cref="Exception">What kept a piece from being copied.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        _failure ??= await WaitForFlushAsync(cancellationToken).ConfigureAwait(false);
        if (_failure is null)
        {
            await CompleteAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        // None of them may be committed later: the table is emptied next.
        for (int piece = 0; piece < _next; piece++)
            await _context.Intents.WasCommittedAsync(_lane.Layout.TargetTable, Labels.OfPiece(LabelStem, piece), witness: null, ProgressRows.Of(Describe()), cancellationToken).ConfigureAwait(false);
        foreach (ChunkQuarantine rejected in _rejected)
            await rejected.SettleAsync(ProgressRows.Of(Describe()), cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.ChunkAbandoned);
        lock (_context.State.Gate)
        {
            foreach (ChunkQuarantine rejected in _rejected)
                rejected.Release();
            _lane.AbandonChunk(_range);
            _lane.Copy.Shared = null;
            _lane.Copy.IsRestartWanted = true;
        }

        _context.State.SignalChange();
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChunkQuarantine rejected in _rejected)
            rejected.Dispose();
        foreach (ChunkReader reader in _readers)
            await reader.DisposeAsync().ConfigureAwait(false);
        await _holder.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Predicates that part the table's pages; the last one is open-ended, though the snapshot sees nothing behind.</summary>
    internal static IReadOnlyList<string> Plan(long estimatedRows, long pages, int chunkRows)
    {
        const int rowsOfPage = 100;
        long rows = estimatedRows > 0 ? estimatedRows : pages * rowsOfPage;
        long count = Math.Clamp(Math.Min(rows / chunkRows, pages), 1, MostPieces);
        var pieces = new List<string>();
        for (long piece = 0; piece < count; piece++)
        {
            string from = string.Create(CultureInfo.InvariantCulture, $"ctid >= '({pages * piece / count},0)'::tid");
            pieces.Add(count == 1 ? "true" : piece == count - 1 ? from : string.Create(CultureInfo.InvariantCulture, $"{from} AND ctid < '({pages * (piece + 1) / count},0)'::tid"));
        }

        return pieces;
    }

    private StoredTable Describe() => new(
        _lane.Layout.FullName, CopyState.Copying, _lane.NotBefore, _lane.Copy.NextNumber, Rows: 0, Bytes: 0, _lane.Copy.Started, Label: LabelStem, Pieces: Pieces);

    private int? TryTake()
    {
        lock (_context.State.Gate)
        {
            if (!HasPiece)
                return null;
            _running++;
            return _next++;
        }
    }

    private async Task CopyAsync(int piece, CancellationToken cancellationToken)
    {
        ChunkReader chunk;
        lock (_readers)
            chunk = _readers.Pop();
        try
        {
            await CopyAsync(piece, chunk, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also one that is broken: nothing is read after a failure.
            lock (_readers)
                _readers.Push(chunk);
        }
    }

    private async Task CopyAsync(int piece, ChunkReader chunk, CancellationToken cancellationToken)
    {
        string label = Labels.OfPiece(LabelStem, piece);
        await chunk.ChooseAsync(_pieces[piece], cancellationToken).ConfigureAwait(false);
        if (chunk.IsEmpty)
            return;
        ChunkQuarantine? rejected = null;
        if (_lane.HasQuarantinePolicy)
        {
            rejected = new ChunkQuarantine(_context.State, _lane, _range, label, _context.Quarantine, _context.MaxRejectedBytes);
            lock (_context.State.Gate)
                _rejected.Add(rejected);
            rejected.Begin();
            if (!await chunk.HasRowToLoadAsync(_lane.Codec, rejected.Add, cancellationToken).ConfigureAwait(false))
            {
                await rejected.LoadAllAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await _context.Loads.LoadAsync(
            new LoadRequest
            {
                Table = _lane.Layout.TargetTable, Label = label, Body = new ChunkBody(chunk, _lane, rejected, Count, _context.Time), Columns = _lane.FullColumns.Columns, Timeout = ChunkCopy.LoadTimeout,
            },
            cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.ChunkSent);
    }

    /// <summary>False when somebody waits for the table: the copy is begun after them.</summary>
    /// <exception cref="IOException">The snapshot died with the connection that held it.</exception>
    private async Task<bool> OpenReadersAsync(string snapshot, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = Math.Min(_context.Options.SnapshotWorkers, _pieces.Count); i > 0; i--)
            {
                ChunkReader reader = await ChunkReader.OpenAsync(_context.Source, _lane.Layout, _context.ReadsText, snapshot, cancellationToken).ConfigureAwait(false);
                reader.Locate = (tuple, error) => error.At($"row {RowKey.Describe(_lane, tuple)}, in the copy");
                _readers.Push(reader);
            }

            return true;
        }
        catch (PostgresException lost) when (lost.SqlState is "22023" or "42704")
        {
            throw new IOException($"the snapshot of {_lane.Layout.FullName} is lost: {lost.MessageText}", lost);
        }
        catch (PostgresException locked) when (locked.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    private void Count(long rows, long bytes)
    {
        lock (_context.State.Gate)
            _lane.Counters.Copied(rows, bytes);
    }

    /// <summary>
    /// Over a connection that was there when the rows were read: after a crash of the server others could see the position
    /// passed by WAL that is not the one from before it. Not over the holder's, which nobody needs any more.
    /// </summary>
    /// <returns>What kept it from being flushed, or this from being known.</returns>
    private async Task<Exception?> WaitForFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            ChunkReader reader = _readers.Peek();
            await reader.WaitForFlushAsync(_context.Time, cancellationToken).ConfigureAwait(false);
            _holder.Fence = reader.Fence;
            return null;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return error;
        }
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        TableCounters counters = _lane.Counters;
        // Durable first, then visible to the consumer, as with a chunk.
        await _context.Progress.WriteAsync(
            Describe() with
            {
                State = CopyState.Copied, Label = null, Pieces = 0, Rows = counters.RowsCopied, Bytes = counters.BytesCopied, Ended = _context.Time.GetUtcNow(),
                Snapshot = _holder.Snapshot, Fence = _holder.Fence,
            },
            cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.ChunkPersisted);
        lock (_context.State.Gate)
        {
            foreach (ChunkQuarantine rejected in _rejected)
                rejected.Release();
            _lane.CompleteChunk(_range, _holder.Snapshot, _holder.Fence, [.. _rejected.SelectMany(static r => r.Loaded)]);
            _lane.Copy.Shared = null;
            counters.CopyEnded = _context.Time.GetTimestamp();
        }

        _context.State.RaiseWanted(_lane.Fence);
        Log.TableCopied(_context.Logger, _lane.Layout.FullName, counters.RowsCopied);
    }
}
