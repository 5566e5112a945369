using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Commits: with rows and state in one write of the store, or, while publishing is slow, in two: COMMITTED with its bodies first,
/// VISIBLE with its rows later.
/// </summary>
internal sealed class LoadCommitter(Cluster cluster)
{
    /// <summary>Commits a PREPARE transaction. False: committed, but not visible within <paramref name="wait"/>.</summary>
    /// <exception cref="LoadFailure">It can't be committed and is still PREPARE, or was aborted meanwhile.</exception>
    public async Task<bool> CommitAsync(LoadTransaction transaction, IReadOnlyList<StagedLoad> loads, LoadOutcome outcome, TimeSpan wait, CancellationToken ct)
    {
        Task visible = Task.CompletedTask;
        try
        {
            await cluster.Store.WriteAsync(
                db =>
                {
                    bool later = cluster.Publisher.Delays;
                    if (later)
                    {
                        Try(db, transaction, loads, outcome);
                        StagedStore.Save(db, transaction.Id, loads);
                    }
                    else
                    {
                        cluster.Application.Apply(db, transaction, loads, outcome);
                    }

                    cluster.Labels.SetCounts(transaction, outcome.Counts, outcome.ErrorUrl);
                    if (!cluster.Labels.TryCommit(transaction))
                    {
                        throw Ended(transaction);
                    }

                    cluster.Labels.Save(db, transaction, later ? LabelState.Committed : LabelState.Visible);
                    return later;
                },
                later => visible = After(transaction, later), ct).ConfigureAwait(false);
        }
        catch
        {
            cluster.Labels.Undo(transaction, LabelState.Committed, LabelState.Prepare);
            throw;
        }

        return await WithinAsync(visible, wait, ct).ConfigureAwait(false);
    }

    /// <summary>PREPARE to PREPARED: everything that could fail is tried, and the bodies are written down (STARROCKS.md, 2.4).</summary>
    /// <exception cref="LoadFailure">It can't be prepared and is still PREPARE, or was aborted meanwhile.</exception>
    public async Task PrepareAsync(LoadTransaction transaction, IReadOnlyList<StagedLoad> loads, LoadOutcome outcome, TimeSpan preparedTimeout, CancellationToken ct)
    {
        try
        {
            await cluster.Store.WriteAsync(
                db =>
                {
                    Try(db, transaction, loads, outcome);
                    StagedStore.Save(db, transaction.Id, loads);
                    cluster.Labels.SetCounts(transaction, outcome.Counts, outcome.ErrorUrl);
                    if (!cluster.Labels.TryPrepare(transaction, preparedTimeout))
                    {
                        throw Ended(transaction);
                    }

                    cluster.Labels.Save(db, transaction, LabelState.Prepared);
                    return true;
                },
                ct).ConfigureAwait(false);
        }
        catch
        {
            cluster.Labels.Undo(transaction, LabelState.Prepared, LabelState.Prepare);
            throw;
        }
    }

    /// <summary>Commits a PREPARED transaction. False: committed, but not visible within <paramref name="wait"/>.</summary>
    /// <exception cref="LoadFailure">It is not PREPARED any more.</exception>
    public async Task<bool> CommitPreparedAsync(LoadTransaction transaction, TimeSpan wait, CancellationToken ct)
    {
        Task visible = Task.CompletedTask;
        try
        {
            await cluster.Store.WriteAsync(
                db =>
                {
                    if (!cluster.Labels.TryCommit(transaction, LabelState.Prepared))
                    {
                        throw Ended(transaction);
                    }

                    bool later = cluster.Publisher.Delays;
                    if (!later)
                    {
                        cluster.Application.Publish(db, transaction, StagedStore.Read(db, transaction.Id));
                        StagedStore.Delete(db, transaction.Id);
                    }

                    cluster.Labels.Save(db, transaction, later ? LabelState.Committed : LabelState.Visible);
                    return later;
                },
                later => visible = After(transaction, later), ct).ConfigureAwait(false);
        }
        catch
        {
            cluster.Labels.Undo(transaction, LabelState.Committed, LabelState.Prepared);
            throw;
        }

        return await WithinAsync(visible, wait, ct).ConfigureAwait(false);
    }

    private Task After(LoadTransaction transaction, bool later)
    {
        if (later)
        {
            return cluster.Publisher.Enqueue(transaction);
        }

        cluster.Labels.Publish(transaction);
        return Task.CompletedTask;
    }

    private void Try(SqliteHandle db, LoadTransaction transaction, IReadOnlyList<StagedLoad> loads, LoadOutcome outcome)
    {
        db.Execute("SAVEPOINT trial");
        cluster.Application.Apply(db, transaction, loads, outcome);
        db.Execute("ROLLBACK TO trial");
        db.Execute("RELEASE trial");
    }

    private LoadFailure Ended(LoadTransaction transaction) => new(
        cluster.Labels.Knows(transaction)
            ? $"transaction {transaction.Id} is already {transaction.State.ToString().ToLowerInvariant()}. abort reason: {transaction.Reason}"
            : $"transaction not found: {transaction.Id}");

    // Who stops waiting changes nothing: what is COMMITTED becomes VISIBLE.
    private async Task<bool> WithinAsync(Task visible, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await visible.WaitAsync(wait, cluster.Time, ct).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
