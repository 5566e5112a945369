namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>Bytes that wait for their transaction's commit: in memory, and beyond some megabytes in a temporary file.</summary>
internal sealed class BodySpool : IDisposable
{
    private const int MemoryLimit = 8 << 20;

    private Stream _stream = new MemoryStream();

    public long Length => _stream.Length;

    /// <exception cref="LoadFailure">More than one array holds.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        long length = _stream.Length + bytes.Length;
        if (length > Array.MaxLength)
        {
            throw LoadFailure.NotInStandIn("more than 2 GB for one table in one transaction");
        }

        if (length > MemoryLimit && _stream is MemoryStream)
        {
            var file = new FileStream(
                Path.Combine(Path.GetTempPath(), $"local-starrocks-{Guid.NewGuid():N}.body"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            _stream.Position = 0;
            _stream.CopyTo(file);
            _stream.Dispose();
            _stream = file;
        }

        _stream.Seek(0, SeekOrigin.End);
        _stream.Write(bytes);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[_stream.Length];
        _stream.Position = 0;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose() => _stream.Dispose();
}
