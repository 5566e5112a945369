using PipelineGen.Schema;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Model;

/// <summary>Everything that a row type's generated file says, decided. Emit only prints it.</summary>
internal sealed record RowModel
{
    public required TypeIdentity Type { get; init; }

    /// <summary>The catalog file as the DDL's first line names it: <c>catalog/public.orders.pgcatalog</c>.</summary>
    public required string CatalogFile { get; init; }

    public required string Schema { get; init; }

    public required string Table { get; init; }

    /// <summary>Schema and table, for messages.</summary>
    public string FullTableName => $"{Schema}.{Table}";

    public required string TargetTable { get; init; }

    public required bool IsPartitioned { get; init; }

    public required bool IsAppendOnly { get; init; }

    /// <summary>The carried columns, in attnum order: the order of a tuple's slots.</summary>
    public required EquatableArray<ColumnModel> Columns { get; init; }

    /// <summary>Indexes into <see cref="Columns"/>, in key order; none for an append table.</summary>
    public required EquatableArray<int> Key { get; init; }

    public required EquatableArray<string> IgnoredColumns { get; init; }

    public required string Ddl { get; init; }

    /// <summary>The enums and composites that the columns are made of; what a composite needs stands before it.</summary>
    public required EquatableArray<UserTypeModel> UserTypes { get; init; }
}

/// <summary>One carried column.</summary>
internal sealed record ColumnModel
{
    public required string Name { get; init; }

    public required string TargetName { get; init; }

    public required string LoadName { get; init; }

    public required string? LoadExpression { get; init; }

    /// <summary>How the value is carried, with all its parts.</summary>
    public required TypeMapping Mapping { get; init; }

    public string StarRocksType => Mapping.StarRocksType;

    public required bool IsKey { get; init; }

    /// <summary>Of the StarRocks column and the property: a policy may make NULL of values where Postgres has none.</summary>
    public required bool NotNull { get; init; }

    public required string? Comment { get; init; }

    /// <summary>The codec's C# type: <c>global::PipelineGen.Rows.Int8Codec</c>.</summary>
    public required string Codec { get; init; }

    public required PropertyModel Property { get; init; }
}

/// <summary>The property of a column.</summary>
/// <param name="Name">Unescaped; never a keyword, since it is in PascalCase or the user's.</param>
/// <param name="ValueType">Without the '?' of nullability.</param>
/// <param name="IsReference">Whether <paramref name="ValueType"/> is a reference type.</param>
/// <param name="IsNullable">Whether the property is <c>ValueType?</c>.</param>
/// <param name="Declaration">The user's declaration that is implemented, or null.</param>
/// <param name="Backing">The private property that holds a declared one's value; empty where none is needed.</param>
internal sealed record PropertyModel(
    string Name, string ValueType, bool IsReference, bool IsNullable, DeclaredProperty? Declaration = null, string Backing = "")
{
    public string Type => IsNullable ? ValueType + "?" : ValueType;
}
