namespace PipelineGen.StarRocks;

/// <summary>The bytes of one load. Never empty: StarRocks refuses an empty load (STARROCKS.md, the twelve things, 7).</summary>
public abstract class LoadBody
{
    /// <summary>Length in bytes, or <see langword="null"/> when it is only known at the end (sent chunked).</summary>
    public abstract long? Length { get; }

    /// <summary>Whether <see cref="WriteToAsync"/> gives the same bytes when called again. <see langword="false"/> for a body produced while it is sent.</summary>
    public abstract bool CanReplay { get; }

    /// <summary>
    /// Writes the body. Called only after the server has answered <c>100 Continue</c>, so its label is registered.
    /// An exception that comes from the body itself passes through the client unchanged, and the load is broken off.
    /// </summary>
    /// <param name="destination">Write-only; buffered when chunked.</param>
    /// <param name="cancellationToken">Must be heeded: it also fires when the server has answered early and needs no more bytes.</param>
    public abstract Task WriteToAsync(Stream destination, CancellationToken cancellationToken);

    /// <summary>A body that lies in memory. The memory must not change until the load has ended.</summary>
    public static LoadBody FromMemory(ReadOnlyMemory<byte> bytes) => new MemoryLoadBody(bytes);

    private sealed class MemoryLoadBody(ReadOnlyMemory<byte> bytes) : LoadBody
    {
        public override long? Length => bytes.Length;

        public override bool CanReplay => true;

        public override Task WriteToAsync(Stream destination, CancellationToken cancellationToken) =>
            destination.WriteAsync(bytes, cancellationToken).AsTask();
    }
}
