using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PipelineGen.LocalStarRocks.Load;

internal static class RequestHeaders
{
    /// <summary>The header's value, the first one of several (STARROCKS.md, 1.1); null when it is absent or empty.</summary>
    public static string? Text(this IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out StringValues values) && values.Count > 0 && values[0] is { Length: > 0 } value ? value : null;
}
