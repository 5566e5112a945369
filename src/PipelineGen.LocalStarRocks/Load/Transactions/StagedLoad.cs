using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>What one transaction is to load into one table: the bodies of its load calls, in call order.</summary>
internal sealed class StagedLoad(TableDefinitionName table, LoadParameters parameters) : IDisposable
{
    private readonly List<int> _ends = [];
    private BodySpool? _spool;
    private ReadOnlyMemory<byte>? _only;
    private LoadHeaders? _headers;

    /// <summary>A plain load: its one body is not copied.</summary>
    public StagedLoad(TableDefinitionName table, LoadParameters parameters, LoadHeaders headers, ReadOnlyMemory<byte> only) : this(table, parameters)
    {
        _headers = headers;
        _only = only;
        _ends.Add(only.Length);
    }

    public string Table => table.Name;
    public long TableId => table.Id;
    public LoadParameters Parameters { get; } = parameters;
    public long Bytes => _only?.Length ?? _spool?.Length ?? 0;
    public IReadOnlyList<int> Ends => _ends;

    public LoadHeaders Headers(string label) => _headers ??= Parameters.Headers(label);

    public void Add(ReadOnlySpan<byte> body)
    {
        _spool ??= new BodySpool();
        _spool.Append(body);
        _ends.Add((int)_spool.Length);
    }

    public ReadOnlyMemory<byte> AllBytes() => _only ?? _spool?.ToArray() ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>The bodies as they are parsed: each call's JSON alone, all CSV pieces as one (STARROCKS.md, 2.3).</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bodies()
    {
        ReadOnlyMemory<byte> all = AllBytes();
        if (!Parameters.IsJson)
        {
            yield return all;
            yield break;
        }

        int start = 0;
        foreach (int end in _ends)
        {
            yield return all[start..end];
            start = end;
        }
    }

    public void Dispose() => _spool?.Dispose();
}

/// <summary>A table by name, and by the id that tells it from one that was dropped and made again.</summary>
internal readonly record struct TableDefinitionName(string Name, long Id)
{
    public static TableDefinitionName Of(TableDefinition table) => new(table.Name, table.Id);
}
