namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>What an upsert changes in a row that exists, where that isn't simply all of it (STARROCKS.md, 1.11 and 1.12).</summary>
/// <param name="Updated">A partial update: the columns that change. Null: all.</param>
/// <param name="MergeColumn">A conditional update: the row is replaced only if this column's new value is not below the old. -1: always.</param>
internal sealed record UpsertRule(IReadOnlyCollection<int>? Updated, int MergeColumn = -1);
