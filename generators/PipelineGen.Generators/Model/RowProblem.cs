using PipelineGen.Schema;

namespace PipelineGen.Generators.Model;

/// <summary>What in the row type's source a problem is about; the parser knows where that stands.</summary>
internal abstract record ProblemPlace
{
    /// <summary>The type's name.</summary>
    internal sealed record TypeName : ProblemPlace;

    /// <summary>The attribute that makes the type a row type.</summary>
    internal sealed record TableAttribute : ProblemPlace;

    internal sealed record TargetAttribute : ProblemPlace;

    /// <summary>A [Column] attribute on the type, by its index there.</summary>
    internal sealed record ColumnAttribute(int Index) : ProblemPlace;

    /// <summary>A [ColumnDefaults] attribute, by its index among them.</summary>
    internal sealed record DefaultsAttribute(int Index) : ProblemPlace;

    internal sealed record Property(string Name) : ProblemPlace;
}

/// <summary>One diagnostic without its location, so that it can be compared with the one of the run before.</summary>
/// <param name="Id">PGEN0001 and so on; the descriptor has the severity and the message's frame.</param>
internal sealed record RowProblem(string Id, ProblemPlace Place, EquatableArray<string> Arguments)
{
    /// <summary>What a code fix has to know; the diagnostic's properties.</summary>
    public EquatableArray<ProblemFact> Facts { get; init; }
}

/// <param name="Name">One of <see cref="PipelineGen.Generators.Diagnostics.ProblemFacts"/>.</param>
internal sealed record ProblemFact(string Name, string Value);
