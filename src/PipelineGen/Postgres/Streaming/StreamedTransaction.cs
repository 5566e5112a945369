using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Postgres.Streaming;

/// <summary>Where a message begins in what a transaction has kept: the place of its block in the file, and its own in the block.</summary>
internal readonly record struct SpillPosition(long Block, int Within) : IComparable<SpillPosition>
{
    public int CompareTo(SpillPosition other) => Block != other.Block ? Block.CompareTo(other.Block) : Within.CompareTo(other.Within);
}

/// <summary>What a RELATION or TYPE message said, as last received in a transaction.</summary>
/// <param name="Message">In the form of protocol 1.</param>
/// <param name="Order">Its place among all that were received.</param>
internal readonly record struct ReceivedSchema(byte[] Message, SpillPosition Position, long Order);

/// <summary>
/// The changes of a transaction that has not ended yet, as protocol-1 messages, each behind its length: in memory while they
/// are few, then in blocks in a file. Rolling a subtransaction back cuts off everything from its first message on, as
/// Postgres' own apply worker does: while a subtransaction is open, nobody but it and its children can change anything.
/// </summary>
/// <remarks>
/// Each subtransaction that is not rolled back costs some 40 bytes of memory until the transaction's end; the server, which
/// keeps a record of it too, some hundred.
/// </remarks>
internal sealed class StreamedTransaction(SpillStore store, uint xid) : IDisposable
{
    private const int SmallestBuffer = 4096;

    private readonly int _header = store.Seal.HeaderSize;
    private readonly Dictionary<uint, SpillPosition> _firsts = [];

    /// <summary>The keys of <see cref="_firsts"/> by position.</summary>
    private readonly Stack<uint> _subtransactions = [];

    private readonly Dictionary<ulong, ReceivedSchema> _schemas = [];
    private uint _last = xid;
    private SpillFile? _file;
    private byte[] _buffer = [];

    /// <summary>End of the messages in <see cref="_buffer"/>, which begin behind the room for the header.</summary>
    private int _end = store.Seal.HeaderSize;

    public uint Xid { get; } = xid;

    /// <summary>RELATION and TYPE messages as last received, by <see cref="SchemaKey"/>, those of parts that were rolled back too.</summary>
    public IReadOnlyDictionary<ulong, ReceivedSchema> Schemas => _schemas;

    public bool HasFile => _file is { Length: > 0 };

    private SpillPosition End => new(_file?.Length ?? 0, _end);

    /// <summary>Keeps a message.</summary>
    /// <param name="subtransaction">The (sub)transaction that it belongs to.</param>
    /// <param name="rest">What follows the type byte in protocol 1.</param>
    public void Append(uint subtransaction, byte type, ReadOnlySpan<byte> rest)
    {
        MakeRoom(checked(sizeof(int) + 1 + rest.Length));
        if (subtransaction != _last)
        {
            _last = subtransaction;
            if (subtransaction != Xid && _firsts.TryAdd(subtransaction, End))
                _subtransactions.Push(subtransaction);
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_end), rest.Length + 1);
        _buffer[_end + sizeof(int)] = type;
        rest.CopyTo(_buffer.AsSpan(_end + sizeof(int) + 1));
        _end += sizeof(int) + 1 + rest.Length;
    }

    /// <summary>Keeps a RELATION or TYPE message, which outlives the rollback of its subtransaction.</summary>
    /// <param name="schema">Its position is of no meaning.</param>
    public void AppendSchema(uint subtransaction, ReceivedSchema schema)
    {
        Append(subtransaction, schema.Message[0], schema.Message.AsSpan(1));
        _schemas[SchemaKey(schema.Message)] = schema with { Position = End with { Within = _end - sizeof(int) - schema.Message.Length } };
    }

    /// <summary>The type byte and the OID that follows it.</summary>
    public static ulong SchemaKey(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        return ((ulong)reader.Byte() << 32) | reader.UInt32();
    }

    /// <summary>
    /// The block of the stream has ended: memory is kept only for a beginning that is in no file, and only while those of all
    /// transactions together are within their limit.
    /// </summary>
    public void EndBlock()
    {
        if (_end > _header && (HasFile || _buffer.Length > store.Limits.BlockSize || store.Memory.Held > store.Limits.HeldBytes))
            Write();
        if (_end == _header)
            Resize(0);
        _file?.Rest();
    }

    /// <summary>Drops a subtransaction with its children. One of which nothing was kept is none of ours.</summary>
    public void Abort(uint subtransaction)
    {
        if (!_firsts.TryGetValue(subtransaction, out SpillPosition first))
            return;
        Truncate(first);
        while (_subtransactions.TryPeek(out uint latest) && _firsts[latest].CompareTo(first) >= 0)
        {
            _firsts.Remove(latest);
            _subtransactions.Pop();
        }

        // pgoutput remembers for a transaction which tables it has described, and need not do it again for the parent's sake:
        // what was cut off of that stays, the last of each, in their order.
        _last = Xid;
        foreach (ReceivedSchema schema in _schemas.Values.Where(s => s.Position.CompareTo(first) >= 0).OrderBy(static s => s.Position).ToArray())
            AppendSchema(Xid, schema);
        EndBlock();
    }

    /// <summary>Reads the block at a position into a rented buffer.</summary>
    /// <param name="end">Where its messages end in the buffer; they begin behind the header.</param>
    /// <param name="next">The position of the next block.</param>
    /// <returns>False at the end.</returns>
    public bool TryReadBlock(long position, ref byte[] buffer, out int end, out long next)
    {
        long length = _file?.Length ?? 0;
        if (position < length)
        {
            end = _file!.Read(position, ref buffer);
            next = position + end;
            return true;
        }

        // What is still in memory takes the place behind the file.
        end = _end;
        next = position + 1;
        if (position > length || _end == _header)
            return false;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = _buffer;
        store.Memory.Held -= _buffer.Length;
        _buffer = [];
        return true;
    }

    public void Dispose()
    {
        Resize(0);
        _file?.Dispose();
        _file = null;
    }

    private void Truncate(SpillPosition position)
    {
        if (_file is { } file && position.Block < file.Length)
        {
            store.Memory.Held -= _buffer.Length;
            int size = file.Read(position.Block, ref _buffer);
            store.Memory.Held += _buffer.Length;
            if (position.Within > size)
                throw file.Torn(position.Block);
            file.Truncate(position.Block);
        }

        _end = position.Within;
    }

    private void MakeRoom(int size)
    {
        if (_end > _header && _end + size > store.Limits.BlockSize)
            Write();
        int wanted = checked(_end + size);
        if (wanted <= _buffer.Length)
            return;
        int room = Math.Max(SmallestBuffer, _buffer.Length);
        while (room < wanted && room < store.Limits.BlockSize)
            room *= 4;
        Resize(Math.Max(wanted, Math.Min(room, store.Limits.BlockSize)));
    }

    private void Write()
    {
        (_file ??= new SpillFile(store, Xid)).Append(_buffer.AsSpan(0, _end));
        _end = _header;
        // One giant message must not pin its buffer.
        if (_buffer.Length > store.Limits.BlockSize)
            Resize(0);
    }

    private void Resize(int size)
    {
        byte[] resized = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        if (resized.Length > 0 && _end > _header)
            _buffer.AsSpan(0, _end).CopyTo(resized);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        store.Memory.Held += resized.Length - _buffer.Length;
        _buffer = resized;
    }
}
