using Polly;
using Polly.Retry;

namespace PipelineGen.StarRocks;

/// <summary>Brings one load to its end: decides after each attempt whether to look, to pause and repeat, or to stop. STARROCKS.md sections 2.6 and 8.</summary>
internal sealed class LoadRetry
{
    // Section 8: an unknown text is retried a few times, then it is an error.
    private const int MaxUnlistedFailures = 5;

    private readonly StreamLoadClient _client;
    private readonly LabelSettlement _settlement;
    private readonly ResiliencePipeline<Step> _pipeline;

    public LoadRetry(StreamLoadClient client, LabelQuestions labels, TimeProvider time, int? maxAttempts, LoadBackoff backoff)
    {
        _client = client;
        _settlement = new LabelSettlement(labels, time);
        var builder = new ResiliencePipelineBuilder<Step> { TimeProvider = time };
        if (maxAttempts != 1)
        {
            builder.AddRetry(new RetryStrategyOptions<Step>
            {
                MaxRetryAttempts = maxAttempts - 1 ?? int.MaxValue,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is { Receipt: null }),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(backoff.Pause(args.Outcome.Result!.Class, args.AttemptNumber)),
                OnRetry = static args =>
                {
                    Step step = args.Outcome.Result!;
                    step.Run.OnRetry?.Invoke(new RetryNotice(step.Run.Request.Table, step.Run.Request.Label, step.Run.Attempts, args.RetryDelay, step.Class, step.Reason) { Shortage = step.Shortage });
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.Build();
    }

    /// <summary>See <see cref="StreamLoadClient.LoadAsync"/>.</summary>
    public async Task<LoadReceipt> RunAsync(LoadRequest request, Action<RetryNotice>? onRetry, CancellationToken cancellationToken)
    {
        var run = new Run(request, onRetry);
        Step last = await _pipeline.ExecuteAsync(
            static (state, token) => new ValueTask<Step>(state.Retry.AttemptAsync(state.Run, token)),
            (Retry: this, Run: run),
            cancellationToken).ConfigureAwait(false);
        return last.Receipt ?? throw Error(run, last.Class, $"gave up after {run.Attempts} attempts: {last.Reason}");
    }

    private async Task<Step> AttemptAsync(Run run, CancellationToken cancellationToken)
    {
        run.Attempts++;
        if (run.MustSettle)
        {
            Step settled = await SettleAsync(run, ErrorClass.CheckState, "", cancellationToken).ConfigureAwait(false);
            if (settled.Receipt is not null || run.MustSettle)
            {
                return settled;
            }
        }

        LoadOutcome outcome = await _client.SendAsync(run.Request, cancellationToken).ConfigureAwait(false);
        run.BodyBegan |= outcome.BodyBegan;
        switch (outcome)
        {
            case LoadOutcome.Committed committed:
                return run.Done(new LoadReceipt { Table = run.Request.Table, Label = run.Request.Label, Figures = committed.Figures, VisibleLater = committed.VisibleLater });

            case LoadOutcome.LabelFinished:
                // FINISHED stands for COMMITTED as well as for VISIBLE (STARROCKS.md 1.5).
                return run.DoneByLabel(visibleLater: true);

            case LoadOutcome.LabelRunning running:
                return await SettleAsync(run, ErrorClass.CheckState, running.Message, cancellationToken).ConfigureAwait(false);

            case LoadOutcome.Unknown unknown:
                run.OutcomeUnknown = true;
                return await SettleAsync(run, ErrorClass.Retryable, unknown.Reason, cancellationToken).ConfigureAwait(false);

            case LoadOutcome.Failed { Error: { Class: ErrorClass.Final or ErrorClass.NeedsDecision } error }:
                throw Error(run, error.Class, error.Describe(), error);

            case LoadOutcome.Failed { Error: var error }:
                if (!error.IsListed && ++run.UnlistedFailures >= MaxUnlistedFailures)
                {
                    throw Error(run, ErrorClass.Final, $"failed {run.UnlistedFailures} times: {error.Describe()}", error);
                }

                if (error.Class == ErrorClass.CheckState || !error.IsListed)
                {
                    run.OutcomeUnknown |= outcome.BodyBegan;
                    return await SettleAsync(run, ErrorClass.Retryable, error.Describe(), cancellationToken).ConfigureAwait(false);
                }

                return Again(run, error.Class, error.Describe());

            default:
                throw new InvalidOperationException($"No decision for {outcome.GetType().Name}.");
        }
    }

    private async Task<Step> SettleAsync(Run run, ErrorClass errorClass, string reason, CancellationToken cancellationToken)
    {
        (Settled settled, string text) = await _settlement.SettleAsync(run.Request, cancellationToken).ConfigureAwait(false);
        run.MustSettle = settled == Settled.NotYet;
        return settled switch
        {
            Settled.Committed => run.DoneByLabel(visibleLater: true),
            Settled.Visible => run.DoneByLabel(visibleLater: false),
            Settled.NothingKept => Again(run, errorClass, reason),
            _ => new Step(run, null, ErrorClass.CheckState, reason.Length > 0 ? $"{reason}; {text}" : text),
        };
    }

    // Nothing of this load is or will be in the table.
    private static Step Again(Run run, ErrorClass errorClass, string reason) =>
        run.BodyBegan && !run.Request.Body.CanReplay
            ? throw Error(run, errorClass == ErrorClass.SlowDown ? ErrorClass.SlowDown : ErrorClass.Retryable, $"nothing was loaded and the body can't be sent twice: {reason}")
            : new Step(run, null, errorClass, reason);

    private static StarRocksLoadException Error(Run run, ErrorClass errorClass, string text, LoadError? error = null) =>
        new(errorClass, $"Load {run.Request.Label} into {run.Request.Table}: {text}", run.Request.Table, run.Request.Label, error);

    /// <summary>What one load remembers between its attempts.</summary>
    private sealed class Run(LoadRequest request, Action<RetryNotice>? onRetry)
    {
        public LoadRequest Request { get; } = request;

        public Action<RetryNotice>? OnRetry { get; } = onRetry;

        public int Attempts { get; set; }

        public int UnlistedFailures { get; set; }

        public bool BodyBegan { get; set; }

        /// <summary>An attempt of ours may have committed: a finished label is then ours.</summary>
        public bool OutcomeUnknown { get; set; }

        /// <summary>The label's state must be known before the next send.</summary>
        public bool MustSettle { get; set; }

        public Step Done(LoadReceipt receipt) => new(this, receipt with { Attempts = Attempts }, default, "");

        public Step DoneByLabel(bool visibleLater) => Done(new LoadReceipt
        {
            Table = Request.Table,
            Label = Request.Label,
            AlreadyFinished = !OutcomeUnknown,
            SettledByLabel = true,
            VisibleLater = visibleLater,
        });
    }

    /// <summary>What an attempt came to: a receipt, or a reason to pause and go on.</summary>
    private sealed record Step(Run Run, LoadReceipt? Receipt, ErrorClass Class, string Reason)
    {
        public Shortage Shortage => Class == ErrorClass.SlowDown ? StarRocksError.ShortageOf(Reason) : Shortage.None;
    }
}
