using Microsoft.AspNetCore.Http;

namespace PipelineGen.LocalStarRocks.Http;

internal static class UrlPath
{
    /// <summary>The path's parts, each decoded (STARROCKS.md, 1.1). Kestrel leaves an encoded slash in them, which is no separator.</summary>
    public static string[] Of(HttpRequest request)
    {
        string[] parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        }

        return parts;
    }
}
