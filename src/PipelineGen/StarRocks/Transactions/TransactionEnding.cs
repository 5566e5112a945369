namespace PipelineGen.StarRocks;

/// <summary>Brings a transaction to an end that is known: commits, rolls back, and asks for the label's state where a reply leaves doubt. STARROCKS.md sections 2.3 to 2.6.</summary>
internal sealed class TransactionEnding(TransactionCalls calls)
{
    // A rollback that is refused for longer is the server's to end, by the transaction's timeout.
    private const int MaxRollbacks = 5;

    // A commit whose connection broke ends within moments, or its backend has died: see LabelSettlement.
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(5);

    /// <summary>Commits a transaction that was not prepared: at once, so a lost reply is settled by the label's state.</summary>
    public async Task<TransactionOutcome> CommitAsync(TransactionName name, CancellationToken cancellationToken)
    {
        TransactionAnswer answer = await calls.CallAsync("commit", name, null, cancellationToken).ConfigureAwait(false);
        if (answer.IsOk)
        {
            return new TransactionOutcome.Committed(VisibleLater: false) { Figures = answer.Figures };
        }

        // A "timeout" of the server's may still become a commit; any other refusal has ended the attempt.
        bool mayYetCommit = answer.IsLost || answer.IsBusy || answer.Status is "TIMEOUT" or "PUBLISH_TIMEOUT"
            || answer.Error!.Message.Contains("publish timeout", StringComparison.OrdinalIgnoreCase);
        LoadError error = await calls.ExplainAsync(answer, cancellationToken).ConfigureAwait(false);
        return await SettleAsync(name, error, mayYetCommit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits a prepared transaction. Repeating it is harmless, so it is repeated until the answer is known.</summary>
    public async Task<TransactionOutcome> CommitPreparedAsync(TransactionName name, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            TransactionAnswer answer = await calls.CallAsync("commit", name, null, cancellationToken).ConfigureAwait(false);
            if (answer.IsOk)
            {
                return new TransactionOutcome.Committed(VisibleLater: false) { Figures = answer.Figures };
            }

            LoadError error = answer.Error!;
            (LabelState? state, string text) = await AskAsync(name, cancellationToken).ConfigureAwait(false);
            switch (state)
            {
                case LabelState.Visible or LabelState.Committed:
                    return new TransactionOutcome.Committed(state == LabelState.Committed) { SettledByLabel = true };
                case LabelState.Aborted:
                    return new TransactionOutcome.NothingKept("the prepared transaction was aborted: " + error.Message);
                case LabelState.Unknown:
                    return new TransactionOutcome.Unknown("the label is forgotten; compare with the position that is stored in StarRocks: " + error.Message);
            }

            if (error.Class == ErrorClass.Final || attempt == calls.Options.MaxLoadAttempts)
            {
                return new TransactionOutcome.Unknown($"commit: {error.Describe()}{(text.Length > 0 ? "; " + text : "")}");
            }

            await calls.PauseAsync(name, attempt, error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Rolls back, with <c>_cancel</c> where the backend has lost the transaction, and makes sure of it.</summary>
    public async Task<TransactionOutcome> RollbackAsync(TransactionName name, CancellationToken cancellationToken)
    {
        int limit = calls.Options.MaxLoadAttempts ?? MaxRollbacks;
        for (int attempt = 1; ; attempt++)
        {
            TransactionAnswer answer = await calls.CallAsync("rollback", name, null, cancellationToken).ConfigureAwait(false);
            if (answer.IsOk)
            {
                return new TransactionOutcome.NothingKept("rolled back");
            }

            // The frontend shows PREPARE until the timeout though the backend knows nothing of it any more (2.4).
            LoadError error = answer.Error!;
            string refusal = error.Message;
            if (name.CancelVia is not null && error.Class != ErrorClass.Final)
            {
                refusal += await CancelAsync(name, cancellationToken).ConfigureAwait(false);
            }

            (LabelState? state, string text) = await AskAsync(name, cancellationToken).ConfigureAwait(false);
            switch (state)
            {
                case LabelState.Visible or LabelState.Committed:
                    return new TransactionOutcome.Committed(state == LabelState.Committed) { SettledByLabel = true };
                case LabelState.Aborted or LabelState.Unknown:
                    return new TransactionOutcome.NothingKept("aborted: " + refusal);
            }

            if (error.Class == ErrorClass.Final || attempt >= limit)
            {
                return new TransactionOutcome.Unknown($"the transaction can't be rolled back and holds until its timeout: {refusal}{(text.Length > 0 ? "; " + text : "")}");
            }

            await calls.PauseAsync(name, attempt, error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The label's state, or why it could not be learned.</summary>
    public async Task<(LabelState? State, string Text)> AskAsync(TransactionName name, CancellationToken cancellationToken)
    {
        (LabelState? state, StarRocksLoadException? failure) = await TryAskAsync(name, cancellationToken).ConfigureAwait(false);
        return (state, failure?.Message ?? "");
    }

    private async Task<(LabelState? State, StarRocksLoadException? Failure)> TryAskAsync(TransactionName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await calls.Labels.GetStateAsync(name.Label, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StarRocksLoadException failure)
        {
            return (null, failure);
        }
    }

    private async Task<TransactionOutcome> SettleAsync(TransactionName name, LoadError error, bool mayYetCommit, CancellationToken cancellationToken)
    {
        long start = calls.Time.GetTimestamp();
        TimeSpan poll = FirstPoll;
        for (int question = 1; ; question++)
        {
            (LabelState? state, StarRocksLoadException? failure) = await TryAskAsync(name, cancellationToken).ConfigureAwait(false);
            switch (state)
            {
                case LabelState.Visible or LabelState.Committed:
                    return new TransactionOutcome.Committed(state == LabelState.Committed) { SettledByLabel = true };

                // Not forgotten, since it was open a moment ago: a multi-table transaction whose frontend was restarted (2.8).
                case LabelState.Aborted or LabelState.Unknown:
                    return new TransactionOutcome.NothingKept(error.Describe()) { Error = error };

                case not null when !mayYetCommit || calls.Time.GetElapsedTime(start) >= PrepareLimit:
                    return await RollbackAsync(name, cancellationToken).ConfigureAwait(false) switch
                    {
                        TransactionOutcome.NothingKept => new TransactionOutcome.NothingKept(error.Describe()) { Error = error },
                        var other => other,
                    };
            }

            if (failure is not null && (failure.Class is ErrorClass.Final or ErrorClass.NeedsDecision || question == calls.Options.MaxLoadAttempts))
            {
                return new TransactionOutcome.Unknown($"{error.Describe()}; {failure.Message}");
            }

            await Task.Delay(poll, calls.Time, cancellationToken).ConfigureAwait(false);
            poll = TimeSpan.FromTicks(Math.Min(poll.Ticks * 2, LongestPoll.Ticks));
        }
    }

    private async Task<string> CancelAsync(TransactionName name, CancellationToken cancellationToken)
    {
        try
        {
            await calls.Labels.CancelAsync(name.CancelVia!, name.Label, cancellationToken).ConfigureAwait(false);
            return "";
        }
        catch (StarRocksLoadException failure)
        {
            return "; " + failure.Message;
        }
    }
}
