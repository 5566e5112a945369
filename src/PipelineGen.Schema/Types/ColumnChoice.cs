using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>What the user decided about one column, and what the column is.</summary>
public sealed record ColumnChoice
{
    public static ColumnChoice None { get; } = new();

    /// <summary>The StarRocks type that the user wrote, or null for the contract's.</summary>
    public string? StarRocksType { get; init; }

    public OutsidePolicy Policy { get; init; }

    /// <summary>Takes the padding off char(n).</summary>
    public bool Trim { get; init; }

    /// <summary>Part of the StarRocks primary key.</summary>
    public bool IsKey { get; init; }

    /// <summary>Choices of the class and of the project, the nearest first.</summary>
    public ContractDefaults Defaults { get; init; } = ContractDefaults.None;
}

/// <summary>What a class and a project choose for all columns, or for all of one type; the nearest first (TYPES.md, rule 3).</summary>
/// <param name="TargetMajorVersion">The oldest StarRocks that the DDL is for; from 4 on DECIMAL has 76 digits (STARROCKS.md 4).</param>
public sealed record ContractDefaults(EquatableArray<TypeDefault> Types, int TargetMajorVersion)
{
    /// <summary>The oldest version that the client speaks to.</summary>
    public const int OldestTarget = 3;

    public static ContractDefaults None { get; } = new(default, OldestTarget);

    /// <summary>The nearest policy for a type that is not <see cref="OutsidePolicy.Default"/>.</summary>
    public OutsidePolicy PolicyOf(TypeReference type)
    {
        foreach (TypeDefault choice in Types)
        {
            if (choice.Policy != OutsidePolicy.Default && choice.Covers(type))
                return choice.Policy;
        }

        return OutsidePolicy.Default;
    }

    /// <summary>The nearest StarRocks type for a type, or null.</summary>
    public string? StarRocksTypeOf(TypeReference type)
    {
        // A numeric that says its digits has a type of its own; the default is for those that leave it open.
        if (type.IsBuiltIn && type.Name.Name == "numeric" && TypeResolver.IsDecided(type))
            return null;
        foreach (TypeDefault choice in Types)
        {
            if (choice.StarRocksType is not null && choice.Covers(type))
                return choice.StarRocksType;
        }

        return null;
    }
}

/// <summary>One choice of a class or project.</summary>
/// <param name="PostgresType">As the catalog file names it, without modifiers: <c>numeric</c>, <c>public.citext</c>; null for all types.</param>
public sealed record TypeDefault(string? PostgresType, string? StarRocksType, OutsidePolicy Policy)
{
    /// <summary>Of an array the elements are of the type; its shape is not.</summary>
    internal bool Covers(TypeReference type) =>
        PostgresType is null || (!type.IsArray && PostgresType == (type.IsBuiltIn ? type.Name.Name : CatalogFormat.WriteName(type.Name)));
}
