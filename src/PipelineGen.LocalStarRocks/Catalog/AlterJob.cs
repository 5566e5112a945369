namespace PipelineGen.LocalStarRocks.Catalog;

internal enum AlterState { Pending, WaitingTxn, Running, Finished, Cancelled }

/// <summary>A schema change on its way (STARROCKS.md, 6.1). Its state is guarded by <see cref="AlterJobs"/>.</summary>
internal sealed class AlterJob
{
    public required long Id { get; init; }
    public required string Database { get; init; }
    public required long TableId { get; init; }
    public required string TableName { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>The table as it will be.</summary>
    public required TableDefinition Target { get; init; }

    /// <summary>Transactions below it are waited for, also PREPARED ones.</summary>
    public required long Watermark { get; init; }
    public required long SchemaVersion { get; init; }
    public DateTimeOffset? Finished { get; set; }
    public AlterState State { get; set; }
    public string Message { get; set; } = "";

    public bool IsLive => State is not (AlterState.Finished or AlterState.Cancelled);

    public string StateText => State == AlterState.WaitingTxn ? "WAITING_TXN" : State.ToString().ToUpperInvariant();

    public string Progress => State == AlterState.Finished ? "100%" : State == AlterState.Running ? "0%" : "N/A";

    public AlterJob Copy() => (AlterJob)MemberwiseClone();
}
