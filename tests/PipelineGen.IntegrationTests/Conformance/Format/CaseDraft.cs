namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>A case while its lines are read, or what a file says for all of its cases.</summary>
internal sealed class CaseDraft
{
    private readonly List<(int Line, IReadOnlyList<string> Values)> _rows = [];

    public string Name { get; private init; } = "";
    public int Line { get; private init; }
    public string? Section { get; set; }
    public IReadOnlyList<string> Versions { get; set; } = CaseFileParser.AllVersions;
    public CaseTarget Where { get; set; }
    public bool IsInferred { get; set; }
    public bool IsRefusedByStandIn { get; set; }
    public IReadOnlyList<string>? Columns { get; set; }
    public List<CaseStep> Steps { get; } = [];

    /// <summary>What a content line belongs to: the last step, or null for the <c>each</c> table.</summary>
    public CaseStep? Last => Steps.Count > 0 ? Steps[^1] : null;

    public CaseDraft ForCase(string name, int line) =>
        new() { Name = name, Line = line, Section = Section, Versions = Versions, Where = Where, IsInferred = IsInferred };

    public void AddRow(IReadOnlyList<string> values, int line)
    {
        if (Columns is null || values.Count != Columns.Count)
            throw new FormatException($"a row of 'each' has {Columns?.Count ?? 0} values here, not {values.Count}");
        _rows.Add((line, values));
    }

    public string? Problem =>
        Section is null ? $"case {Name} cites no section" :
        Steps.Count == 0 ? $"case {Name} has no step" :
        Columns is not null && _rows.Count == 0 ? $"case {Name} has an empty 'each'" : null;

    public IEnumerable<ConformanceCase> Build(string file)
    {
        if (Columns is null)
        {
            yield return new ConformanceCase(Name, Section!, Versions, Where, IsInferred, IsRefusedByStandIn, file, Line, new Dictionary<string, string>(StringComparer.Ordinal), Steps);
            yield break;
        }

        foreach ((int line, IReadOnlyList<string> values) in _rows)
        {
            var named = Columns.Zip(values).ToDictionary(static p => p.First, static p => p.Second, StringComparer.Ordinal);
            yield return new ConformanceCase($"{Name}({string.Join(", ", values)})", Section!, Versions, Where, IsInferred, IsRefusedByStandIn, file, line, named, Steps);
        }
    }
}
