namespace PipelineGen.Generators.Diagnostics;

/// <summary>Names of the diagnostics' properties: what the code fixes, which see no catalog, have to know. Compiled into both assemblies.</summary>
internal static class ProblemFacts
{
    /// <summary>The Postgres column.</summary>
    public const string Column = nameof(Column);

    /// <summary>What can be written in [Column(...)], a line each: the argument, and perhaps what it means.</summary>
    public const string Choices = nameof(Choices);

    /// <summary>There where the column is part of the key: it can't be left out.</summary>
    public const string Key = nameof(Key);

    /// <summary>The argument of [Column] that changes nothing.</summary>
    public const string Argument = nameof(Argument);

    /// <summary>The C# type that a property must have; generated types without their namespace.</summary>
    public const string Type = nameof(Type);
}
