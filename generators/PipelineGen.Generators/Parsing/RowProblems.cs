using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using Microsoft.CodeAnalysis;

namespace PipelineGen.Generators.Parsing;

/// <summary>What was found wrong with one row type.</summary>
internal sealed class RowProblems
{
    private readonly List<RowProblem> _found = [];

    public bool HasErrors { get; private set; }

    public void Add(string id, ProblemPlace place, params string[] arguments)
    {
        _found.Add(new RowProblem(id, place, arguments.ToEquatableArray()));
        HasErrors |= ProblemDescriptors.ById[id].DefaultSeverity == DiagnosticSeverity.Error;
    }

    public EquatableArray<RowProblem> ToEquatableArray() => _found.ToEquatableArray();
}
