using System.Buffers;

namespace PipelineGen.StarRocks;

/// <summary>
/// The write-only stream that a <see cref="LoadBody"/> sees. It gathers small writes, frames them (chunked or counted),
/// and keeps the network's failures apart from the body's own.
/// </summary>
internal sealed class BodyStream : WriteOnlyStream
{
    private const int Capacity = 64 * 1024;
    private const int HeadRoom = 6; // a chunk is shorter than 0x10000: four digits and CRLF
    private const int MaxChunk = Capacity - HeadRoom - 2;

    private readonly Stream _network;
    private readonly long? _length;
    private readonly ArrayPool<byte> _pool;
    private byte[]? _buffer;
    private int _filled;
    private long _written;

    public BodyStream(Stream network, long? length, ArrayPool<byte> pool)
    {
        _pool = pool;
        _buffer = pool.Rent(Capacity);
        _network = network;
        _length = length;
    }

    /// <summary>What the network did wrong, if it did: then the exception that the body saw is not the body's.</summary>
    public Exception? NetworkFailure { get; private set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        CountAhead(buffer.Length);
        while (buffer.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int take = Math.Min(buffer.Length, MaxChunk - _filled);
            buffer.Span[..take].CopyTo(Room(take));
            buffer = buffer[take..];
            if (_filled == MaxChunk)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // For bodies that write by span: only what doesn't fit goes to the network, synchronously.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        CountAhead(buffer.Length);
        while (buffer.Length > 0)
        {
            int take = Math.Min(buffer.Length, MaxChunk - _filled);
            buffer[..take].CopyTo(Room(take));
            buffer = buffer[take..];
            if (_filled == MaxChunk)
            {
                ReadOnlyMemory<byte> frame = TakeFrame();
                try
                {
                    _network.Write(frame.Span);
                }
                catch (Exception failure) when (failure is IOException or ObjectDisposedException)
                {
                    NetworkFailure = failure;
                    throw;
                }
            }
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _filled > 0 ? SendAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Sends what is left and the end mark.</summary>
    /// <exception cref="InvalidOperationException">The body has another length than it said.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_length is { } length && _written != length)
        {
            throw new InvalidOperationException($"The load's body said {length} bytes and wrote {_written}.");
        }

        if (_length is null && _written == 0)
        {
            throw new InvalidOperationException("The load's body is empty; StarRocks refuses a load without rows.");
        }

        if (_filled > 0)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_length is null)
        {
            await ToNetworkAsync("0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            _pool.Return(buffer);
        }

        base.Dispose(disposing);
    }

    private void CountAhead(int bytes)
    {
        _written += bytes;
        if (_length is { } length && _written > length)
        {
            // Bytes beyond the Content-Length would be read as another request.
            throw new InvalidOperationException($"The load's body said {length} bytes and wrote more.");
        }
    }

    private Span<byte> Room(int bytes)
    {
        byte[] buffer = _buffer ?? throw new ObjectDisposedException(nameof(BodyStream));
        Span<byte> room = buffer.AsSpan(HeadRoom + _filled, bytes);
        _filled += bytes;
        return room;
    }

    private Task SendAsync(CancellationToken cancellationToken) => ToNetworkAsync(TakeFrame(), cancellationToken);

    private ReadOnlyMemory<byte> TakeFrame()
    {
        byte[] buffer = _buffer ?? throw new ObjectDisposedException(nameof(BodyStream));
        int start = HeadRoom;
        int end = HeadRoom + _filled;
        if (_length is null)
        {
            Span<byte> head = stackalloc byte[HeadRoom];
            _filled.TryFormat(head, out int digits, "X");
            "\r\n"u8.CopyTo(head[digits..]);
            start -= digits + 2;
            head[..(digits + 2)].CopyTo(buffer.AsSpan(start));
            "\r\n"u8.CopyTo(buffer.AsSpan(end));
            end += 2;
        }

        _filled = 0;
        return buffer.AsMemory(start, end - start);
    }

    private async Task ToNetworkAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        try
        {
            await _network.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            NetworkFailure = failure;
            throw;
        }
    }
}
