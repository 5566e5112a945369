using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>One HTTP reply, read whole.</summary>
/// <param name="Status">Status code; 100 for an interim one.</param>
/// <param name="Location">Where a redirect points.</param>
/// <param name="Body">The body, possibly cut at the reader's limit.</param>
internal sealed record HttpReply(int Status, string? Location, ReadOnlyMemory<byte> Body)
{
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308;

    private (ReadOnlyMemory<byte> Body, string Text)? _decoded;

    /// <summary>The body as text, bytes that are not UTF-8 replaced.</summary>
    public string Text
    {
        get
        {
            // A copy made by "with" has another body than its text.
            if (_decoded is not { } decoded || !decoded.Body.Equals(Body))
            {
                decoded = (Body, Encoding.UTF8.GetString(Body.Span));
                _decoded = decoded;
            }

            return decoded.Text;
        }
    }
}
