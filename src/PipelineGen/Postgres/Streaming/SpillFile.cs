using System.Buffers;

namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// The blocks of one transaction that don't fit in memory, in a file that is gone when this is disposed. Written at its end
/// and cut; read from its beginning.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    private readonly SpillStore _store;
    private readonly string _path;
    private readonly ulong _serial;
    private readonly bool _staysOpen;
    private Stream? _stream;
    private bool _exists;

    public SpillFile(SpillStore store, uint xid)
    {
        _store = store;
        _serial = store.NextSerial();
        _path = store.Folder.NewFile(xid, _serial);
        _staysOpen = store.TryKeepOpen();
    }

    public long Length { get; private set; }

    /// <param name="block">Room for the seal's header, and the payload. Its content is of no use afterwards.</param>
    public void Append(Span<byte> block)
    {
        Stream stream = Opened();
        _store.Seal.Seal(_serial, Length, block);
        stream.Position = Length;
        stream.Write(block);
        Length += block.Length;
    }

    /// <summary>Reads a block, with its header, into a rented buffer, which is replaced by a larger one where it must be.</summary>
    /// <returns>The block's length, with its header.</returns>
    /// <exception cref="SpillException">The file is not as it was written.</exception>
    public int Read(long position, ref byte[] buffer)
    {
        Stream stream = Opened();
        int header = _store.Seal.HeaderSize;
        long left = Length - position;
        if (left < header)
            throw Torn(position);
        Span<byte> head = stackalloc byte[header];
        try
        {
            stream.Position = position;
            stream.ReadExactly(head);
            uint length = BlockSeal.StatedLength(head);
            if (length > left - header)
                throw Torn(position);
            int size = checked((int)length + header);
            if (buffer.Length < size)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(size);
                if (buffer.Length > 0)
                    ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            Span<byte> block = buffer.AsSpan(0, size);
            head.CopyTo(block);
            stream.ReadExactly(block[header..]);
            if (!_store.Seal.TryOpen(_serial, position, block))
                throw Torn(position);
            return size;
        }
        catch (EndOfStreamException)
        {
            throw Torn(position);
        }
    }

    public void Truncate(long length)
    {
        Opened().SetLength(length);
        Length = length;
    }

    /// <summary>Gives its handle back where there are many: nothing will be written or read for a while.</summary>
    public void Rest()
    {
        if (_staysOpen)
            return;
        _stream?.Dispose();
        _stream = null;
    }

    public SpillException Torn(long position) => new($"{_path} is not as it was written, at byte {position} of {Length}");

    public void Dispose()
    {
        // Kept open from its making: the file goes with its handle.
        _stream?.Dispose();
        _stream = null;
        if (_staysOpen)
        {
            _store.GiveUpOpen();
        }
        else if (_exists)
        {
            try
            {
                File.Delete(_path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The next start removes it.
            }
        }
    }

    private Stream Opened()
    {
        if (_stream is not null)
            return _stream;
        _stream = _store.Folder.Open(_path, isNew: !_exists, deleteOnClose: _staysOpen);
        _exists = true;
        if (_stream.Length != Length)
            throw Torn(_stream.Length);
        return _stream;
    }
}

/// <summary>What the spill files of one stream share.</summary>
internal sealed class SpillStore(SpillFolder folder, BlockSeal seal, SpillLimits limits) : IDisposable
{
    private ulong _serial;
    private int _keptOpen;

    public SpillFolder Folder { get; } = folder;

    public BlockSeal Seal { get; } = seal;

    public SpillLimits Limits { get; } = limits;

    public SpillMemory Memory { get; } = new();

    public ulong NextSerial() => ++_serial;

    public bool TryKeepOpen()
    {
        if (_keptOpen >= Limits.OpenFiles)
            return false;
        _keptOpen++;
        return true;
    }

    public void GiveUpOpen() => _keptOpen--;

    public void Dispose()
    {
        Seal.Dispose();
        Folder.RemoveIfEmpty();
    }
}
