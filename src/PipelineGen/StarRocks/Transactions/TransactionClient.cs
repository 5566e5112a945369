namespace PipelineGen.StarRocks;

/// <summary>
/// Begins transactions of several loads that commit together: of one table, with or without two-phase commit (2.4 and
/// later), or of several tables of the database (4.0 and later). Thread-safe. STARROCKS.md section 2.
/// </summary>
public sealed class TransactionClient : IDisposable
{
    // Section 8: an unknown text is retried a few times, then it is an error.
    private const int MaxUnlistedFailures = 5;

    private readonly StarRocksOptions _options;
    private readonly CancellationTokenSource _disposed = new();
    private readonly LoadBackoff _backoff;
    private readonly TimeProvider _time;
    private readonly FrontendRoute _route;
    private readonly LabelQuestions _labels;

    /// <summary>Makes a client. Opens nothing yet.</summary>
    /// <param name="options">Addresses of frontends, account, limits.</param>
    /// <param name="time">The clock of limits and pauses; the system's when absent.</param>
    /// <param name="jitterSeed">Seed of the pauses' jitter; arbitrary when absent.</param>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
    public TransactionClient(StarRocksOptions options, TimeProvider? time = null, int? jitterSeed = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Database.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException("The transaction interface takes the database's name in a header, which holds one line.", nameof(options));
        }

        _options = options;
        _time = time ?? TimeProvider.System;
        _backoff = new LoadBackoff(jitterSeed);
        _route = new FrontendRoute(options, new HttpExchange(options, _time));
        _labels = new LabelQuestions(options, _route);
    }

    /// <summary>Told before each pause of a call that is repeated, on the call's own flow. Must not throw.</summary>
    public Action<RetryNotice>? OnRetry { get; init; }

    internal TransactionCalls Calls => new(_options, _route, _labels, _time, _backoff, OnRetry);

    internal CancellationToken Disposed => _disposed.Token;

    /// <summary>
    /// Begins a transaction. What stands in the way for a while is waited out, until the token fires or
    /// <see cref="StarRocksOptions.MaxLoadAttempts"/> are made: nothing is loaded yet.
    /// </summary>
    /// <returns>The open transaction; disposing it rolls back what was neither committed nor prepared.</returns>
    /// <exception cref="ArgumentException">The request's form is wrong.</exception>
    /// <exception cref="StarRocksLoadException">
    /// CheckState: the label is in use or has been used, by an earlier run for instance; settle it with
    /// <see cref="TransactionRecovery"/>. Retryable: a reply was lost and a multi-table label was used up by it; begin under
    /// a new label. Otherwise the server refused.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired; a transaction that had begun ends by its timeout.</exception>
    public async Task<LoadTransaction> BeginAsync(TransactionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        request.Validate();
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var name = new TransactionName(request.Label, request.Table, request.IsMultiTable, request.Timeout ?? _options.LoadTimeout);
        string? idle = request.IdleTimeout is { } time ? "idle_transaction_timeout: " + LoadHeaders.Seconds(time) : null;
        TransactionCalls calls = Calls;
        bool maybeBegun = false;
        int unlisted = 0;
        for (int attempt = 1; ; attempt++)
        {
            TransactionAnswer answer = await calls.CallAsync("begin", name with { Timeout = request.OpenTimeout ?? name.Timeout }, idle, joined.Token).ConfigureAwait(false);
            if (answer.IsOk)
            {
                return new LoadTransaction(this, calls, name, request.PreparedTimeout, answer.Figures?.TxnId ?? -1);
            }

            LoadError error = answer.Error!;
            maybeBegun |= answer.IsLost;
            if (answer.Status == "LABEL_ALREADY_EXISTS")
            {
                if (!maybeBegun || answer.ExistingJobStatus is "FINISHED" or "COMMITED")
                {
                    throw name.Failure(ErrorClass.CheckState, $"the label is in use or has been used: {error.Message}", error);
                }

                // An attempt of ours began it and its reply was lost. Whether an earlier run had put rows in, nobody can tell.
                if (await calls.Ending.RollbackAsync(name, joined.Token).ConfigureAwait(false) is not TransactionOutcome.NothingKept)
                {
                    throw name.Failure(ErrorClass.CheckState, $"the label is in use or has been used, and the transaction can't be rolled back: {error.Message}", error);
                }

                maybeBegun = false;
                if (request.IsMultiTable)
                {
                    throw name.Failure(ErrorClass.Retryable, "the reply to begin was lost and its label is used up (STARROCKS.md 2.3); begin under a new label");
                }
            }
            else if (error.Class is ErrorClass.Final or ErrorClass.NeedsDecision || (!error.IsListed && ++unlisted >= MaxUnlistedFailures))
            {
                throw name.Failure(error.IsListed ? error.Class : ErrorClass.Final, $"can't begin: {error.Message}", error);
            }

            if (attempt == _options.MaxLoadAttempts)
            {
                throw name.Failure(error.Class, $"can't begin, gave up after {attempt} attempts: {error.Message}", error);
            }

            await calls.PauseAsync(name, attempt, error, joined.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Breaks off what is under way. Open transactions end by their timeout.</summary>
    public void Dispose()
    {
        if (!_disposed.IsCancellationRequested)
        {
            _disposed.Cancel();
        }
    }
}
