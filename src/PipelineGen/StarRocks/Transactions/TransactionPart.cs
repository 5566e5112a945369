namespace PipelineGen.StarRocks;

/// <summary>
/// Rows for one table of a transaction. Within a table rows of later parts win over earlier ones; columns and kind of update
/// must be the same in all its parts. STARROCKS.md section 2.3.
/// </summary>
public sealed record TransactionPart
{
    /// <summary>The table. Case matters to StarRocks.</summary>
    public required string Table { get; init; }

    /// <summary>The rows, JSON. A body that can't be replayed is enough: a part that has begun is never sent twice.</summary>
    public required LoadBody Body { get; init; }

    /// <summary>The <c>columns</c> header, or <see langword="null"/> to match JSON keys to the table's columns by name.</summary>
    public string? Columns { get; init; }

    /// <summary>Only the columns in <see cref="Columns"/> change (primary-key tables; all key columns must be named). STARROCKS.md 1.11.</summary>
    public bool PartialUpdate { get; init; }

    /// <exception cref="ArgumentException">The server would refuse the part for its form.</exception>
    internal void Validate(string label)
    {
        ValidateTable(Table);
        new LoadRequest { Table = Table, Label = label, Body = Body, Columns = Columns, PartialUpdate = PartialUpdate }.Validate();
    }

    internal static void ValidateTable(string table)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        if (table.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException("The transaction interface takes table names in headers, which hold one line.", nameof(table));
        }
    }
}
