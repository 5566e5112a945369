using FsCheck;
using FsCheck.Fluent;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Tests.Catalog;

/// <summary>Random catalog files that a server could have: sorted, distinct names, keys over existing columns.</summary>
internal static class CatalogFileGenerator
{
    private static readonly Gen<char> NameChar = Gen.Frequency(
        (8, Gen.Elements("abcdefghijklmnopqrstuvwxyz_0123456789$".ToCharArray())),
        (2, Gen.Elements("ABZ .,\"'\\()[]=%/<>:*?|é漢\t\n\r\u0001\u007f\u0085\u00a0\u2028\u202e\ufeff".ToCharArray())));

    private static readonly Gen<string> AnyText = Gen.OneOf(
        ArbMap.Default.GeneratorFor<UnicodeString>().Select(s => s.Get ?? ""),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get),
        Gen.Elements("", "free text\nsecond line", "'new'::order_status", "\ud800 lone", "end", "😀 \\u{1f600}", "\U000E0041"));

    public static readonly Gen<string> Name = Gen.Choose(1, 12).SelectMany(length => NameChar.ArrayOf(length)).Select(c => new string(c));

    public static readonly Gen<QualifiedName> UserName =
        from schema in Gen.Frequency((3, Gen.Constant("public")), (1, Name.Where(n => n != QualifiedName.BuiltIn)))
        from name in Name
        select new QualifiedName(schema, name);

    public static readonly Gen<TypeReference> Type =
        from name in Gen.OneOf(
            Gen.Elements("int4", "numeric", "bpchar", "timestamptz", "char", "text").Select(n => new QualifiedName(QualifiedName.BuiltIn, n)),
            UserName)
        from modifiers in Gen.Choose(-1000, 100000).ArrayOf().Resize(2)
        from isArray in Gen.Elements(false, true)
        select new TypeReference(name, modifiers.ToEquatableArray(), isArray);

    private static readonly Gen<CatalogColumn> Column =
        from name in Name
        from type in Type
        from notNull in Gen.Elements(false, true)
        from value in AnyText.OrNull()
        from identity in Gen.Elements(Enum.GetValues<IdentityKind>())
        from generated in Gen.Elements(Enum.GetValues<GeneratedKind>())
        from storage in Gen.Elements(Enum.GetValues<StorageKind>())
        from comment in AnyText.OrNull()
        select new CatalogColumn(name, type, notNull, value, identity, generated, storage, comment);

    /// <summary>Small files: the parts are arrays in arrays, and what breaks a format is seldom size.</summary>
    public static Gen<CatalogFile> File => AnyFile.ScaleSize(size => Math.Min(size, 6));

    private static readonly Gen<CatalogFile> AnyFile =
        from table in Table()
        from server in Server()
        from typeNames in UserName.ArrayOf().Select(names => names.Distinct().ToArray())
        from kinds in Gen.Choose(0, 4).ArrayOf(typeNames.Length)
        from labels in AnyText.ArrayOf().Select(l => l.Distinct().ToEquatableArray()).ArrayOf(typeNames.Length)
        from baseTypes in Type.ArrayOf(typeNames.Length)
        from notNull in Gen.Elements(false, true).ArrayOf(typeNames.Length)
        from attributes in Attributes().ArrayOf(typeNames.Length)
        from extensions in Name.OrNull().ArrayOf(typeNames.Length)
        let types = Enumerable.Range(0, typeNames.Length).OrderBy(i => typeNames[i].Schema, StringComparer.Ordinal)
            .ThenBy(i => typeNames[i].Name, StringComparer.Ordinal).ToArray()
        select new CatalogFile(
            server,
            table,
            types.Where(i => kinds[i] == 0).Select(i => new CatalogEnum(typeNames[i], labels[i])).ToEquatableArray(),
            types.Where(i => kinds[i] == 1).Select(i => new CatalogDomain(
                typeNames[i], baseTypes[i], notNull[i], labels[i].Order(StringComparer.Ordinal).ToEquatableArray())).ToEquatableArray(),
            types.Where(i => kinds[i] == 2).Select(i => new CatalogComposite(typeNames[i], attributes[i])).ToEquatableArray(),
            // A multirange has a name of its own: no other type of the file has a NUL in its.
            types.Where(i => kinds[i] == 3).Select(i => new CatalogRange(
                typeNames[i], baseTypes[i], typeNames[i] with { Name = typeNames[i].Name + "\0s" })).ToEquatableArray(),
            types.Where(i => kinds[i] == 4).Select(i => new CatalogExtensionType(typeNames[i], extensions[i])).ToEquatableArray());

    private static Gen<CatalogServer> Server() =>
        from version in Gen.Choose(14, 18)
        from encoding in Gen.Elements("UTF8", "SQL_ASCII", "LATIN1", "odd encoding")
        from digits in Gen.Choose(0, 3)
        select new CatalogServer(version, encoding, digits);

    private static Gen<EquatableArray<CompositeAttribute>> Attributes() =>
        (from name in Name
         from type in Type
         select new CompositeAttribute(name, type)).ArrayOf().Select(a => a.DistinctBy(x => x.Name).ToEquatableArray());

    private static Gen<CatalogTable> Table() =>
        from name in UserName
        from kind in Gen.Elements(Enum.GetValues<TableKind>())
        from root in UserName
        from columns in Column.ArrayOf().Select(c => c.DistinctBy(x => x.Name).ToArray())
        from indexes in Indexes(columns)
        from hasKey in Gen.Elements(false, true)
        from identity in Gen.Elements(Enum.GetValues<ReplicaIdentityKind>())
        from comment in AnyText.OrNull()
        let key = hasKey ? indexes.FirstOrDefault() : null
        let identityKind = identity == ReplicaIdentityKind.Index && indexes.Length == 0 ? ReplicaIdentityKind.Full : identity
        select new CatalogTable(
            name,
            kind,
            columns.ToEquatableArray(),
            key,
            indexes.Where(i => i != key).OrderBy(i => i.Name, StringComparer.Ordinal).ToEquatableArray(),
            new ReplicaIdentity(identityKind, identityKind == ReplicaIdentityKind.Index ? indexes[0].Name : null),
            kind == TableKind.Partition ? root : null,
            comment);

    private static Gen<CatalogIndex[]> Indexes(CatalogColumn[] columns) => columns.Length == 0
        ? Gen.Constant(Array.Empty<CatalogIndex>())
        : (from name in Name
           from keys in Gen.Elements(columns).NonEmptyListOf()
           select new CatalogIndex(name, keys.Select(k => k.Name).ToEquatableArray()))
            .ArrayOf().Resize(3).Select(i => i.DistinctBy(x => x.Name).ToArray());
}
