using System.Globalization;
using System.Text;

namespace PipelineGen.Schema.Catalog;

/// <summary>Prints a <see cref="CatalogFile"/>; one method a kind of line.</summary>
internal static class CatalogFormatWriter
{
    public static string Write(CatalogFile file)
    {
        var text = new StringBuilder();
        text.Append(CatalogFormat.Header).Append('\n');
        AppendServer(text, file.Server);
        AppendTable(text, file.Table);
        foreach (CatalogColumn column in file.Table.Columns)
            AppendColumn(text, column);
        if (file.Table.PrimaryKey is { } key)
            AppendIndex(text, "primary_key", key);
        foreach (CatalogIndex index in file.Table.UniqueIndexes.OrderBy(i => i.Name, StringComparer.Ordinal))
            AppendIndex(text, "unique", index);
        foreach (CatalogEnum type in file.Enums.OrderBy(t => t.Name, ByName))
            AppendEnum(text, type);
        foreach (CatalogDomain type in file.Domains.OrderBy(t => t.Name, ByName))
            AppendDomain(text, type);
        foreach (CatalogComposite type in file.Composites.OrderBy(t => t.Name, ByName))
            AppendComposite(text, type);
        foreach (CatalogRange type in file.Ranges.OrderBy(t => t.Name, ByName))
            AppendRange(text, type);
        foreach (CatalogExtensionType type in file.ExtensionTypes.OrderBy(t => t.Name, ByName))
            AppendBaseType(text, type);
        return text.Append("end\n").ToString();
    }

    /// <summary>By schema, then by name, ordinally.</summary>
    public static IComparer<QualifiedName> ByName { get; } = Comparer<QualifiedName>.Create((left, right) =>
        string.CompareOrdinal(left.Schema, right.Schema) is not 0 and int schema
            ? schema
            : string.CompareOrdinal(left.Name, right.Name));

    public static void AppendType(StringBuilder text, TypeReference type)
    {
        if (type.IsBuiltIn)
            CatalogFormatText.AppendName(text, type.Name.Name);
        else
            CatalogFormatText.AppendName(text, type.Name);
        if (type.Modifiers.Count > 0)
        {
            char before = '(';
            foreach (int modifier in type.Modifiers)
            {
                text.Append(before).Append(modifier.ToString(CultureInfo.InvariantCulture));
                before = ',';
            }

            text.Append(')');
        }

        if (type.IsArray)
            text.Append("[]");
    }

    private static void AppendServer(StringBuilder text, CatalogServer server)
    {
        text.Append("server ").Append(server.MajorVersion.ToString(CultureInfo.InvariantCulture)).Append(" encoding=");
        CatalogFormatText.AppendValue(text, server.Encoding);
        text.Append(" money_fraction_digits=").Append(server.MoneyFractionDigits.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void AppendTable(StringBuilder text, CatalogTable table)
    {
        text.Append("table ");
        CatalogFormatText.AppendName(text, table.Name);
        text.Append(" kind=").Append(CatalogFormatWords.Kind.Word(table.Kind));
        if (table.Root is { } root)
        {
            text.Append(" root=");
            CatalogFormatText.AppendName(text, root);
        }

        text.Append(" replica_identity=").Append(CatalogFormatWords.ReplicaIdentity.Word(table.ReplicaIdentity.Kind));
        if (table.ReplicaIdentity.Index is { } index)
        {
            text.Append(" index=");
            CatalogFormatText.AppendName(text, index);
        }

        AppendString(text, "comment", table.Comment);
        text.Append('\n');
    }

    private static void AppendColumn(StringBuilder text, CatalogColumn column)
    {
        text.Append("column ");
        CatalogFormatText.AppendName(text, column.Name);
        text.Append(' ');
        AppendType(text, column.Type);
        if (column.NotNull)
            text.Append(" not_null");
        if (column.Identity != IdentityKind.None)
            text.Append(" identity=").Append(CatalogFormatWords.Identity.Word(column.Identity));
        if (column.Generated != GeneratedKind.None)
            text.Append(" generated=").Append(CatalogFormatWords.Generated.Word(column.Generated));
        AppendString(text, column.Generated == GeneratedKind.None ? "default" : "expression", column.Default);
        if (column.Storage != StorageKind.Plain)
            text.Append(" storage=").Append(CatalogFormatWords.Storage.Word(column.Storage));
        AppendString(text, "comment", column.Comment);
        text.Append('\n');
    }

    private static void AppendIndex(StringBuilder text, string directive, CatalogIndex index)
    {
        text.Append(directive).Append(' ');
        CatalogFormatText.AppendName(text, index.Name);
        string before = " ";
        foreach (string column in index.Columns)
        {
            text.Append(before);
            CatalogFormatText.AppendName(text, column);
            before = ", ";
        }

        text.Append('\n');
    }

    private static void AppendEnum(StringBuilder text, CatalogEnum type)
    {
        text.Append("enum ");
        CatalogFormatText.AppendName(text, type.Name);
        foreach (string label in type.Labels)
            CatalogFormatText.AppendString(text.Append(' '), label);
        text.Append('\n');
    }

    private static void AppendDomain(StringBuilder text, CatalogDomain type)
    {
        text.Append("domain ");
        CatalogFormatText.AppendName(text, type.Name);
        text.Append(' ');
        AppendType(text, type.BaseType);
        if (type.NotNull)
            text.Append(" not_null");
        foreach (string check in type.Checks.OrderBy(c => c, StringComparer.Ordinal))
            AppendString(text, "check", check);
        text.Append('\n');
    }

    private static void AppendComposite(StringBuilder text, CatalogComposite type)
    {
        text.Append("composite ");
        CatalogFormatText.AppendName(text, type.Name);
        string before = " ";
        foreach (CompositeAttribute attribute in type.Attributes)
        {
            text.Append(before);
            CatalogFormatText.AppendName(text, attribute.Name);
            text.Append(' ');
            AppendType(text, attribute.Type);
            before = ", ";
        }

        text.Append('\n');
    }

    private static void AppendRange(StringBuilder text, CatalogRange type)
    {
        text.Append("range ");
        CatalogFormatText.AppendName(text, type.Name);
        text.Append(' ');
        AppendType(text, type.Subtype);
        text.Append(" multirange=");
        CatalogFormatText.AppendName(text, type.Multirange);
        text.Append('\n');
    }

    private static void AppendBaseType(StringBuilder text, CatalogExtensionType type)
    {
        text.Append("base_type ");
        CatalogFormatText.AppendName(text, type.Name);
        if (type.Extension is { } extension)
        {
            text.Append(" extension=");
            CatalogFormatText.AppendName(text, extension);
        }

        text.Append('\n');
    }

    private static void AppendString(StringBuilder text, string attribute, string? value)
    {
        if (value is not null)
            CatalogFormatText.AppendString(text.Append(' ').Append(attribute).Append('='), value);
    }
}
