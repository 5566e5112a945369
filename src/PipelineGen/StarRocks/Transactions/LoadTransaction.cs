namespace PipelineGen.StarRocks;

/// <summary>
/// An open transaction. Not thread-safe: one call at a time, and the order of its loads is the order of the rows.
/// STARROCKS.md section 2.
/// </summary>
public sealed class LoadTransaction : IAsyncDisposable
{
    private readonly TransactionClient _client;
    private readonly TransactionCalls _calls;
    private readonly TransactionName _name;
    private readonly TimeSpan? _preparedTimeout;
    private readonly Dictionary<string, (string? Columns, bool PartialUpdate)> _parameters = new(StringComparer.Ordinal);
    private readonly List<string> _tables = [];
    private LoadFigures? _figures;
    private Phase _phase;
    private int _busy;

    internal LoadTransaction(TransactionClient client, TransactionCalls calls, TransactionName name, TimeSpan? preparedTimeout, long txnId)
    {
        _client = client;
        _calls = calls;
        _name = name;
        _preparedTimeout = preparedTimeout;
        TxnId = txnId;
    }

    private enum Phase
    {
        Open,
        Broken,
        Prepared,
        Ended,
    }

    /// <summary>The label.</summary>
    public string Label => _name.Label;

    /// <summary>The transaction's number; -1 where begin's reply had none, as with several tables.</summary>
    public long TxnId { get; private set; }

    /// <summary>Whether it is a multi-table transaction.</summary>
    public bool IsMultiTable => _name.IsMultiTable;

    /// <summary>The tables that got rows, in order of their first part.</summary>
    public IReadOnlyList<string> Tables => _tables;

    /// <summary>Sends rows. Waits while another call on the label is running.</summary>
    /// <returns>The reply's figures: bytes and times; rows are counted at prepare or commit.</returns>
    /// <exception cref="ArgumentException">The part's form is wrong, its table is another than the transaction's, or its parameters differ from the table's first part.</exception>
    /// <exception cref="InvalidOperationException">The transaction has been prepared or has ended.</exception>
    /// <exception cref="StarRocksLoadException">
    /// The load failed, and with it the transaction, which has been rolled back: nothing is kept (STARROCKS.md 2.3).
    /// The class says whether the same rows can be sent again in a new transaction (Retryable, SlowDown).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired; the transaction can only be rolled back.</exception>
    /// <remarks>Exceptions of the body itself pass through; the transaction can only be rolled back then.</remarks>
    public async Task<LoadFigures> LoadAsync(TransactionPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        part.Validate(Label);
        using Turn turn = Enter(cancellationToken);
        RequireOpen();
        RequireSameParameters(part);
        _phase = Phase.Broken; // until the server has said OK
        TransactionAnswer answer = await _calls.LoadAsync(_name, part, turn.Token).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            LoadError error = await _calls.ExplainAsync(answer, turn.Token).ConfigureAwait(false);
            await LeaveAsync().ConfigureAwait(false);
            throw new StarRocksLoadException(
                ClassOfNothingKept(error),
                $"Transaction {Label}: load into {part.Table} failed, and the transaction with it: {error.Describe()}",
                part.Table,
                Label,
                error);
        }

        if (_parameters.TryAdd(part.Table, (part.Columns, part.PartialUpdate)))
        {
            _tables.Add(part.Table);
        }

        if (TxnId < 0)
        {
            TxnId = answer.Figures?.TxnId ?? -1;
        }

