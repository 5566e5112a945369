using PipelineGen.Schema;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Model;

/// <summary>A row type as its source says it, before any catalog is seen. Values only: no symbols, no locations.</summary>
internal sealed record RowDeclaration
{
    public required TypeIdentity Type { get; init; }

    public required bool IsPartial { get; init; }

    /// <summary>Why the type can't be a row type, or null.</summary>
    public required string? ShapeProblem { get; init; }

    /// <summary>The compilation's C# version where it is too old for generated code, else null.</summary>
    public required string? OldLanguageVersion { get; init; }

    /// <summary>The argument of [PostgresTable], as written.</summary>
    public required string Table { get; init; }

    public required TargetOptions Target { get; init; }

    /// <summary>[ColumnDefaults] attributes, in source order.</summary>
    public required EquatableArray<DefaultsOptions> Defaults { get; init; }

    /// <summary>[Column] attributes on the type, in source order.</summary>
    public required EquatableArray<ColumnOptions> Columns { get; init; }

    /// <summary>Partial properties that the user declared, in source order.</summary>
    public required EquatableArray<DeclaredProperty> Properties { get; init; }

    /// <summary>Names of all other members of the type; a generated property can't have one of them.</summary>
    public required EquatableArray<string> OtherMembers { get; init; }
}

/// <summary>A type's place and name, as source text writes them.</summary>
/// <param name="Namespace">Dotted and escaped; empty for the global one.</param>
/// <param name="Containers">Enclosing types from the outside in, each as <c>class Outer</c>.</param>
/// <param name="Keyword">class, record, struct or record struct.</param>
/// <param name="FullName">With <c>global::</c>.</param>
internal sealed record TypeIdentity(
    string Namespace,
    EquatableArray<string> Containers,
    string Keyword,
    string Name,
    string FullName)
{
    public bool IsStruct => Keyword is "struct" or "record struct";

    public bool IsRecord => Keyword is "record" or "record struct";

    /// <summary>The generated file's name; a dot between the parts, no file system's reserved letters.</summary>
    public string HintName => FullName.Replace("global::", "").Replace("@", "") + ".g.cs";
}

/// <summary>[StarRocksTable], or its defaults.</summary>
internal sealed record TargetOptions(
    string? Name,
    EquatableArray<string> Key,
    string? OrderBy,
    int Buckets,
    EquatableArray<string> Properties,
    bool IsAppendOnly)
{
    public static TargetOptions Default { get; } = new(null, default, null, 0, default, false);
}

/// <summary>One [Column] attribute.</summary>
/// <param name="Index">Its place among the attributes of the type; -1 on a property.</param>
internal sealed record ColumnOptions(string Name, bool Ignore, string? StarRocksType, string? TargetName, int Index)
{
    public OutsidePolicy Policy { get; init; }

    public bool Trim { get; init; }
}

/// <summary>One [ColumnDefaults] attribute.</summary>
/// <param name="PostgresType">Null for all types.</param>
/// <param name="Index">Its place among the [ColumnDefaults] attributes of the type.</param>
internal sealed record DefaultsOptions(string? PostgresType, string? StarRocksType, OutsidePolicy Policy, int Index);

/// <summary>A partial property that the user declared and the generator implements.</summary>
/// <param name="Modifiers">What the implementing part must repeat, such as <c>public</c>; without <c>partial</c>.</param>
/// <param name="Type">Fully qualified, with '?' where nullable.</param>
/// <param name="IsOblivious">Whether the type is a reference type without nullable annotations (<c>#nullable disable</c>).</param>
/// <param name="Setter">The second accessor as written (<c>init</c>, <c>private set</c>), or null.</param>
/// <param name="Column">Its [Column] attribute, or null where the name decides.</param>
internal sealed record DeclaredProperty(
    string Name,
    string Modifiers,
    string Type,
    bool IsOblivious,
    string? Setter,
    ColumnOptions? Column);
