namespace PipelineGen.StarRocks;

/// <summary>How a transaction ended, as the server has it: never guessed. STARROCKS.md section 2.6.</summary>
public abstract record TransactionOutcome
{
    private TransactionOutcome()
    {
    }

    /// <summary>All rows are in. <paramref name="VisibleLater"/>: committed, but queries may see them only later.</summary>
    public sealed record Committed(bool VisibleLater) : TransactionOutcome
    {
        /// <summary>The reply's figures, where a reply told of the commit and had any.</summary>
        public LoadFigures? Figures { get; init; }

        /// <summary>No reply told of the commit; the label's state did.</summary>
        public bool SettledByLabel { get; init; }
    }

    /// <summary>No row is in and none will come: the rows may be sent again, in a new transaction.</summary>
    public sealed record NothingKept(string Reason) : TransactionOutcome
    {
        /// <summary>The server's refusal, where one was the cause.</summary>
        public LoadError? Error { get; init; }
    }

    /// <summary>
    /// Nobody could be asked, the transaction is still open, or the label was forgotten. Settle it later, or compare with a
    /// position that is stored in StarRocks. Rows must not be sent again before that.
    /// </summary>
    public sealed record Unknown(string Reason) : TransactionOutcome;
}
