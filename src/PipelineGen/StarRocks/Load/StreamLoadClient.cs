namespace PipelineGen.StarRocks;

/// <summary>Sends Stream Loads and asks about their labels. Thread-safe. STARROCKS.md sections 1, 2.5, 2.6, 8.</summary>
/// <remarks>
/// A body leaves only after the server has answered <c>100 Continue</c>, which it does once the label's transaction has
/// begun. So a load that can still commit after a crash is always known to <see cref="GetLabelStateAsync"/>.
/// </remarks>
public sealed class StreamLoadClient : IDisposable
{
    private readonly StarRocksOptions _options;
    private readonly TimeProvider _time;
    private readonly FrontendRoute _route;
    private readonly LabelQuestions _labels;
    private readonly LoadRetry _retry;
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Makes a client. Opens nothing yet.</summary>
    /// <param name="options">Addresses, account, limits.</param>
    /// <param name="time">The clock of limits and pauses; the system's when absent.</param>
    /// <param name="jitterSeed">Seed of the pauses' jitter; arbitrary when absent.</param>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
    public StreamLoadClient(StarRocksOptions options, TimeProvider? time = null, int? jitterSeed = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _route = new FrontendRoute(options, new HttpExchange(options, _time));
        _labels = new LabelQuestions(options, _route);
        _retry = new LoadRetry(this, _labels, _time, options.MaxLoadAttempts, new LoadBackoff(jitterSeed));
    }

    /// <summary>Told before each pause of <see cref="LoadAsync"/>, on the load's own flow. Must not throw.</summary>
    public Action<RetryNotice>? OnRetry { get; init; }

    /// <summary>Makes one attempt: never sends a body twice.</summary>
    /// <exception cref="ArgumentException">The request's form is wrong: label, empty body, columns.</exception>
    /// <exception cref="OperationCanceledException">The token fired; what had begun may still commit.</exception>
    /// <remarks>Exceptions of <see cref="LoadBody.WriteToAsync"/> pass through; the load is broken off then.</remarks>
    public async Task<LoadOutcome> SendAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        request.Validate();
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        ExchangeResult result = await _route.SendAsync(
            "PUT",
            _labels.TablePath(request.Table, "_stream_load"),
            LoadHeaders.Of(_options, request.Label, request.Columns, request.PartialUpdate, request.Timeout),
            GzipLoadBody.Wrap(request.Body, _options.Compression),
            joined.Token,
            request.Timeout).ConfigureAwait(false);
        if (result.Reply is null)
        {
            return result.BodyBegan
                ? new LoadOutcome.Unknown(result.Failure) { BodyBegan = true }
                : new LoadOutcome.Failed(new LoadError(result.IsFinal ? ErrorClass.Final : ErrorClass.Retryable, result.Failure));
        }

        LoadOutcome outcome = LoadReply.Outcome(result.Reply, result.BodyBegan, out string? errorUrl);
        return outcome is LoadOutcome.Failed failed && Uri.TryCreate(errorUrl, UriKind.Absolute, out Uri? reasons)
            ? failed with { Error = await FilteredRows.ExplainAsync(failed.Error, reasons, _route, _time, joined.Token).ConfigureAwait(false) }
            : outcome;
    }

    /// <summary>
    /// Loads to the end: repeats what may be repeated, under the same label, and settles unknown outcomes through the label's state.
    /// Goes on until the token fires, unless <see cref="StarRocksOptions.MaxLoadAttempts"/> is set.
    /// </summary>
    /// <exception cref="StarRocksLoadException">
    /// The load can't succeed as it is (Final, NeedsDecision), attempts ran out, or the body would be needed again and can't
    /// be replayed (Retryable: make the body again and call with the same label).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired; what had begun may still commit.</exception>
    public async Task<LoadReceipt> LoadAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        request.Validate();
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        return await _retry.RunAsync(request, OnRetry, joined.Token).ConfigureAwait(false);
    }

    /// <summary>State of the newest transaction of a label, from the leader frontend.</summary>
    /// <exception cref="StarRocksLoadException">No frontend answered (Retryable), or it refused.</exception>
    public async Task<LabelState> GetLabelStateAsync(string label, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        return await _labels.GetStateAsync(label, joined.Token).ConfigureAwait(false);
    }

    /// <summary>Aborts the label's transaction if it is still PREPARE.</summary>
    /// <returns><see langword="false"/> when there was nothing to abort: no such transaction, or one that has ended. Ask for its state.</returns>
    /// <exception cref="StarRocksLoadException">No frontend answered (Retryable), or access was denied.</exception>
    public async Task<bool> CancelAsync(string table, string label, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        return await _labels.CancelAsync(table, label, joined.Token).ConfigureAwait(false);
    }

    /// <summary>Breaks off what is under way.</summary>
    public void Dispose()
    {
        if (!_disposed.IsCancellationRequested)
        {
            _disposed.Cancel();
        }
    }
}
