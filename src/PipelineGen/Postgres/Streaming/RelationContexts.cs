namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// Which description of a table a change is written in. pgoutput describes a table once to the session and once more to each
/// streamed transaction, and a transaction's description arrives long before its changes are handed out: in between others
/// may have come, or it was made for a part that was rolled back together with an ALTER TABLE. Whoever reads the messages
/// that are handed out knows one description of a table, the last; so before a change goes out that is written in another,
/// that one goes out once more.
/// </summary>
internal sealed class RelationContexts
{
    /// <summary>The last message of each kind and OID, so that the same bytes are in memory once.</summary>
    private readonly Dictionary<ulong, byte[]> _latest = [];

    /// <summary>What the ordinary changes are written in.</summary>
    private readonly Dictionary<uint, (byte[] Message, long Order)> _session = [];

    /// <summary>What the reader knows.</summary>
    private readonly Dictionary<uint, byte[]> _handedOut = [];

    /// <summary>Tables of which the reader knows another description than the ordinary changes are written in.</summary>
    private readonly HashSet<uint> _differing = [];

    private long _order;

    /// <summary>Whether an ordinary change can need its table's description before it.</summary>
    public bool Differs => _differing.Count > 0;

    /// <summary>An ordinary RELATION message, which is handed out as it comes.</summary>
    public void Describe(ReadOnlySpan<byte> relation)
    {
        byte[] message = Keep(relation);
        uint oid = Oid(message);
        _session[oid] = (message, ++_order);
        _handedOut[oid] = message;
        _differing.Remove(oid);
    }

    /// <summary>A RELATION or TYPE message of a streamed transaction.</summary>
    /// <param name="message">In the form of protocol 1.</param>
    public ReceivedSchema Receive(ReadOnlySpan<byte> message) => new(Keep(message), default, ++_order);

    /// <summary>The bytes of a message, from memory where they are there already.</summary>
    public byte[] Keep(ReadOnlySpan<byte> message)
    {
        ulong key = StreamedTransaction.SchemaKey(message);
        if (_latest.TryGetValue(key, out byte[]? known) && message.SequenceEqual(known))
            return known;
        byte[] kept = message.ToArray();
        _latest[key] = kept;
        return kept;
    }

    /// <summary>Before an ordinary change: the descriptions that it is written in, where the reader knows others.</summary>
    public void HandOutFor(ReadOnlySpan<byte> change, WalBatch output)
    {
        var oids = new ChangedRelations(change);
        while (oids.MoveNext())
        {
            if (_differing.Contains(oids.Current) && _session.TryGetValue(oids.Current, out (byte[] Message, long Order) session))
                HandOut(oids.Current, session.Message, output);
        }
    }

    /// <summary>Before a change of a transaction that is handed out: the descriptions that it is written in.</summary>
    /// <param name="described">The transaction's own, as of this change.</param>
    /// <exception cref="PgOutputException">One is missing.</exception>
    public void HandOutFor(ReadOnlySpan<byte> change, Dictionary<uint, byte[]> described, WalBatch output)
    {
        var oids = new ChangedRelations(change);
        while (oids.MoveNext())
        {
            if (!described.TryGetValue(oids.Current, out byte[]? wanted))
                throw new PgOutputException($"a streamed change of relation {oids.Current}, which was never described in its transaction");
            HandOut(oids.Current, wanted, output);
        }
    }

    /// <summary>
    /// A transaction has committed and is handed out: pgoutput counts what it described to it as described to the session,
    /// unless the session was told something later.
    /// </summary>
    public void Committed(StreamedTransaction transaction)
    {
        foreach (ReceivedSchema schema in transaction.Schemas.Values)
        {
            if (schema.Message[0] != (byte)PgOutputMessageType.Relation)
                continue;
            uint oid = Oid(schema.Message);
            if (!_session.TryGetValue(oid, out (byte[] Message, long Order) session) || session.Order < schema.Order)
                _session[oid] = session = (schema.Message, schema.Order);
            if (_handedOut.TryGetValue(oid, out byte[]? known) && Same(known, session.Message))
                _differing.Remove(oid);
            else
                _differing.Add(oid);
        }
    }

    private void HandOut(uint oid, byte[] wanted, WalBatch output)
    {
        if (_handedOut.TryGetValue(oid, out byte[]? known) && Same(known, wanted))
            return;
        output.Append(wanted);
        _handedOut[oid] = wanted;
        if (_session.TryGetValue(oid, out (byte[] Message, long Order) session) && Same(session.Message, wanted))
            _differing.Remove(oid);
    }

    private static bool Same(byte[] one, byte[] other) => ReferenceEquals(one, other) || one.AsSpan().SequenceEqual(other);

    private static uint Oid(ReadOnlySpan<byte> relation) => (uint)StreamedTransaction.SchemaKey(relation);

    /// <summary>The relations of a change in the form of protocol 1.</summary>
    private ref struct ChangedRelations
    {
        private WireReader _reader;
        private int _left;

        public ChangedRelations(ReadOnlySpan<byte> change)
        {
            _reader = new WireReader(change);
            switch ((PgOutputMessageType)_reader.Byte())
            {
                case PgOutputMessageType.Insert or PgOutputMessageType.Update or PgOutputMessageType.Delete:
                    _left = 1;
                    break;
                case PgOutputMessageType.Truncate:
                    _left = _reader.Int32();
                    _reader.Skip(1);
                    break;
            }
        }

        public uint Current { get; private set; }

        public bool MoveNext()
        {
            if (_left <= 0)
                return false;
            _left--;
            Current = _reader.UInt32();
            return true;
        }
    }
}
