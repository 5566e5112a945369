using System.Globalization;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// What the FE writes down of transactions: PREPARED, COMMITTED and finished ones. A PREPARE is not journaled, so a restart
/// or another leader doesn't know it (STARROCKS.md, 2.4).
/// </summary>
internal static class LabelJournal
{
    private const string Columns =
        "txn, db, label, state, reason, source, prepare_ms, prepared_ms, commit_ms, publish_ms, finish_ms, timeout_s, prepared_timeout_s, " +
        "tables, total, loaded, filtered, unselected, bytes, error_url";

    public static void Create(SqliteHandle db)
    {
        db.Execute($"CREATE TABLE IF NOT EXISTS sr_transactions ({Columns}, PRIMARY KEY (txn)) WITHOUT ROWID");
        db.Execute("CREATE TABLE IF NOT EXISTS sr_transaction_ids (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER)");
    }

    public static List<LoadTransaction> Read(SqliteHandle db, out long nextId)
    {
        var found = new List<LoadTransaction>();
        using (SqliteStatement rows = db.Prepare($"SELECT {Columns} FROM sr_transactions ORDER BY txn"))
        {
            while (rows.Step())
            {
                found.Add(Read(rows));
            }
        }

        // Forgotten transactions leave no row, but their ids are never given again.
        using SqliteStatement next = db.Prepare("SELECT next FROM sr_transaction_ids");
        nextId = next.Step() ? next.Integer(0) : 1;
        return found;
    }

    /// <param name="state">The state that is durable once this write commits; the one in memory follows after the commit.</param>
    public static void Save(SqliteHandle db, LoadTransaction transaction, LabelState state, DateTimeOffset now, long nextId)
    {
        using SqliteStatement insert = db.Prepare(
            $"INSERT OR REPLACE INTO sr_transactions ({Columns}) VALUES ({string.Join(", ", Enumerable.Range(1, 20).Select(i => $"?{i}"))})");
        insert.Bind(1, transaction.Id);
        insert.Bind(2, transaction.Database);
        insert.Bind(3, transaction.Label);
        insert.Bind(4, state.ToString());
        insert.Bind(5, transaction.Reason);
        insert.Bind(6, transaction.Source.ToString());
        Bind(insert, 7, transaction.PrepareTime);
        Bind(insert, 8, transaction.PreparedTime);
        Bind(insert, 9, transaction.CommitTime);
        Bind(insert, 10, transaction.PublishTime ?? (state == LabelState.Visible ? now : null));
        Bind(insert, 11, transaction.FinishTime ?? (state is LabelState.Visible or LabelState.Aborted ? now : null));
        insert.Bind(12, (long)transaction.Timeout.TotalSeconds);
        insert.Bind(13, (long)transaction.PreparedTimeout.TotalSeconds);
        insert.Bind(14, string.Join(',', transaction.TableIds));
        insert.Bind(15, transaction.Counts.Total);
        insert.Bind(16, transaction.Counts.Loaded);
        insert.Bind(17, transaction.Counts.Filtered);
        insert.Bind(18, transaction.Counts.Unselected);
        insert.Bind(19, transaction.Counts.Bytes);
        insert.Bind(20, transaction.ErrorUrl ?? "");
        insert.Step();
        using SqliteStatement ids = db.Prepare("INSERT OR REPLACE INTO sr_transaction_ids VALUES (1, ?1)");
        ids.Bind(1, nextId);
        ids.Step();
    }

    public static void Forget(SqliteHandle db, IEnumerable<long> transactions)
    {
        using SqliteStatement delete = db.Prepare("DELETE FROM sr_transactions WHERE txn = ?1");
        foreach (long id in transactions)
        {
            delete.Bind(1, id);
            delete.Step();
            delete.Reset();
        }
    }

    private static LoadTransaction Read(SqliteStatement row)
    {
        var transaction = new LoadTransaction(row.Integer(0), row.Text(1), row.Text(2))
        {
            State = Enum.Parse<LabelState>(row.Text(3)),
            Reason = row.Text(4),
            Source = Enum.Parse<LoadSource>(row.Text(5)),
            PrepareTime = Time(row, 6) ?? default,
            PreparedTime = Time(row, 7),
            CommitTime = Time(row, 8),
            PublishTime = Time(row, 9),
            FinishTime = Time(row, 10),
            Timeout = TimeSpan.FromSeconds(row.Integer(11)),
            PreparedTimeout = TimeSpan.FromSeconds(row.Integer(12)),
            Counts = new LoadCounts(row.Integer(14), row.Integer(15), row.Integer(16), row.Integer(17), row.Integer(18)),
            ErrorUrl = row.Text(19) is { Length: > 0 } url ? url : null,
        };
        foreach (string table in row.Text(13).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            transaction.TableIds.Add(long.Parse(table, CultureInfo.InvariantCulture));
        }

        return transaction;
    }

    private static void Bind(SqliteStatement statement, int i, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            statement.Bind(i, known.ToUnixTimeMilliseconds());
        }
        else
        {
            statement.BindNull(i);
        }
    }

    private static DateTimeOffset? Time(SqliteStatement row, int i) => row.IsNull(i) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(i));
}
