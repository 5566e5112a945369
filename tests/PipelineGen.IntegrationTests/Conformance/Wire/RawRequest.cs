using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>A request as it goes over the wire. Nothing is added to the headers.</summary>
internal sealed record RawRequest(string Method, string PathAndQuery, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public bool Http10 { get; init; }

    /// <summary>Wait for <c>100 Continue</c> or a final reply before the body is sent.</summary>
    public bool ExpectsContinue { get; init; }

    public bool Chunked { get; init; }

    /// <summary>End the sending side after the body: the server sees that there comes no more.</summary>
    public bool EndSending { get; init; }

    public byte[] Head()
    {
        var text = new StringBuilder();
        text.Append(Method).Append(' ').Append(PathAndQuery).Append(Http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        foreach ((string name, string value) in Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    public byte[] Payload() =>
        Chunked ? [.. Encoding.ASCII.GetBytes(Body.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. Body, .. "\r\n0\r\n\r\n"u8] : Body;
}
