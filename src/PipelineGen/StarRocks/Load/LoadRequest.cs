using System.Buffers;

namespace PipelineGen.StarRocks;

/// <summary>One Stream Load of JSON rows into one table under one label. STARROCKS.md sections 1.3 and 1.8.</summary>
public sealed record LoadRequest
{
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The table. Case matters to StarRocks.</summary>
    public required string Table { get; init; }

    /// <summary>The label, <c>^[-\w]{1,128}$</c>; the same for the same rows, so that a repeat can't load them twice.</summary>
    public required string Label { get; init; }

    /// <summary>The rows.</summary>
    public required LoadBody Body { get; init; }

    /// <summary>The <c>columns</c> header, or <see langword="null"/> to match JSON keys to the table's columns by name.</summary>
    public string? Columns { get; init; }

    /// <summary>Only the columns in <see cref="Columns"/> change (primary-key tables; all key columns must be named). STARROCKS.md 1.11.</summary>
    public bool PartialUpdate { get; init; }

    /// <summary>How long the server may take for the whole load, 1 s to 3 days; <see cref="StarRocksOptions.LoadTimeout"/> when absent.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <exception cref="ArgumentException">The server would refuse the request for its form.</exception>
    internal void Validate()
    {
        if (string.IsNullOrEmpty(Table))
        {
            throw new ArgumentException("A load needs a table name.", nameof(Table));
        }

        ValidateLabel(Label);
        ArgumentNullException.ThrowIfNull(Body);
        if (Body.Length == 0)
        {
            throw new ArgumentException($"Load {Label} into {Table} is empty; StarRocks refuses a load without rows.", nameof(Body));
        }

        if (Columns is not null && Columns.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException($"Load {Label} into {Table}: the columns header must be one line.", nameof(Columns));
        }

        if (PartialUpdate && string.IsNullOrEmpty(Columns))
        {
            throw new ArgumentException($"Load {Label} into {Table}: a partial update must name its columns.", nameof(Columns));
        }
    }

    internal static void ValidateLabel(string label)
    {
        if (string.IsNullOrEmpty(label) || label.Length > 128 || label.AsSpan().ContainsAnyExcept(LabelCharacters))
        {
            throw new ArgumentException($"'{label}' is not a label: 1 to 128 of letters, digits, '_' and '-' are needed.", nameof(label));
        }
    }
}