        _phase = Phase.Open;
        return answer.Figures!;
    }

    /// <summary>
    /// Prepares a single-table transaction: its rows then survive crashes of servers and client until
    /// <see cref="CommitAsync"/> or the prepared timeout. Write the label down before calling commit, so that
    /// <see cref="TransactionRecovery"/> can finish it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transaction is empty, has several tables, or has ended.</exception>
    /// <exception cref="StarRocksLoadException">It could not be prepared and nothing is kept; CheckState: that is not known.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using Turn turn = Enter(cancellationToken);
        RequireOpen();
        RequireRows("prepared");
        if (IsMultiTable)
        {
            throw new InvalidOperationException($"{_name}: StarRocks can't prepare a multi-table transaction (STARROCKS.md 2.8).");
        }

        _phase = Phase.Broken;
        string? header = _preparedTimeout is { } timeout ? "prepared_timeout: " + LoadHeaders.Seconds(timeout) : null;
        for (int attempt = 1; ; attempt++)
        {
            TransactionAnswer answer = await _calls.CallAsync("prepare", _name, header, turn.Token).ConfigureAwait(false);
            if (answer.IsOk)
            {
                _figures = answer.Figures;
                _phase = Phase.Prepared;
                return;
            }

            LoadError error = await _calls.ExplainAsync(answer, turn.Token).ConfigureAwait(false);
            if (!answer.IsLost && !answer.IsBusy && error.Class != ErrorClass.CheckState)
            {
                await LeaveAsync().ConfigureAwait(false);
                throw _name.Failure(ClassOfNothingKept(error), $"can't be prepared, nothing is kept: {error.Describe()}", error);
            }

            // TXN_NOT_EXISTS is also what a backend says of a transaction that it has just prepared (2.9).
            (LabelState? state, string text) = await _calls.Ending.AskAsync(_name, turn.Token).ConfigureAwait(false);
            switch (state)
            {
                case LabelState.Prepared:
                    _phase = Phase.Prepared;
                    return;
                case LabelState.Aborted or LabelState.Unknown:
                    _phase = Phase.Ended;
                    throw _name.Failure(ErrorClass.Retryable, $"can't be prepared, nothing is kept: {error.Message}", error);
                case LabelState.Committed or LabelState.Visible:
                    _phase = Phase.Ended;
                    throw _name.Failure(ErrorClass.CheckState, $"somebody else has committed it: {error.Message}", error);
                case LabelState.Prepare when !answer.IsLost && !answer.IsBusy:
                    await LeaveAsync().ConfigureAwait(false); // the backend has lost it, and the frontend doesn't know yet (2.4)
                    throw _name.Failure(ErrorClass.Retryable, $"can't be prepared, nothing is kept: {error.Message}", error);
            }

            if (attempt == _calls.Options.MaxLoadAttempts)
            {
                throw _name.Failure(ErrorClass.CheckState, $"gave up after {attempt} attempts to prepare: {error.Message}{(text.Length > 0 ? "; " + text : "")}", error);
            }

            await _calls.PauseAsync(_name, attempt, error, turn.Token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Commits. An unknown outcome is settled with the server: a prepared transaction is committed again, which is harmless;
    /// of another one the label's state is asked until it is final, which may take as long as no frontend answers.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transaction is empty or has ended.</exception>
    /// <exception cref="StarRocksLoadException">
    /// CheckState: the outcome is not known yet, settle it with <see cref="TransactionRecovery"/> before sending the rows
    /// again. Any other class: nothing is kept; Retryable and SlowDown say that the rows can be sent again in a new transaction.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired; it may still commit.</exception>
    public async Task<TransactionReceipt> CommitAsync(CancellationToken cancellationToken)
    {
        using Turn turn = Enter(cancellationToken);
        bool prepared = _phase == Phase.Prepared;
        if (!prepared)
        {
            RequireOpen();
        }

        RequireRows("committed");
        TransactionOutcome outcome;
        try
        {
            outcome = await (prepared
                ? _calls.Ending.CommitPreparedAsync(_name, turn.Token)
                : _calls.Ending.CommitAsync(WithAnyTable(), turn.Token)).ConfigureAwait(false);
        }
        finally
        {
            // Whatever came of it, rolling back on leaving would be wrong; a prepared one may be committed once more.
            _phase = prepared ? Phase.Prepared : Phase.Ended;
        }

        switch (outcome)
        {
            case TransactionOutcome.Committed committed:
                _phase = Phase.Ended;
                return new TransactionReceipt
                {
                    Label = Label,
                    Tables = [.. _tables],
                    TxnId = TxnId,
                    SettledByLabel = committed.SettledByLabel,
                    VisibleLater = committed.VisibleLater,
                    Figures = _figures ?? committed.Figures,
                };

            case TransactionOutcome.NothingKept nothing:
                _phase = Phase.Ended;
                throw _name.Failure(nothing.Error is null ? ErrorClass.Retryable : ClassOfNothingKept(nothing.Error), $"not committed, nothing is kept: {nothing.Reason}", nothing.Error);

            case TransactionOutcome.Unknown unknown:
                throw _name.Failure(ErrorClass.CheckState, $"not known whether it is committed: {unknown.Reason}");

            default:
                throw new InvalidOperationException($"No decision for {outcome.GetType().Name}.");
        }
    }

    /// <summary>Rolls back, also a prepared transaction, and makes sure of it with the label's state.</summary>
    /// <returns>NothingKept; or Committed where it had been committed; or Unknown where the server could not be asked: it then ends by its timeout.</returns>
    public async Task<TransactionOutcome> RollbackAsync(CancellationToken cancellationToken)
    {
        using Turn turn = Enter(cancellationToken);
        TransactionOutcome outcome = await _calls.Ending.RollbackAsync(WithAnyTable(), turn.Token).ConfigureAwait(false);
        _phase = Phase.Ended;
        return outcome;
    }

    /// <summary>Rolls back what was neither committed nor prepared, for as long as connecting and one answer may take.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_phase is Phase.Open or Phase.Broken)
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    // Nothing of it is or will be in a table, so what can't be found any more is a reason to send the rows again.
    private static ErrorClass ClassOfNothingKept(LoadError error) => error.Class == ErrorClass.CheckState ? ErrorClass.Retryable : error.Class;

    private async Task LeaveAsync()
    {
        _phase = Phase.Ended;
        if (_client.Disposed.IsCancellationRequested)
        {
            return;
        }

        // Leaving must not hang on a server that is gone; the transaction's own timeout ends it then.
        using Deadline deadline = Deadline.Start(_calls.Options.ConnectTimeout + _calls.Options.AnswerTimeout, _calls.Time, _client.Disposed);
        try
        {
            await _calls.Ending.RollbackAsync(WithAnyTable(), deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ends by its timeout.
        }
    }

    private TransactionName WithAnyTable() => _name with { CancelVia = _name.Table ?? _tables.FirstOrDefault() };

    private void RequireOpen()
    {
        if (_phase != Phase.Open)
        {
            throw new InvalidOperationException($"{_name} is {(_phase == Phase.Prepared ? "prepared" : "broken off or has ended")}.");
        }
    }

    private void RequireRows(string what)
    {
        if (_tables.Count == 0)
        {
            throw new InvalidOperationException($"{_name} is empty and can't be {what}; StarRocks refuses one (STARROCKS.md, the twelve things, 7). Roll it back.");
        }
    }

    private void RequireSameParameters(TransactionPart part)
    {
        if (_name.Table is not null && part.Table != _name.Table)
        {
            throw new ArgumentException($"{_name}: a part for {part.Table}. Begin a multi-table transaction for several tables.", nameof(part));
        }

        if (_parameters.TryGetValue(part.Table, out var first) && first != (part.Columns, part.PartialUpdate))
        {
            throw new ArgumentException($"Transaction {Label}: every part for {part.Table} must have the parameters of the first (STARROCKS.md 2.3, \"load request not equal last.\").", nameof(part));
        }
    }

    private Turn Enter(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_client.Disposed.IsCancellationRequested, _client);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException($"{_name} is busy with another call.");
        }

        return new Turn(this, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _client.Disposed));
    }

    /// <summary>One call at a time; broken off with the client.</summary>
    private readonly struct Turn(LoadTransaction transaction, CancellationTokenSource joined) : IDisposable
    {
        public CancellationToken Token => joined.Token;

        public void Dispose()
        {
            joined.Dispose();
            Volatile.Write(ref transaction._busy, 0);
        }
    }
}
