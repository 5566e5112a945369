namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>How many broken messages a server has answered or hung up on, by kind.</summary>
internal sealed class MutationCount
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Total { get; private set; }

    public void Add(string kind)
    {
        lock (_counts)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            Total++;
        }
    }

    public int this[string kind]
    {
        get
        {
            lock (_counts)
                return _counts.GetValueOrDefault(kind);
        }
    }

    public override string ToString()
    {
        lock (_counts)
            return $"{Total}: {string.Join(", ", _counts.Select(static c => $"{c.Value} {c.Key}"))}";
    }
}
