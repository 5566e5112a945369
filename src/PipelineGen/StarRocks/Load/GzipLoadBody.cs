using System.IO.Compression;

namespace PipelineGen.StarRocks;

/// <summary>A body, compressed while it is sent: as replayable as the original, nothing of it kept. Its length is not known, so it goes chunked.</summary>
internal sealed class GzipLoadBody(LoadBody plain) : LoadBody
{
    public override long? Length => null;

    public override bool CanReplay => plain.CanReplay;

    public static LoadBody Wrap(LoadBody body, LoadCompression compression) => compression == LoadCompression.Gzip ? new GzipLoadBody(body) : body;

    public override async Task WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var cut = new CuttableStream(destination);
        await using (cut.ConfigureAwait(false))
        {
            var gzip = new GZipStream(cut, CompressionLevel.Fastest, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
            {
                var counted = new CountingStream(gzip);
                bool whole = false;
                try
                {
                    await plain.WriteToAsync(counted, cancellationToken).ConfigureAwait(false);
                    RequireLength(counted.Written);
                    whole = true;
                }
                finally
                {
                    // Disposing the compressor writes the end of a valid gzip file, which half a body must not get.
                    cut.IsCut = !whole;
                }
            }
        }
    }

    // What BodyStream checks of a body that comes uncompressed.
    private void RequireLength(long written)
    {
        if (written == 0)
        {
            throw new InvalidOperationException("The load's body is empty; StarRocks refuses a load without rows.");
        }

        if (plain.Length is { } length && written != length)
        {
            throw new InvalidOperationException($"The load's body said {length} bytes and wrote {written}.");
        }
    }

    /// <summary>Passes writes on until it is cut.</summary>
    private sealed class CuttableStream(Stream destination) : WriteOnlyStream
    {
        public bool IsCut { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            IsCut ? ValueTask.CompletedTask : destination.WriteAsync(buffer, cancellationToken);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!IsCut)
            {
                destination.Write(buffer);
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => IsCut ? Task.CompletedTask : destination.FlushAsync(cancellationToken);
    }

    /// <summary>What the plain body sees.</summary>
    private sealed class CountingStream(Stream destination) : WriteOnlyStream
    {
        public long Written { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return destination.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Written += buffer.Length;
            destination.Write(buffer);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);
    }
}
