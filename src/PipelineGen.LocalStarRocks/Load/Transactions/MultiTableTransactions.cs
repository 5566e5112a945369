using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>
/// Transactions over several tables of one database, from 4.0 on: held in the FE's memory, committed in one phase
/// (STARROCKS.md, 2.8; FE StreamLoadMultiStmtTask.java).
/// </summary>
internal sealed class MultiTableTransactions(Cluster cluster)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MultiTableTransaction> _tasks = new(StringComparer.Ordinal);

    public TransactionReply Begin(string database, string label, TimeSpan timeout)
    {
        lock (_lock)
        {
            Forget(label);
            if (_tasks.TryGetValue(label, out MultiTableTransaction? task))
            {
                string text = State(task) == "COMMITED"
                    ? $"Label [{label}] has already been used."
                    : $"Transaction already started with label [{label}], txnId: {task.Transaction.Id}";
                return new TransactionReply("LABEL_ALREADY_EXISTS", text).Add("ExistingJobStatus", State(task)).Add("TxnId", task.Transaction.Id);
            }

            try
            {
                CheckLabel(label);
                if (cluster.Faults.Take(Fault.RunningTransactionLimit))
                {
                    throw cluster.Labels.TooManyRunning(database);
                }

                if (!cluster.Labels.TryBegin(new LoadStart(database, label) { Timeout = timeout, Source = LoadSource.MultiStatementStreaming }, out LoadTransaction transaction))
                {
                    return new TransactionReply("LABEL_ALREADY_EXISTS", $"Label [{label}] has already been used.")
                        .Add("ExistingJobStatus", transaction.State is LabelState.Prepare or LabelState.Prepared ? "RUNNING" : "FINISHED");
                }

                _tasks[label] = new MultiTableTransaction(transaction);
                return TransactionReply.Ok();
            }
            catch (LoadFailure e)
            {
                return TransactionReply.FrontendException(cluster.Version, e.Message);
            }
        }
    }

    /// <summary>What the FE does with a load call before it sends it on to the BE. Null: send it on.</summary>
    public async Task<TransactionReply?> AdmitAsync(string label, string tableName)
    {
        MultiTableTransaction? task;
        string? missing = null;
        lock (_lock)
        {
            if (!_tasks.TryGetValue(label, out task))
            {
                return TransactionReply.FrontendException(cluster.Version, $"stream load task {label} does not exist");
            }

            switch (State(task))
            {
                case "CANCELLED":
                    return new TransactionReply("FAILED", $"stream load task {label} has already been cancelled: {task.Transaction.Reason}");
                case "COMMITED":
                    return new TransactionReply("FAILED", $"stream load task {label} has already been commited");
                case "COMMITING":
                    return new TransactionReply("FAILED", $"stream load task {label} is committing, can not accept new loads");
            }

            if (!task.Contexts.ContainsKey(tableName))
            {
                if (cluster.Catalog.Current.Find(task.Transaction.Database, tableName) is { } table)
                {
                    cluster.Labels.AddTable(task.Transaction, table.Id);
                    task.Contexts[tableName] = new TransactionContext(task.Transaction, tableName) { Started = cluster.Time.GetTimestamp(), LastActive = cluster.Time.GetUtcNow() };
                }
                else
                {
                    missing = $"Failed to find table {tableName} in db {task.Transaction.Database}";
                }
            }
        }

        if (missing is null)
        {
            return null;
        }

        await CancelAsync(task.Transaction, missing).ConfigureAwait(false);
        return new TransactionReply("FAILED", "class com.starrocks.common.MetaNotFoundException: " + missing);
    }

    public TransactionContext? FindContext(string label, string table)
    {
        lock (_lock)
        {
            return _tasks.TryGetValue(label, out MultiTableTransaction? task) && State(task) == "BEGIN" ? task.Contexts.GetValueOrDefault(table) : null;
        }
    }

    public async Task<TransactionReply> CommitAsync(string label, CancellationToken ct)
    {
        MultiTableTransaction? task;
        lock (_lock)
        {
            if (!_tasks.TryGetValue(label, out task))
            {
                return TransactionReply.FrontendException(cluster.Version, $"stream load task {label} does not exist");
            }

            long id = task.Transaction.Id;
            switch (State(task))
            {
                case "COMMITED":
                    return TransactionReply.Ok($"Transaction {id} has already committed, label is {label}").Add("Label", label).Add("TxnId", id);
                case "CANCELLED":
                    return new TransactionReply("FAILED", $"Can not commit CANCELLED transaction {id}, label is {label}");
                case "COMMITING":
                    return new TransactionReply("FAILED", $"Transaction {id} is already committing, label is {label}");
            }

            if (!task.TryEnterAll())
            {
                return new TransactionReply("FAILED", "Transaction in processing, please retry later");
            }

            task.Committing = true;
        }

        try
        {
            cluster.Faults.ThrowIfTooManyVersions();
            List<StagedLoad> loads = [.. task.Contexts.Values.Select(c => c.Load ?? throw new LoadFailure(cluster.Application.EmptyLoad))];
            await cluster.Committer.CommitAsync(task.Transaction, loads, new LoadOutcome(), task.Transaction.Timeout, ct).ConfigureAwait(false);
            task.DisposeContexts();
            return TransactionReply.Ok();
        }
        catch (Exception e) when (e is LoadFailure or Storage.RowRefusedException or StarRocksError)
        {
            await CancelAsync(task.Transaction, e.Message).ConfigureAwait(false);
            return new TransactionReply("FAILED", e.Message);
        }
        catch (Exception e)
        {
            await CancelAsync(task.Transaction, e.Message).ConfigureAwait(false);
            throw;
        }
        finally
        {
            task.Committing = false;
            task.LeaveAll();
        }
    }

    public async Task<TransactionReply> RollbackAsync(string label)
    {
        MultiTableTransaction? task;
        lock (_lock)
        {
            if (!_tasks.TryGetValue(label, out task))
            {
                // The missing blanks are StarRocks' own.
                return TransactionReply.FrontendException(cluster.Version, $"stream load task{label}does not exist");
            }

            long id = task.Transaction.Id;
            switch (State(task))
            {
                case "COMMITED":
                    return new TransactionReply("FAILED", $"Can not abort VISIBLE transaction {id}, label is {label}");
                case "CANCELLED":
                    return TransactionReply.Ok($"Transaction {id} has already aborted, label is {label}").Add("Label", label).Add("TxnId", id);
                case "COMMITING":
                    return new TransactionReply("FAILED", $"Can not abort transaction {id} during committing, label is {label}");
            }
        }

        await CancelAsync(task.Transaction, "manual abort").ConfigureAwait(false);
        return TransactionReply.Ok($"stream load {label} abort");
    }

    /// <summary>Aborts all of it, as any failed load does.</summary>
    public async Task CancelAsync(LoadTransaction transaction, string reason)
    {
        await cluster.Labels.AbortAsync(transaction, reason).ConfigureAwait(false);
        MultiTableTransaction? task;
        lock (_lock)
        {
            task = _tasks.GetValueOrDefault(transaction.Label);
        }

        if (task?.Transaction == transaction)
        {
            task.DisposeContexts();
        }
    }

    /// <summary>The FE's memory is gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            foreach (MultiTableTransaction task in _tasks.Values)
            {
                task.DisposeContexts();
            }

            _tasks.Clear();
        }
    }

    /// <summary>The BE is gone, and with it the rows of every transaction that has any; the FE's coordinator notices.</summary>
    public async Task LoseBackendAsync()
    {
        LoadTransaction[] hit;
        lock (_lock)
        {
            hit = [.. _tasks.Values.Where(t => t.Contexts.Count > 0 && State(t) == "BEGIN").Select(t => t.Transaction)];
        }

        foreach (LoadTransaction transaction in hit)
        {
            await CancelAsync(transaction, "Backend node not found. Check if any backend node is down.").ConfigureAwait(false);
        }
    }

    private static void CheckLabel(string label)
    {
        if (!Identifiers.Label().IsMatch(label))
        {
            throw new LoadFailure($"Label format error. regex: ^[-\\w]{{1,128}}$, label: {label}");
        }
    }

    // Forgotten with its label, after three days.
    private void Forget(string label)
    {
        if (_tasks.TryGetValue(label, out MultiTableTransaction? task) && State(task) is "COMMITED" or "CANCELLED" && !cluster.Labels.Knows(task!.Transaction))
        {
            _tasks.Remove(label);
        }
    }

    private string State(MultiTableTransaction task)
    {
        // The look is what notices a timeout.
        _ = cluster.Labels.Find(task.Transaction.Database, task.Transaction.Label);
        return task.Transaction.State switch
        {
            LabelState.Aborted => "CANCELLED",
            LabelState.Committed or LabelState.Visible => "COMMITED",
            _ => task.Committing ? "COMMITING" : "BEGIN",
        };
    }

    private sealed class MultiTableTransaction(LoadTransaction transaction)
    {
        public LoadTransaction Transaction { get; } = transaction;
        public bool Committing { get; set; }

        /// <summary>By table, in the order of their first loads.</summary>
        public OrderedDictionary<string, TransactionContext> Contexts { get; } = new(StringComparer.Ordinal);

        /// <summary>No load call may run during the commit.</summary>
        public bool TryEnterAll()
        {
            int entered = Contexts.Values.TakeWhile(c => c.TryEnter()).Count();
            if (entered == Contexts.Count)
            {
                return true;
            }

            foreach (TransactionContext context in Contexts.Values.Take(entered))
            {
                context.Leave();
            }

            return false;
        }

        public void LeaveAll()
        {
            foreach (TransactionContext context in Contexts.Values)
            {
                context.Leave();
            }
        }

        public void DisposeContexts()
        {
            foreach (TransactionContext context in Contexts.Values)
            {
                context.Dispose();
            }
        }
    }
}
