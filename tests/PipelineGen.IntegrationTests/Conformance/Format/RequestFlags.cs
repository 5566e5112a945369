using System.Globalization;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>The words after a request that make it depart from the plain one.</summary>
internal static class RequestFlags
{
    public static bool IsOne(string word) => Set(new HttpFlags(), word) is not null;

    public static HttpFlags Parse(string text)
    {
        var flags = new HttpFlags();
        foreach (string word in Words.All(text))
            flags = Set(flags, word) ?? throw new FormatException($"'{word}' is no flag of a request");
        return flags;
    }

    private static HttpFlags? Set(HttpFlags flags, string word)
    {
        string[] parts = word.Split('=', 2);
        return (parts[0], parts.ElementAtOrDefault(1)) switch
        {
            ("at-be", null) => flags with { AtBackend = true },
            ("no-follow", null) => flags with { NoFollow = true },
            ("no-expect", null) => flags with { NoExpect = true },
            ("no-auth", null) => flags with { NoAuth = true },
            ("no-auth-after-redirect", null) => flags with { NoAuthAfterRedirect = true },
            ("no-body", null) => flags with { NoBody = true },
            ("auth", { } auth) => flags with { Auth = auth },
            ("may-break", null) => flags with { MayBreak = true },
            ("http/1.0", null) => flags with { Http10 = true },
            ("chunked", null) => flags with { Chunked = true },
            ("until-closed", null) => flags with { UntilClosed = true },
            ("length", { } length) when long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) => flags with { Length = bytes },
            ("compressed", "gzip" or "zlib") => flags with { Compressed = parts[1] },
            _ => null,
        };
    }
}
