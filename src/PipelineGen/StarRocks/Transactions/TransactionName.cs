namespace PipelineGen.StarRocks;

/// <summary>What every call about one transaction says. STARROCKS.md section 2.1.</summary>
/// <param name="Label">The label.</param>
/// <param name="Table">The table; <see langword="null"/> for a multi-table transaction as a whole.</param>
/// <param name="IsMultiTable">Whether the transaction was begun as a multi-table one.</param>
/// <param name="Timeout">The <c>timeout</c> header.</param>
internal sealed record TransactionName(string Label, string? Table, bool IsMultiTable, TimeSpan Timeout)
{
    /// <summary>The table whose path carries <c>_cancel</c>: any of the transaction's.</summary>
    public string? CancelVia { get; init; } = Table;

    public override string ToString() => Table is null ? $"Transaction {Label}" : $"Transaction {Label} on {Table}";

    public StarRocksLoadException Failure(ErrorClass errorClass, string text, LoadError? error = null) =>
        new(errorClass, $"{this}: {text}", Table, Label, error);
}
