using System.Globalization;
using static PipelineGen.Tests.Postgres.Streaming.StreamedWal;

namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>
/// A random history of transactions, subtransactions, rollbacks and changes of tables, and what a walsender sends of it. The
/// model of pgoutput's memory of which tables it has described follows pgoutput.c; that of transactions, the locks that keep
/// ALTER TABLE and changes apart. Each row says in which description it is written.
/// </summary>
/// <param name="forgetsAtRollback">
/// Whether a subtransaction's rollback makes pgoutput describe tables to its transaction again, as it does today, or not.
/// </param>
internal sealed class RandomStreamedWorkload(Random random, bool forgetsAtRollback)
{
    private const int Tables = 4;

    private readonly Described[] _tables = [.. Enumerable.Range(0, Tables).Select(static i => new Described((uint)i + 1))];
    private readonly List<Running> _running = [];
    private readonly List<byte[]> _sent = [];
    private uint _xid = 100;
    private long _lsn = 1000;
    private int _serial;

    /// <summary>What has to be handed out: each committed transaction's Begin, rows and Commit.</summary>
    public List<string> Expected { get; } = [];

    public int Rollbacks { get; private set; }

    /// <summary>One thing happens; what was sent of it.</summary>
    public byte[][] Step()
    {
        int dice = random.Next(100);
        if (dice < 15 || _running.Count == 0)
            Ordinary();
        else if (dice < 80)
            Block(_running[random.Next(_running.Count)]);
        else if (dice < 84)
            _tables[random.Next(Tables)].Publish("p" + ++_serial);
        else if (dice < 94)
            Commit(_running[random.Next(_running.Count)]);
        else
            Rollback(_running[random.Next(_running.Count)]);
        if (random.Next(4) == 0 && _running.Count < 5)
            _running.Add(new Running(++_xid));
        byte[][] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>The end of everything that runs.</summary>
    public byte[][] Finish()
    {
        while (_running.Count > 0)
            Commit(_running[0]);
        return [.. _sent];
    }

    private void Ordinary()
    {
        uint xid = ++_xid;
        long lsn = _lsn += 10;
        var changes = new List<string>();
        _sent.Add(Wal.Begin(lsn, xid));
        for (int i = random.Next(5); i >= 0; i--)
        {
            Described table = _tables[random.Next(Tables)];
            if (table.IsLockedAgainst(0))
                continue;
            table.Validate();
            if (!table.IsToldToSession)
                _sent.Add(Table(table.Oid, table.Shape));
            table.IsToldToSession = true;
            changes.Add(Change(table, _sent.Add));
        }

        _sent.Add(Wal.Commit(lsn, lsn + 5));
        Expected.AddRange([$"B {xid} {lsn}", .. changes, $"C {lsn} {lsn + 5}"]);
    }

    private string Change(Described table, Action<byte[]> send)
    {
        if (random.Next(20) == 0)
        {
            send(Wal.Truncate(table.Oid));
            return $"T {table.Oid}";
        }

        string value = $"{++_serial}@{table.Shape}{new string('x', random.Next(10) == 0 ? random.Next(3000) : random.Next(30))}";
        send(Row(table.Oid, value));
        return $"I {table.Oid} {value}";
    }

    private void Block(Running transaction)
    {
        _sent.Add(Start(transaction.Xid, !transaction.IsStreamed));
        transaction.IsStreamed = true;
        for (int i = random.Next(12); i >= 0; i--)
        {
            int dice = random.Next(20);
            if (dice < 4 && transaction.Open.Count < 5)
                transaction.Open.Add(new Part());
            else if (dice < 6 && transaction.Open.Count > 1)
                transaction.Release();
            else if (dice < 8 && transaction.Open.Count > 1)
                RollbackPart(transaction);
            else if (dice == 8)
                Alter(transaction);
            else
                ChangeIn(transaction);
        }

        _sent.Add(Stop());
    }

    private void ChangeIn(Running transaction)
    {
        Described table = _tables[random.Next(Tables)];
        if (table.IsLockedAgainst(transaction.Xid))
            return;
        uint xid = Xid(transaction);
        transaction.Open[^1].Writes.Add(table);
        table.Writers.Add(transaction.Xid);
        table.Validate();
        if (table.ToldTo.Add(transaction.Xid))
            _sent.Add(In(xid, Table(table.Oid, table.Shape)));
        transaction.Open[^1].Sent.Add(xid);
        string shape = table.Shape;
        transaction.Open[^1].Changes.Add(Change(table, message => _sent.Add(In(xid, message))));
        Assert.Equal(shape, table.Shape);
    }

    /// <summary>ALTER TABLE, which nobody else's changes can be beside.</summary>
    private void Alter(Running transaction)
    {
        Described table = _tables[random.Next(Tables)];
        if (table.IsLockedAgainst(transaction.Xid) || table.Writers.Any(w => w != transaction.Xid))
            return;
        Xid(transaction);
        transaction.Open[^1].Altered.Push((table, table.Shape, table.LockedBy));
        table.LockedBy = transaction.Xid;
        table.Publish("a" + ++_serial);
    }

    /// <summary>A subtransaction gets its id when it first writes, and its parents theirs before.</summary>
    private uint Xid(Running transaction)
    {
        foreach (Part part in transaction.Open)
        {
            if (part.Xid == 0)
                part.Xid = part == transaction.Open[0] ? transaction.Xid : ++_xid;
        }

        return transaction.Open[^1].Xid;
    }

    private void RollbackPart(Running transaction)
    {
        Part part = transaction.Open[^1];
        transaction.Open.RemoveAt(transaction.Open.Count - 1);
        Undo(transaction, part);
        if (part.Sent.Count == 0)
            return;
        Rollbacks++;
        // Outside of a block. The abort record names the children, in the order of their ids, and then the part itself.
        _sent.Add(Stop());
        foreach (uint xid in part.Sent.Where(x => x != part.Xid).Order().Concat(part.Sent.Where(x => x == part.Xid)))
            _sent.Add(Abort(transaction.Xid, xid));
        if (forgetsAtRollback)
            Forget(transaction.Xid, committed: false);
        _sent.Add(Start(transaction.Xid, isFirst: false));
    }

    private static void Undo(Running transaction, Part part)
    {
        while (part.Altered.TryPop(out (Described Table, string Shape, uint LockedBy) altered))
        {
            altered.Table.Publish(altered.Shape);
            altered.Table.LockedBy = altered.LockedBy;
        }

        foreach (Described table in part.Writes.Where(t => !transaction.Open.Any(o => o.Writes.Contains(t))))
            table.Writers.Remove(transaction.Xid);
    }

    private void Commit(Running transaction)
    {
        while (transaction.Open.Count > 1)
            transaction.Release();
        _running.Remove(transaction);
        foreach (Described table in _tables)
            table.Unlock(transaction.Xid);
        if (!transaction.IsStreamed)
            return;
        long lsn = _lsn += 10;
        _sent.Add(StreamedWal.Commit(transaction.Xid, lsn, lsn + 5));
        Forget(transaction.Xid, committed: true);
        Expected.AddRange([$"B {transaction.Xid} {lsn}", .. transaction.Open[0].Changes, $"C {lsn} {lsn + 5}"]);
    }

    private void Rollback(Running transaction)
    {
        for (int i = transaction.Open.Count - 1; i >= 0; i--)
        {
            Part part = transaction.Open[i];
            transaction.Open.RemoveAt(i);
            Undo(transaction, part);
        }

        _running.Remove(transaction);
        foreach (Described table in _tables)
            table.Unlock(transaction.Xid);
        if (!transaction.IsStreamed)
            return;
        _sent.Add(Abort(transaction.Xid, transaction.Xid));
        Forget(transaction.Xid, committed: false);
    }

    /// <summary>cleanup_rel_sync_cache.</summary>
    private void Forget(uint xid, bool committed)
    {
        foreach (Described table in _tables)
        {
            if (table.ToldTo.Remove(xid) && committed)
                table.IsToldToSession = true;
        }
    }

    private sealed class Described(uint oid)
    {
        private bool _isValid;

        public uint Oid { get; } = oid;

        public string Shape { get; private set; } = "s0";

        public uint LockedBy { get; set; }

        public bool IsToldToSession { get; set; }

        public HashSet<uint> ToldTo { get; } = [];

        public HashSet<uint> Writers { get; } = [];

        public bool IsLockedAgainst(uint xid) => LockedBy != 0 && LockedBy != xid;

        public void Publish(string shape)
        {
            Shape = shape;
            _isValid = false;
        }

        /// <summary>get_rel_sync_entry.</summary>
        public void Validate()
        {
            if (_isValid)
                return;
            _isValid = true;
            IsToldToSession = false;
            ToldTo.Clear();
        }

        public void Unlock(uint xid)
        {
            Writers.Remove(xid);
            if (LockedBy == xid)
                LockedBy = 0;
        }
    }

    private sealed class Part
    {
        public uint Xid { get; set; }

        public List<string> Changes { get; } = [];

        /// <summary>Ids, its own and of released children, of which a change was sent.</summary>
        public HashSet<uint> Sent { get; } = [];

        public HashSet<Described> Writes { get; } = [];

        public Stack<(Described Table, string Shape, uint LockedBy)> Altered { get; } = [];
    }

    private sealed class Running(uint xid)
    {
        public uint Xid { get; } = xid;

        public bool IsStreamed { get; set; }

        /// <summary>The transaction and its open subtransactions, outermost first.</summary>
        public List<Part> Open { get; } = [new Part()];

        public void Release()
        {
            Part part = Open[^1];
            Open.RemoveAt(Open.Count - 1);
            Open[^1].Changes.AddRange(part.Changes);
            Open[^1].Sent.UnionWith(part.Sent);
            Open[^1].Writes.UnionWith(part.Writes);
            foreach ((Described, string, uint) altered in part.Altered.Reverse())
                Open[^1].Altered.Push(altered);
        }
    }
}
