using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>Text in the making, in pooled memory; <see cref="Dispose"/> gives it back. The first bytes may lie on the caller's stack.</summary>
public ref struct PgTextWriter(Span<byte> initial) : IDisposable
{
    private byte[]? _pooled;
    private Span<byte> _span = initial;
    private int _length;

    /// <summary>What was written; valid until the next write.</summary>
    public readonly ReadOnlySpan<byte> Written => _span[.._length];

    public readonly int Length => _length;

    /// <summary>At least <paramref name="size"/> bytes to write into, then <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (_span.Length - _length < size)
            Grow(size);
        return _span[_length..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => _length += count;

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    public void Raw(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    public void Number(long value)
    {
        value.TryFormat(Reserve(20), out int written, default, System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }

    public void Number(ulong value)
    {
        value.TryFormat(Reserve(20), out int written, default, System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>Takes back what was written behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => _length = length;

    public override readonly string ToString() => Encoding.UTF8.GetString(Written);

    public void Dispose()
    {
        if (_pooled is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
        _pooled = null;
        _span = default;
        _length = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max((long)_length + size, (long)_span.Length * 2), Array.MaxLength));
        _span[.._length].CopyTo(larger);
        if (_pooled is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
        _pooled = larger;
        _span = larger;
    }
}
