using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>One HTTP reply, read whole.</summary>
/// <param name="Status">Status code; 100 for an interim one.</param>
/// <param name="Location">Where a redirect points.</param>
/// <param name="Body">The body, possibly cut at the reader's limit.</param>
internal sealed record HttpReply(int Status, string? Location, ReadOnlyMemory<byte> Body)
{
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308;

    public string Text => Encoding.UTF8.GetString(Body.Span);
}
