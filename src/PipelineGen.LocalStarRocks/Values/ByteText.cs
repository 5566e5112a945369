namespace PipelineGen.LocalStarRocks.Values;

/// <summary>UTF-8 text in the making. Kept and reused, so that a row's texts allocate nothing in steady state.</summary>
internal sealed class ByteText
{
    [ThreadStatic]
    private static ByteText? _scratch;

    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>This thread's own, emptied: for one value, and never held over a call that takes it too.</summary>
    public static ByteText Scratch()
    {
        ByteText scratch = _scratch ??= new ByteText();
        scratch.Length = 0;
        return scratch;
    }

    public void Add(byte b)
    {
        Room(1);
        _bytes[Length++] = b;
    }

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Room that the caller fills and then counts with <see cref="Advance"/>.</summary>
    public Span<byte> Rest(int atLeast)
    {
        Room(atLeast);
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void CutTo(int length) => Length = length;

    private void Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
    }
}
