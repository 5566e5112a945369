using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>
/// The headers that say how a body is to be read: the same on every load call of a transaction (STARROCKS.md, 2.3), and kept
/// with its bodies, so that they are read the same way after a restart. Never more than these: no credentials.
/// </summary>
internal sealed class LoadParameters
{
    // The first ones are compared, the last ones not: BE transaction_stream_load.cpp, _parse_request.
    private static readonly string[] Compared =
    [
        "format", "columns", "where", "column_separator", "row_delimiter", "enclose", "escape", "skip_header", "trim_space",
        "strip_outer_array", "jsonpaths", "json_root", "envelope", "strict_mode", "timezone", "partial_update", "partial_update_mode",
        "merge_condition", "partitions", "temporary_partitions", "load_mem_limit", "transmission_compression_type", "load_dop",
        "compression", "Content-Encoding", "negative", "warehouse",
    ];

    private static readonly string[] Others = ["max_filter_ratio", "ignore_json_size", "exec_mem_limit", "log_rejected_record_num"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private LoadParameters()
    {
    }

    public static LoadParameters Read(IHeaderDictionary headers)
    {
        var parameters = new LoadParameters();
        foreach (string name in Compared.Concat(Others))
        {
            if (headers.TryGetValue(name, out StringValues values) && values.Count > 0 && values[0] is { Length: > 0 } value)
            {
                parameters._values[name] = value;
            }
        }

        return parameters;
    }

    public static LoadParameters Parse(string json)
    {
        var parameters = new LoadParameters();
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            parameters._values[property.Name] = property.Value.GetString()!;
        }

        return parameters;
    }

    /// <summary>JSON bodies are documents of their own, one or more a call; CSV pieces are one text.</summary>
    public bool IsJson => string.Equals(_values.GetValueOrDefault("format"), "json", StringComparison.OrdinalIgnoreCase);

    public bool SameAs(LoadParameters other) => Compared.All(n => _values.GetValueOrDefault(n) == other._values.GetValueOrDefault(n));

    /// <exception cref="LoadFailure">A header that StarRocks, or the stand-in, refuses.</exception>
    public LoadHeaders Headers(string label)
    {
        var headers = new HeaderDictionary();
        foreach ((string name, string value) in _values)
        {
            headers[name] = value;
        }

        return LoadHeaders.Read(headers, label);
    }

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in _values)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
