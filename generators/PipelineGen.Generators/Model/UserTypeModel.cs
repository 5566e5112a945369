using PipelineGen.Schema;

namespace PipelineGen.Generators.Model;

/// <summary>A C# type for a Postgres type that a user made; one a namespace, however many tables use it.</summary>
/// <param name="PostgresName">As the catalog file writes it.</param>
internal abstract record UserTypeModel(string Namespace, string Name, string PostgresName)
{
    public string FullName => Namespace.Length == 0 ? $"global::{Name}" : $"global::{Namespace}.{Name}";

    /// <summary>With its kind: the compiler's names of generated files ignore letter case, and a row type may differ in that alone.</summary>
    public string HintName => FullName.Replace("global::", "").Replace("@", "") + (this is EnumModel ? ".enum.g.cs" : ".composite.g.cs");

    /// <summary>The struct that reads and writes it; each row type's file has its own.</summary>
    public string Codec => Name + "Codec";
}

/// <summary>A Postgres enum as C# enum.</summary>
internal sealed record EnumModel(string Namespace, string Name, string PostgresName, EquatableArray<EnumMember> Members)
    : UserTypeModel(Namespace, Name, PostgresName);

/// <summary>One label and the member that stands for it.</summary>
internal sealed record EnumMember(string Label, string Name);

/// <summary>A Postgres composite type as record struct.</summary>
internal sealed record CompositeModel(string Namespace, string Name, string PostgresName, EquatableArray<CompositeField> Fields)
    : UserTypeModel(Namespace, Name, PostgresName);

/// <summary>One attribute of a composite; it can always be NULL.</summary>
/// <param name="Name">The attribute, which is the field of the STRUCT too.</param>
/// <param name="ValueType">The property's C# type without '?'.</param>
/// <param name="Codec">The codec's C# type.</param>
internal sealed record CompositeField(string Name, string Property, string PostgresType, string ValueType, bool IsReference, string Codec);
