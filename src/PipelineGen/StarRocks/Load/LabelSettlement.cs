namespace PipelineGen.StarRocks;

/// <summary>What a label's state says about the load that bore it.</summary>
internal enum Settled
{
    /// <summary>Committed, visible later.</summary>
    Committed,

    /// <summary>Committed and visible.</summary>
    Visible,

    /// <summary>Aborted or never known: the label may be used again.</summary>
    NothingKept,

    /// <summary>Nobody could be asked, or the transaction is still open.</summary>
    NotYet,
}

/// <summary>Settles an unknown outcome by asking for the label's state. STARROCKS.md section 2.6.</summary>
internal sealed class LabelSettlement(LabelQuestions labels, TimeProvider time)
{
    // A load whose connection broke is aborted by its backend within moments, or commits. One that stays PREPARE belongs to
    // a backend that has died; its frontend would hold the label until the load's timeout.
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(5);

    /// <exception cref="StarRocksLoadException">The question was refused, or a two-phase client holds the label (NeedsDecision).</exception>
    public async Task<(Settled State, string Text)> SettleAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TimeSpan poll = TimeSpan.FromMilliseconds(200);
        bool cancelled = false;
        try
        {
            while (true)
            {
                LabelState state = await labels.GetStateAsync(request.Label, cancellationToken).ConfigureAwait(false);
                switch (state)
                {
                    case LabelState.Visible:
                        return (Settled.Visible, "");
                    case LabelState.Committed:
                        return (Settled.Committed, "");
                    case LabelState.Aborted or LabelState.Unknown:
                        return (Settled.NothingKept, "");
                }

                if (time.GetElapsedTime(start) < PrepareLimit)
                {
                    await Task.Delay(poll, time, cancellationToken).ConfigureAwait(false);
                    poll = TimeSpan.FromTicks(Math.Min(poll.Ticks * 2, LongestPoll.Ticks));
                    continue;
                }

                if (state == LabelState.Prepared)
                {
                    throw new StarRocksLoadException(
                        ErrorClass.NeedsDecision,
                        $"Load {request.Label} into {request.Table}: the label is held by a prepared transaction, which no Stream Load of ours makes. Commit or roll it back.",
                        request.Table,
                        request.Label);
                }

                if (cancelled)
                {
                    return (Settled.NotYet, $"label {request.Label} is still PREPARE after _cancel");
                }

                // It may commit in this very moment, so what counts is the state afterwards.
                await labels.CancelAsync(request.Table, request.Label, cancellationToken).ConfigureAwait(false);
                cancelled = true;
            }
        }
        catch (StarRocksLoadException failure) when (failure.IsRetryable || failure.Class == ErrorClass.CheckState)
        {
            return (Settled.NotYet, failure.Message);
        }
    }
}
