namespace PipelineGen.Schema.Catalog;

/// <summary>A Postgres name with its schema. Names are kept as the server has them: case-sensitive, unquoted.</summary>
public sealed record QualifiedName(string Schema, string Name)
{
    /// <summary>The schema of the built-in types, left out where a type is written.</summary>
    public const string BuiltIn = "pg_catalog";

    public override string ToString() => $"{Schema}.{Name}";
}

/// <summary>
/// A column's or attribute's type as declared: name, decoded modifiers and array mark.
/// <c>numeric(10,2)</c> is pg_catalog.numeric with modifiers 10 and 2; <c>int4[]</c> is pg_catalog.int4 with
/// <see cref="IsArray"/>. Postgres does not record the number of an array's dimensions.
/// </summary>
/// <param name="Name">The (element) type's internal name: int4, numeric, bpchar, timestamptz, or a user type.</param>
/// <param name="Modifiers">Decoded, not the raw atttypmod; empty when none was given.</param>
/// <param name="IsArray">Whether it is an array of <paramref name="Name"/>.</param>
public sealed record TypeReference(QualifiedName Name, EquatableArray<int> Modifiers, bool IsArray)
{
    public bool IsBuiltIn => Name.Schema == QualifiedName.BuiltIn;

    /// <summary>The element's type of an array; the type itself otherwise.</summary>
    public TypeReference Element => IsArray ? this with { IsArray = false } : this;
}

public enum IdentityKind { None, Always, ByDefault }

public enum GeneratedKind { None, Stored, Virtual }

/// <summary>TOAST strategy, pg_attribute.attstorage. Only columns that are not Plain can arrive as 'unchanged TOAST'.</summary>
public enum StorageKind { Plain, External, Main, Extended }

public enum TableKind { Table, PartitionedTable, Partition, ForeignTable, MaterializedView }

public enum ReplicaIdentityKind { Default, Nothing, Full, Index }

/// <summary>One column; columns stand in attnum order, dropped ones left out.</summary>
/// <param name="Default">The default's SQL text, as pg_get_expr prints it; for a generated column its expression.</param>
public sealed record CatalogColumn(
    string Name,
    TypeReference Type,
    bool NotNull,
    string? Default = null,
    IdentityKind Identity = IdentityKind.None,
    GeneratedKind Generated = GeneratedKind.None,
    StorageKind Storage = StorageKind.Plain,
    string? Comment = null);

/// <summary>A unique index that is valid, immediate, not partial and over plain columns; so is the primary key.</summary>
public sealed record CatalogIndex(string Name, EquatableArray<string> Columns);

/// <summary>What changes carry of the old row. <paramref name="Index"/> is set for <see cref="ReplicaIdentityKind.Index"/> only.</summary>
public sealed record ReplicaIdentity(ReplicaIdentityKind Kind, string? Index = null);

/// <summary>A table as pg_class, pg_attribute and pg_index describe it.</summary>
/// <param name="Root">For a partition: the topmost partitioned table; else null.</param>
public sealed record CatalogTable(
    QualifiedName Name,
    TableKind Kind,
    EquatableArray<CatalogColumn> Columns,
    CatalogIndex? PrimaryKey,
    EquatableArray<CatalogIndex> UniqueIndexes,
    ReplicaIdentity ReplicaIdentity,
    QualifiedName? Root = null,
    string? Comment = null);

/// <summary>An enum type; labels in enumsortorder.</summary>
public sealed record CatalogEnum(QualifiedName Name, EquatableArray<string> Labels);

/// <summary>A domain over <paramref name="BaseType"/>, with its checks as SQL texts.</summary>
public sealed record CatalogDomain(QualifiedName Name, TypeReference BaseType, bool NotNull, EquatableArray<string> Checks);

public sealed record CompositeAttribute(string Name, TypeReference Type);

public sealed record CatalogComposite(QualifiedName Name, EquatableArray<CompositeAttribute> Attributes);

/// <summary>
/// A range type that a user made, with the multirange that Postgres made for it. The built-in ones are known and not
/// written. A subtype has no modifiers: pg_range keeps none.
/// </summary>
/// <param name="Subtype">What the bounds are, pg_range.rngsubtype.</param>
/// <param name="Multirange">Its multirange's type, pg_range.rngmultitypid; it may be in another schema.</param>
public sealed record CatalogRange(QualifiedName Name, TypeReference Subtype, QualifiedName Multirange);

/// <summary>
/// A base type outside of pg_catalog and who brought it: a user's own type named <c>vector</c> is not pgvector's.
/// </summary>
/// <param name="Extension">The extension that owns the type (pg_depend.deptype 'e'); null for a type that none owns.</param>
public sealed record CatalogExtensionType(QualifiedName Name, string? Extension);

/// <summary>
/// What of a server bears on how values are read: major version, encoding and the fraction digits of <c>money</c>
/// under its lc_monetary. Nothing that differs between two servers of one schema.
/// </summary>
public sealed record CatalogServer(int MajorVersion, string Encoding, int MoneyFractionDigits);

/// <summary>One <c>.pgcatalog</c> file: a table and the user types that it uses, each sorted by name.</summary>
/// <param name="Ranges">Also of a column that is the multirange alone.</param>
/// <param name="ExtensionTypes">Every base type outside of pg_catalog; a file from before they were recorded has none.</param>
public sealed record CatalogFile(
    CatalogServer Server,
    CatalogTable Table,
    EquatableArray<CatalogEnum> Enums,
    EquatableArray<CatalogDomain> Domains,
    EquatableArray<CatalogComposite> Composites,
    EquatableArray<CatalogRange> Ranges = default,
    EquatableArray<CatalogExtensionType> ExtensionTypes = default);
