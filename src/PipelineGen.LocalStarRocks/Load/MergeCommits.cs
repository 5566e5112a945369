using System.Globalization;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load.Transactions;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Merge commit, from 3.4 on (STARROCKS.md, 3): requests with the same table and parameters that come within one interval are
/// one transaction under the server's label; they succeed and fail together.
/// </summary>
internal sealed class MergeCommits(Cluster cluster)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Batch> _batches = new(StringComparer.Ordinal);

    /// <summary>What the FE refuses before it sends the request on; null when there is nothing.</summary>
    public static string? Refusal(IHeaderDictionary headers)
    {
        if (Positive(headers, "merge_commit_interval_ms") is null)
        {
            return $"Batch write interval must be set positive, but is {headers.Text("merge_commit_interval_ms") ?? "null"}";
        }

        return Positive(headers, "merge_commit_parallel") is null
            ? $"Batch write parallel must be set positive, but is {headers.Text("merge_commit_parallel") ?? "null"}"
            : null;
    }

    public static bool IsAsked(ServerVersion version, IHeaderDictionary headers) =>
        version.IsAtLeast(3, 4) && string.Equals(headers.Text("enable_merge_commit"), "true", StringComparison.OrdinalIgnoreCase);

    /// <param name="requestId">The client's label: only an id of the request here.</param>
    public async Task<MergeCommitReply> LoadAsync(string database, string tableName, string requestId, IHeaderDictionary headers, BodyReader readBody, CancellationToken ct)
    {
        long started = cluster.Time.GetTimestamp();
        var reply = new MergeCommitReply { RequestId = requestId, Database = database, Table = tableName };
        try
        {
            if (Refusal(headers) is { } refusal)
            {
                throw new LoadFailure(refusal);
            }

            if (int.TryParse(headers.Text("skip_header"), CultureInfo.InvariantCulture, out int skipped) && skipped > 0)
            {
                throw LoadFailure.NotInStandIn("skip_header with merge commit, nor does StarRocks");
            }

            LoadParameters parameters = LoadParameters.Read(headers);
            LoadHeaders read = parameters.Headers("");
            ReadOnlyMemory<byte> body = await readBody(read, parameters.IsJson, ct).ConfigureAwait(false);
            reply.LoadBytes = body.Length;
            reply.Read = cluster.Time.GetElapsedTime(started);
            cluster.Faults.ThrowIfMemoryLimit();
            Batch batch = Join(database, tableName, parameters, read, headers, body);
            reply.TxnId = batch.Transaction.Id;
            reply.Label = batch.Transaction.Label;
            reply.LeftMerge = batch.Closes - cluster.Time.GetUtcNow();
            if (!string.Equals(headers.Text("merge_commit_async"), "true", StringComparison.OrdinalIgnoreCase))
            {
                long waiting = cluster.Time.GetTimestamp();
                LoadFailure? failure = await batch.Done.Task.WaitAsync(ct).ConfigureAwait(false);
                reply.WaitFinish = cluster.Time.GetElapsedTime(waiting);
                if (failure is not null)
                {
                    throw failure;
                }
            }
        }
        catch (Exception e) when (e is LoadFailure or StarRocksError)
        {
            reply.Fail(e.Message);
        }

        reply.Load = cluster.Time.GetElapsedTime(started);
        return reply;
    }

    /// <summary>The BE's process ended: what waited for its interval is gone.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            foreach (Batch batch in _batches.Values)
            {
                batch.Load.Dispose();
                batch.Done.TrySetResult(new LoadFailure("the BE was restarted"));
            }

            _batches.Clear();
        }
    }

    private Batch Join(string database, string tableName, LoadParameters parameters, LoadHeaders read, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        string key = string.Join('\n', database, tableName, parameters.ToJson(),
            headers.Text("timeout"), headers.Text("merge_commit_interval_ms"), headers.Text("merge_commit_parallel"), headers.Text("merge_commit_async"));
        lock (_lock)
        {
            if (!_batches.TryGetValue(key, out Batch? batch))
            {
                batch = Open(database, tableName, parameters, read, headers);
                _batches[key] = batch;
                _ = CloseAsync(key, batch);
            }

            batch.Load.Add(body.Span);
            cluster.Labels.SetCounts(batch.Transaction, new LoadCounts(0, 0, 0, 0, batch.Load.Bytes), null);
            return batch;
        }
    }

    private Batch Open(string database, string tableName, LoadParameters parameters, LoadHeaders read, IHeaderDictionary headers)
    {
        if (!cluster.Catalog.Current.Databases.ContainsKey(database))
        {
            throw new LoadFailure($"unknown database, database={database}");
        }

        TableDefinition table = cluster.Catalog.Current.Find(database, tableName) ?? throw new LoadFailure($"unknown table \"{database}.{tableName}\"");
        _ = LoadPlan.Make(table, read);
        if (cluster.Faults.Take(Fault.RunningTransactionLimit))
        {
            throw cluster.Labels.TooManyRunning(database);
        }

        var start = new LoadStart(database, $"merge_commit_{Guid.NewGuid()}") { Timeout = TimeSpan.FromSeconds(Positive(headers, "timeout") ?? 600) };
        cluster.Labels.TryBegin(start, out LoadTransaction transaction);
        cluster.Labels.AddTable(transaction, table.Id);
        TimeSpan interval = TimeSpan.FromMilliseconds(Positive(headers, "merge_commit_interval_ms")!.Value);
        return new Batch(transaction, new StagedLoad(TableDefinitionName.Of(table), parameters), interval, cluster.Time.GetUtcNow() + interval);
    }

    private async Task CloseAsync(string key, Batch batch)
    {
        await Task.Delay(batch.Interval, cluster.Time).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_batches.TryGetValue(key, out Batch? open) || open != batch)
            {
                return; // lost with its BE
            }

            _batches.Remove(key);
        }

        LoadFailure? failure = null;
        try
        {
            cluster.Faults.ThrowIfTooManyVersions();
            bool visible = await cluster.Committer.CommitAsync(batch.Transaction, [batch.Load], new LoadOutcome(), batch.Transaction.Timeout, CancellationToken.None).ConfigureAwait(false);
            failure = visible ? null : new LoadFailure("Publish timeout. The data will be visible after a while, ");
        }
        catch (Exception e)
        {
            failure = e as LoadFailure ?? new LoadFailure(e.Message);
        }

        if (failure is not null)
        {
            await cluster.Labels.AbortAsync(batch.Transaction, failure.Message).ConfigureAwait(false);
        }

        batch.Load.Dispose();
        batch.Done.TrySetResult(failure);
    }

    private static int? Positive(IHeaderDictionary headers, string name) =>
        int.TryParse(headers.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;

    private sealed record Batch(LoadTransaction Transaction, StagedLoad Load, TimeSpan Interval, DateTimeOffset Closes)
    {
        /// <summary>Null when it is visible.</summary>
        public TaskCompletionSource<LoadFailure?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
