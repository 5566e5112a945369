using System.Text;
using Microsoft.AspNetCore.Http;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>HTTP Basic, as both FE and BE read it.</summary>
internal sealed record BasicCredentials(string User, string Password)
{
    public static BasicCredentials? Read(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out int length))
        {
            return null;
        }

        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : new BasicCredentials(pair[..colon], pair[(colon + 1)..]);
    }

    public bool AreThoseOf(LocalStarRocksOptions options) => User == options.User && Password == options.Password;
}
