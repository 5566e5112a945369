using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Headers by name, checked as the BE checks them: the first of duplicates wins, and an empty one counts as absent (STARROCKS.md, 1.1, 1.3).</summary>
internal readonly struct HeaderText(IHeaderDictionary headers)
{
    public string? Find(string name) =>
        headers.TryGetValue(name, out StringValues values) && values.Count > 0 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    public bool Flag(string name) => Find(name)?.ToLowerInvariant() switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new LoadFailure($"Invalid {name} format. Must be bool type"),
    };

    public double Ratio(string name) => Find(name) is not { } text ? 0
        : double.TryParse(text, CultureInfo.InvariantCulture, out double ratio) && ratio is >= 0 and <= 1 ? ratio
        : throw new LoadFailure($"Invalid {name}: {text}");

    public long Whole(string name, long absent, long min, long max) => Find(name) is not { } text ? absent
        : long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max ? value
        : throw new LoadFailure($"Invalid {name}: {text}. It must be " + (max >= int.MaxValue ? $"equal or greater than {min}" : $"within {min}..{max}" + (name == "timeout" ? " seconds" : "")));
}
