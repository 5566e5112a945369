namespace PipelineGen.Schema.Catalog;

/// <summary>Reads the lines of a catalog file that define types, each name once, and keeps what they say.</summary>
internal sealed class CatalogFormatTypes
{
    private readonly List<CatalogEnum> _enums = [];
    private readonly List<CatalogDomain> _domains = [];
    private readonly List<CatalogComposite> _composites = [];
    private readonly List<CatalogRange> _ranges = [];
    private readonly List<CatalogExtensionType> _baseTypes = [];
    private readonly HashSet<QualifiedName> _names = [];

    public EquatableArray<CatalogEnum> Enums => Sorted(_enums, static t => t.Name);

    public EquatableArray<CatalogDomain> Domains => Sorted(_domains, static t => t.Name);

    public EquatableArray<CatalogComposite> Composites => Sorted(_composites, static t => t.Name);

    public EquatableArray<CatalogRange> Ranges => Sorted(_ranges, static t => t.Name);

    public EquatableArray<CatalogExtensionType> BaseTypes => Sorted(_baseTypes, static t => t.Name);

    public void ReadEnum(CatalogFormatLine line)
    {
        QualifiedName name = ReadName(line);
        var labels = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        line.Gap();
        while (!line.AtEnd)
        {
            string label = line.String();
            if (!seen.Add(label))
                line.Fail($"label '{label}' stands twice");
            labels.Add(label);
            line.Gap();
        }

        _enums.Add(new CatalogEnum(name, labels.ToEquatableArray()));
    }

    public void ReadDomain(CatalogFormatLine line)
    {
        QualifiedName name = ReadName(line);
        line.Gap();
        TypeReference baseType = line.Type();
        bool notNull = false;
        var checks = new List<string>();
        line.Attributes(
            attribute =>
            {
                if (attribute != "check")
                    return false;
                checks.Add(line.String());
                return true;
            },
            notNull: () => notNull = true,
            repeatable: "check");
        checks.Sort(StringComparer.Ordinal);
        _domains.Add(new CatalogDomain(name, baseType, notNull, checks.ToEquatableArray()));
    }

    public void ReadComposite(CatalogFormatLine line)
    {
        QualifiedName name = ReadName(line);
        line.Gap();
        var attributes = new List<CompositeAttribute>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!line.AtEnd)
        {
            string attribute = line.Name("an attribute name");
            if (!seen.Add(attribute))
                line.Fail($"attribute '{attribute}' stands twice");
            line.Gap();
            attributes.Add(new CompositeAttribute(attribute, line.Type()));
            if (!line.Accept(','))
                break;
            if (line.AtEnd)
                line.Expected("an attribute name");
        }

        _composites.Add(new CatalogComposite(name, attributes.ToEquatableArray()));
    }

    public void ReadRange(CatalogFormatLine line)
    {
        QualifiedName name = ReadName(line);
        line.Gap();
        TypeReference subtype = line.Type();
        QualifiedName? multirange = null;
        line.Attributes(attribute =>
        {
            if (attribute != "multirange")
                return false;
            multirange = ReadName(line);
            return true;
        });
        if (multirange is null)
            line.Fail("expected 'range <schema.name> <subtype> multirange=<schema.name>', found no multirange");
        else
            _ranges.Add(new CatalogRange(name, subtype, multirange));
    }

    public void ReadBaseType(CatalogFormatLine line)
    {
        QualifiedName name = ReadName(line);
        string? extension = null;
        line.Attributes(attribute =>
        {
            if (attribute != "extension")
                return false;
            extension = line.Name("an extension's name");
            return true;
        });
        _baseTypes.Add(new CatalogExtensionType(name, extension));
    }

    private QualifiedName ReadName(CatalogFormatLine line)
    {
        QualifiedName name = line.QualifiedName();
        if (!_names.Add(name))
            line.Fail($"type '{name}' stands twice");
        return name;
    }

    private static EquatableArray<T> Sorted<T>(List<T> types, Func<T, QualifiedName> name)
        where T : IEquatable<T> => types.OrderBy(name, CatalogFormatWriter.ByName).ToEquatableArray();
}
