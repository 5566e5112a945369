namespace PipelineGen.Schema.Types;

/// <summary>What the contract has to say about a column.</summary>
public enum TypeFindingKind
{
    /// <summary>No StarRocks type holds every value, and nothing was chosen.</summary>
    NoFaithfulMapping,

    /// <summary>numeric without precision, with a negative scale, or above 76 digits: a decision is needed.</summary>
    NumericUndecided,

    /// <summary>The chosen StarRocks type can't hold every value of the Postgres type.</summary>
    TargetTooSmall,

    /// <summary>The chosen StarRocks type is no type, or none for this Postgres type.</summary>
    TargetUnsuitable,

    /// <summary>Carried in a way that StarRocks does not let be part of a primary key.</summary>
    KeyIllegal,

    /// <summary>A choice that changes nothing.</summary>
    ChoiceUnused,

    /// <summary>Postgres' texts and bytes can be longer than StarRocks' 1 MiB.</summary>
    LengthLimit,

    /// <summary>StarRocks' JSON keeps numbers as doubles and integers, and one of several equal keys.</summary>
    JsonPrecision,

    /// <summary>A built-in or user-defined type that the contract does not know: text.</summary>
    TypeUnknown,

    /// <summary>A type of an extension that the contract does not know: text.</summary>
    ExtensionTypeUnknown,

    /// <summary>Faithful, in a form that may not be expected.</summary>
    Surprising,
}

public enum TypeFindingSeverity
{
    /// <summary>Good to know; the column is carried.</summary>
    Information,

    /// <summary>Carried, in a way that may surprise.</summary>
    Warning,

    /// <summary>A decision is needed.</summary>
    Decision,
}

/// <summary>One thing that the contract says about a column.</summary>
/// <param name="Message">Names the type and the reason; no full stop.</param>
/// <param name="Choices">What the user can write, each as it stands in the attribute: <c>StarRocksType = "VARCHAR(64)"</c>.</param>
public sealed record TypeFinding(TypeFindingKind Kind, TypeFindingSeverity Severity, string Message, EquatableArray<string> Choices)
{
    internal const string AnotherKey = "another key: [StarRocksTable(Key = [...])]";

    /// <summary>Of <see cref="TypeFindingKind.ChoiceUnused"/>: the argument of [Column(...)] that changes nothing.</summary>
    public string? Argument { get; init; }

    /// <summary>The choices as a sentence for people: <c>Choose A, B or C, in [Column(...)]</c>; empty where there are none.</summary>
    public string Advice => Choices.Count switch
    {
        0 => "",
        1 => Choices[0] == AnotherKey ? $"Choose {AnotherKey}" : $"Choose {Choices[0]} in [Column(...)]",
        _ => $"Choose {string.Join(", ", Choices.Take(Choices.Count - 1))} or {Choices[Choices.Count - 1]}, in [Column(...)]",
    };
}

/// <summary>The contract's answer for one column: a mapping, or what must be decided first; with what is worth knowing.</summary>
public sealed record TypeResolution(TypeMapping? Mapping, EquatableArray<TypeFinding> Findings)
{
    /// <summary>What must be decided before the column can be carried; null where there is a mapping.</summary>
    public TypeFinding? Decision => Findings.FirstOrDefault(static f => f.Severity == TypeFindingSeverity.Decision);
}
