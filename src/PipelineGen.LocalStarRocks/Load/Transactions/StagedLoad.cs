namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>What one transaction is to load into one table: the bodies of its load calls, in call order.</summary>
internal sealed class StagedLoad(string table, long tableId, LoadParameters parameters) : IDisposable
{
    private readonly BodySpool _spool = new();
    private readonly List<int> _ends = [];

    public string Table { get; } = table;
    public long TableId { get; } = tableId;
    public LoadParameters Parameters { get; } = parameters;
    public long Bytes => _spool.Length;
    public IReadOnlyList<int> Ends => _ends;

    public void Add(ReadOnlySpan<byte> body)
    {
        _spool.Append(body);
        _ends.Add((int)_spool.Length);
    }

    public byte[] AllBytes() => _spool.ToArray();

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

    public void Dispose() => _spool.Dispose();
}
