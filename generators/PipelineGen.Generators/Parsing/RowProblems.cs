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

    public void Add(string id, ProblemPlace place, params string[] arguments) => Add(id, place, [], arguments);

    /// <param name="facts">What a code fix has to know.</param>
    public void Add(string id, ProblemPlace place, ProblemFact[] facts, string[] arguments)
    {
        _found.Add(new RowProblem(id, place, arguments.ToEquatableArray()) { Facts = facts.ToEquatableArray() });
        HasErrors |= ProblemDescriptors.ById[id].DefaultSeverity == DiagnosticSeverity.Error;
    }

    public EquatableArray<RowProblem> ToEquatableArray() => _found.ToEquatableArray();
}
