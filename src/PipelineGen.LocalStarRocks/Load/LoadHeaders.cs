using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>A load that ends with Status "Fail" and this message.</summary>
internal sealed class LoadFailure(string message) : Exception(message)
{
    public static LoadFailure NotInStandIn(string what) =>
        new($"PipelineGen LocalStarRocks (a stand-in, not StarRocks) does not take {what} yet");
}

/// <summary>How a body is packed.</summary>
internal enum BodyCompression { None, Gzip, Deflate }

/// <summary>
/// The headers of a Stream Load (STARROCKS.md, 1.3). Unknown ones are ignored, as the server does; <c>envelope</c> is one of
/// those, since it came with 4.2 and 3.3 to 4.1 are stood in for.
/// </summary>
internal sealed record LoadHeaders
{
    public string Label { get; init; } = "";

    /// <summary>Null for JSON.</summary>
    public CsvFormat? Csv { get; init; }

    public BodyCompression Compression { get; init; }
    public string? Columns { get; init; }
    public string? Where { get; init; }
    public string? JsonPaths { get; init; }
    public string? JsonRoot { get; init; }
    public bool StripOuterArray { get; init; }

    /// <summary>JSON's 100 MB don't apply: asked for, or the body is CSV.</summary>
    public bool IgnoreJsonSize { get; init; }

    public bool StrictMode { get; init; }
    public bool PartialUpdate { get; init; }

    /// <summary>row, column or auto: the same rows come out of each.</summary>
    public string PartialUpdateMode { get; init; } = "row";

    public string? MergeCondition { get; init; }
    public string? Partitions { get; init; }
    public string? TemporaryPartitions { get; init; }
    public LoadClock Clock { get; init; } = LoadClock.Default;
    public double MaxFilterRatio { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <exception cref="LoadFailure">A header that StarRocks, or the stand-in, refuses.</exception>
    public static LoadHeaders Read(IHeaderDictionary headers, string label)
    {
        var text = new HeaderText(headers);
        string format = text.Find("format")?.ToLowerInvariant() ?? "csv";
        bool json = format == "json";
        RefuseUnkept(text);
        var read = new LoadHeaders
        {
            Label = label,
            Csv = json ? null : CsvFormat.Read(text),
            Compression = json ? BodyDecoder.JsonCompression(text) : BodyDecoder.CsvCompression(format),
            Columns = text.Find("columns"),
            Where = text.Find("where"),
            JsonPaths = text.Find("jsonpaths"),
            JsonRoot = text.Find("json_root"),
            StripOuterArray = text.Flag("strip_outer_array"),
            IgnoreJsonSize = text.Flag("ignore_json_size") || !json,
            StrictMode = text.Flag("strict_mode"),
            PartialUpdate = text.Flag("partial_update"),
            PartialUpdateMode = text.Find("partial_update_mode") ?? "row",
            MergeCondition = text.Find("merge_condition"),
            Partitions = text.Find("partitions"),
            TemporaryPartitions = text.Find("temporary_partitions"),
            Clock = LoadClock.Of(text.Find("timezone")),
            MaxFilterRatio = text.Ratio("max_filter_ratio"),
            Timeout = TimeSpan.FromSeconds(text.Whole("timeout", 600, 1, 259_200)),
        };
        if (read is { Partitions: not null, TemporaryPartitions: not null })
        {
            throw new LoadFailure("Can not specify both partitions and temporary partitions");
        }

        return read;
    }

    /// <summary>The label header, or one that the BE makes.</summary>
    public static string LabelOf(IHeaderDictionary headers)
    {
        string label = new HeaderText(headers).Find("label") ?? Guid.NewGuid().ToString();
        return Identifiers.Label().IsMatch(label)
            ? label
            : throw new LoadFailure($"Label format error. regex: ^[-\\w]{{1,128}}$, label: {label}");
    }

    // Without effect on the rows, but a value that the server refuses is refused; what would change the outcome and isn't built is refused too.
    private static void RefuseUnkept(HeaderText text)
    {
        text.Whole("load_mem_limit", 0, 0, long.MaxValue);
        text.Whole("exec_mem_limit", 1, 1, long.MaxValue);
        text.Whole("load_dop", 1, 1, int.MaxValue);
        if (text.Whole("log_rejected_record_num", 0, -1, long.MaxValue) != 0)
        {
            throw LoadFailure.NotInStandIn("log_rejected_record_num: there is no BE whose disk would keep the rows; the reasons are at ErrorURL");
        }

        foreach (string name in (string[])["enable_merge_commit", "negative"])
        {
            if (text.Flag(name))
            {
                throw LoadFailure.NotInStandIn($"the header {name}");
            }
        }
    }
}
