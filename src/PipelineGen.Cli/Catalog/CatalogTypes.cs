using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using static PipelineGen.Cli.Catalog.CatalogQueries;

namespace PipelineGen.Cli.Catalog;

/// <summary>The types that introspection found, by OID, and from them a column's type and a file's definitions.</summary>
internal sealed class CatalogTypes(
    IEnumerable<TypeRow> types,
    IEnumerable<TypeTextRow> enumLabels,
    IEnumerable<TypeTextRow> domainChecks,
    IEnumerable<AttributeRow> compositeAttributes)
{
    private readonly Dictionary<long, TypeRow> _types = types.ToDictionary(t => t.Id);
    private readonly ILookup<long, string> _labels = enumLabels.ToLookup(l => l.TypeId, l => l.Text);
    private readonly ILookup<long, string> _checks = domainChecks.ToLookup(c => c.TypeId, c => c.Text);
    private readonly ILookup<long, AttributeRow> _attributes = compositeAttributes.ToLookup(a => a.CompositeId);

    public TypeReference Reference(long id, int modifier, string? formatted)
    {
        TypeRow type = _types[id];
        bool isArray = type.ElementId is not null;
        QualifiedName name = Name(isArray ? _types[type.ElementId!.Value] : type);
        return new TypeReference(name, TypeModifier.Decode(name, modifier, formatted), isArray);
    }

    /// <summary>A table with the definitions of the user types that its columns use, directly or through others.</summary>
    public CatalogFile File(CatalogServer server, CatalogTable table, IEnumerable<long> columnTypes)
    {
        List<TypeRow> used = Closure(columnTypes).Where(t => t.Schema != QualifiedName.BuiltIn)
            .OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        return new CatalogFile(
            server,
            table,
            used.Where(t => t.Kind == "e").Select(t => new CatalogEnum(Name(t), _labels[t.Id].ToEquatableArray())).ToEquatableArray(),
            used.Where(t => t.Kind == "d").Select(Domain).ToEquatableArray(),
            used.Where(t => t.Kind == "c").Select(Composite).ToEquatableArray(),
            used.Where(t => t.Kind == "r").Select(Range).ToEquatableArray(),
            used.Where(t => t.Kind == "b" && t.ElementId is null).Select(t => new CatalogExtensionType(Name(t), t.Extension)).ToEquatableArray());
    }

    private IEnumerable<TypeRow> Closure(IEnumerable<long> columnTypes)
    {
        var seen = new HashSet<long>();
        var open = new Stack<long>(columnTypes);
        while (open.TryPop(out long id))
        {
            if (!seen.Add(id))
                continue;
            TypeRow type = _types[id];
            yield return type;
            if (type.ElementId is { } element)
                open.Push(element);
            if (type.Kind == "d")
                open.Push(type.BaseId);
            if (type.SubtypeId is { } subtype)
                open.Push(subtype);
            if (type.RangeId is { } range)
                open.Push(range);
            foreach (AttributeRow attribute in _attributes[id])
                open.Push(attribute.TypeId);
        }
    }

    private CatalogDomain Domain(TypeRow type) => new(
        Name(type),
        Reference(type.BaseId, type.BaseModifier, type.BaseFormatted),
        type.NotNull,
        _checks[type.Id].Order(StringComparer.Ordinal).ToEquatableArray());

    private CatalogComposite Composite(TypeRow type) => new(
        Name(type),
        _attributes[type.Id].Select(a => new CompositeAttribute(a.Name, Reference(a.TypeId, a.Modifier, a.Formatted))).ToEquatableArray());

    private CatalogRange Range(TypeRow type) => new(
        Name(type),
        Reference(type.SubtypeId!.Value, modifier: -1, formatted: null),
        new QualifiedName(type.MultirangeSchema!, type.MultirangeName!));

    private static QualifiedName Name(TypeRow type) => new(type.Schema, type.Name);
}
