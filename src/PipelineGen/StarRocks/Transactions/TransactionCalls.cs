namespace PipelineGen.StarRocks;

/// <summary>Sends the calls of the transaction interface. STARROCKS.md sections 2.1 and 2.2.</summary>
internal sealed class TransactionCalls(StarRocksOptions options, FrontendRoute route, LabelQuestions labels, TimeProvider time, LoadBackoff backoff, Action<RetryNotice>? onRetry)
{
    public StarRocksOptions Options => options;

    public LabelQuestions Labels => labels;

    public TimeProvider Time => time;

    public TransactionEnding Ending => new(this);

    /// <summary>Sends one call without a body.</summary>
    public Task<TransactionAnswer> CallAsync(string operation, TransactionName name, string? extraHeader, CancellationToken cancellationToken)
    {
        List<string> headers = ["label: " + name.Label, "timeout: " + LoadHeaders.Seconds(name.Timeout)];
        AddTarget(headers, name, name.Table);
        if (extraHeader is not null)
        {
            headers.Add(extraHeader);
        }

        // These two may take the server as long as it was told; the others answer at once.
        TimeSpan answerTimeout = operation is "commit" or "prepare" ? Max(options.AnswerTimeout, name.Timeout + HttpExchange.ReplyGrace) : options.AnswerTimeout;
        return UntilFreeAsync(operation, name, null, token => route.SendAsync(
            "POST", "/api/transaction/" + operation, headers, null, token, answerTimeout: answerTimeout), cancellationToken);
    }

    /// <summary>Sends the rows of a part.</summary>
    public Task<TransactionAnswer> LoadAsync(TransactionName name, TransactionPart part, CancellationToken cancellationToken)
    {
        List<string> headers = LoadHeaders.Of(options, name.Label, part.Columns, part.PartialUpdate, name.Timeout);
        AddTarget(headers, name, part.Table);
        return UntilFreeAsync("load", name with { Table = part.Table }, part.Body, token => route.SendAsync(
            "PUT", "/api/transaction/load", headers, GzipLoadBody.Wrap(part.Body, options.Compression), token, name.Timeout), cancellationToken);
    }

    /// <summary>Adds the reasons of filtered rows to a refusal that says where they are.</summary>
    public async Task<LoadError> ExplainAsync(TransactionAnswer refusal, CancellationToken cancellationToken) =>
        Uri.TryCreate(refusal.ErrorUrl, UriKind.Absolute, out Uri? reasons)
            ? await FilteredRows.ExplainAsync(refusal.Error!, reasons, route, time, cancellationToken).ConfigureAwait(false)
            : refusal.Error!;

    /// <summary>Tells of a pause and takes it.</summary>
    public async Task PauseAsync(TransactionName name, int attempt, LoadError error, CancellationToken cancellationToken)
    {
        TimeSpan pause = backoff.Pause(error.Class, attempt - 1);
        onRetry?.Invoke(new RetryNotice(name.Table ?? "", name.Label, attempt, pause, error.Class, error.Message) { Shortage = error.Shortage });
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
    }

    // TXN_IN_PROCESSING: another call on the label is running, the same request will be taken later. Longer than the
    // transaction may live it can't last.
    private async Task<TransactionAnswer> UntilFreeAsync(string operation, TransactionName name, LoadBody? body, Func<CancellationToken, Task<ExchangeResult>> send, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            TransactionAnswer answer = TransactionAnswer.Of(await send(cancellationToken).ConfigureAwait(false));
            bool canRepeat = body is null || body.CanReplay || !answer.BodyBegan;
            if (!answer.IsBusy || !canRepeat || time.GetElapsedTime(start) >= name.Timeout)
            {
                return answer;
            }

            LoadError error = answer.Error!;
            await PauseAsync(name, attempt, error with { Message = $"{operation}: {error.Message}" }, cancellationToken).ConfigureAwait(false);
        }
    }

    private void AddTarget(List<string> headers, TransactionName name, string? table)
    {
        headers.Add("db: " + options.Database);
        if (table is not null)
        {
            headers.Add("table: " + table);
        }

        // The frontend keeps no kind by label for a load: without this header it takes a call of a multi-table transaction
        // for one of a single-table transaction that it doesn't know (TransactionLoadAction.java, getTxnOperationHandler).
        if (name.IsMultiTable)
        {
            headers.Add("transaction_type: multi");
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
