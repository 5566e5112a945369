namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>What the BE holds of a transaction and a table: nothing of it survives the BE.</summary>
internal sealed class TransactionContext(LoadTransaction transaction, string table) : IDisposable
{
    private int _busy;

    public LoadTransaction Transaction { get; } = transaction;
    public string Table { get; } = table;

    /// <summary>The first load call makes it, and says how every later one is to be.</summary>
    public StagedLoad? Load { get; set; }

    public long Started { get; init; }
    public TimeSpan Plan { get; set; }
    public TimeSpan Received { get; set; }
    public DateTimeOffset LastActive { get; set; }
    public bool IsBusy => Volatile.Read(ref _busy) != 0;

    /// <summary>One call at a time; the next is TXN_IN_PROCESSING.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    public void Leave() => Volatile.Write(ref _busy, 0);

    public void Dispose() => Load?.Dispose();

    public override string ToString() => $"id={Transaction.Id:x16}, job_id=-1, txn_id: {Transaction.Id}, label={Transaction.Label}, db={Transaction.Database}";
}
