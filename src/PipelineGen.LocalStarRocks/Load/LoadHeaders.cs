using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>A load that ends with Status "Fail" and this message.</summary>
internal sealed class LoadFailure(string message) : Exception(message)
{
    public static LoadFailure NotInStandIn(string what) =>
        new($"PipelineGen LocalStarRocks (a stand-in, not StarRocks) does not take {what} yet");
}

/// <summary>The headers of a Stream Load (STARROCKS.md, 1.3).</summary>
internal sealed record LoadHeaders
{
    // Known to StarRocks; refused rather than ignored, since ignoring one would load other rows than the client asked for.
    private static readonly string[] NotTaken =
    [
        "where", "json_root", "envelope", "merge_condition", "partitions", "temporary_partitions", "compression",
        "Content-Encoding", "enable_merge_commit", "negative", "column_separator", "row_delimiter", "enclose", "escape", "skip_header",
    ];

    public string Label { get; init; } = "";
    public string? Columns { get; init; }
    public string? JsonPaths { get; init; }
    public bool StripOuterArray { get; init; }
    public bool IgnoreJsonSize { get; init; }
    public bool StrictMode { get; init; }
    public bool PartialUpdate { get; init; }
    public double MaxFilterRatio { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <exception cref="LoadFailure">A header that StarRocks, or the stand-in, refuses.</exception>
    public static LoadHeaders Read(IHeaderDictionary headers, string label)
    {
        string format = Text(headers, "format")?.ToLowerInvariant() ?? "csv";
        if (format is "csv" or "gzip" or "bzip2" or "lz4" or "deflate" or "zstd")
        {
            throw LoadFailure.NotInStandIn($"format {format}; send format: json");
        }

        if (format != "json")
        {
            throw new LoadFailure($"unknown data format, format={format}");
        }

        foreach (string name in NotTaken)
        {
            if (Text(headers, name) is { Length: > 0 } value && !(name is "enable_merge_commit" or "negative" && value == "false"))
            {
                throw LoadFailure.NotInStandIn($"the header {name}");
            }
        }

        string mode = Text(headers, "partial_update_mode") ?? "row";
        if (mode is not ("row" or "auto"))
        {
            throw LoadFailure.NotInStandIn($"partial_update_mode {mode}");
        }

        return new LoadHeaders
        {
            Label = label,
            Columns = Text(headers, "columns"),
            JsonPaths = Text(headers, "jsonpaths"),
            StripOuterArray = Flag(headers, "strip_outer_array"),
            IgnoreJsonSize = Flag(headers, "ignore_json_size"),
            StrictMode = Flag(headers, "strict_mode"),
            PartialUpdate = Flag(headers, "partial_update"),
            MaxFilterRatio = Ratio(Text(headers, "max_filter_ratio")),
            Timeout = TimeSpan.FromSeconds(Seconds(Text(headers, "timeout"))),
        };
    }

    /// <summary>The label header, or one that the BE makes.</summary>
    public static string LabelOf(IHeaderDictionary headers)
    {
        string label = Text(headers, "label") ?? Guid.NewGuid().ToString();
        return Identifiers.Label().IsMatch(label)
            ? label
            : throw new LoadFailure($"Label format error. regex: ^[-\\w]{{1,128}}$, label: {label}");
    }

    private static string? Text(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out StringValues values) && values.Count > 0 ? values[0] : null;

    private static bool Flag(IHeaderDictionary headers, string name) => Text(headers, name)?.ToLowerInvariant() switch
    {
        null or "" or "false" => false,
        "true" => true,
        _ => throw new LoadFailure($"Invalid {name} format. Must be bool type"),
    };

    private static double Ratio(string? text) =>
        text is null ? 0
        : double.TryParse(text, CultureInfo.InvariantCulture, out double ratio) && ratio is >= 0 and <= 1 ? ratio
        : throw new LoadFailure($"Invalid max_filter_ratio: {text}");

    private static int Seconds(string? text) =>
        text is null ? 600
        : int.TryParse(text, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= 259_200 ? seconds
        : throw new LoadFailure($"Invalid timeout: {text}. It must be within 1..259200 seconds");
}
