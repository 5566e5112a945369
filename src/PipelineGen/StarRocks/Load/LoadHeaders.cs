using System.Globalization;

namespace PipelineGen.StarRocks;

/// <summary>The headers of a load, plain or within a transaction. STARROCKS.md section 1.3.</summary>
internal static class LoadHeaders
{
    public static List<string> Of(StarRocksOptions options, string label, string? columns, bool partialUpdate, TimeSpan? timeout)
    {
        List<string> headers =
        [
            "label: " + label,
            "format: json",
            "ignore_json_size: true", // above 100 MB the backend refuses otherwise (STARROCKS.md 1.4)
            "max_filter_ratio: 0",
            "strict_mode: " + (options.StrictMode ? "true" : "false"),
            "timeout: " + Seconds(timeout ?? options.LoadTimeout),
        ];
        if (columns is not null)
        {
            headers.Add("columns: " + columns);
        }

        if (partialUpdate)
        {
            headers.Add("partial_update: true");
        }

        if (options.Compression == LoadCompression.Gzip)
        {
            headers.Add("compression: gzip");
        }

        return headers;
    }

    /// <summary>Whole seconds, rounded up.</summary>
    public static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
