using System.Globalization;
using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Emit;

/// <summary>The view that row.sbncs prints.</summary>
internal static class RowEmitter
{
    public static TemplateObject View(RowModel row)
    {
        var columns = new List<TemplateObject>();
        for (int slot = 0; slot < row.Columns.Count; slot++)
            columns.Add(ColumnView(row, row.Columns[slot], slot));
        // Encoding starts with the key: the first column is always there, so the others can all begin with a comma.
        List<int> order = [.. row.Key, .. Enumerable.Range(0, row.Columns.Count).Where(i => !row.Key.Contains(i))];
        for (int i = 0; i < order.Count; i++)
            columns[order[i]]["load_name"] = LoadName(row.Columns[order[i]].LoadName, isFirst: i == 0);
        return new TemplateObject
        {
            ["namespace"] = GeneratedFile.NullIfEmpty(row.Type.Namespace),
            ["containers"] = GeneratedFile.Containers(row.Type),
            ["keyword"] = row.Type.Keyword,
            ["name"] = row.Type.Name,
            ["helper_name"] = row.Type.Name.TrimStart('@'),
            ["full_name"] = row.Type.FullName,
            ["row_interface"] = $"global::PipelineGen.Rows.IRow<{row.Type.FullName}>",
            ["generated_code"] = GeneratedFile.GeneratedCode,
            ["table"] = EmbeddedText.Xml(row.FullTableName),
            ["catalog_file"] = EmbeddedText.Comment(row.CatalogFile),
            ["schema_literal"] = CSharpLiteral.Quoted(row.Schema),
            ["table_literal"] = CSharpLiteral.Quoted(row.Table),
            ["target_literal"] = CSharpLiteral.Quoted(row.TargetTable),
            ["ddl"] = CSharpLiteral.Raw(row.Ddl, "        "),
            ["columns"] = columns,
            ["keys"] = row.Key.Select(i => columns[i]).ToList(),
            ["values"] = order.Skip(row.Key.Count).Select(i => columns[i]).ToList(),
            ["fillers"] = GeneratedFile.NullIfEmpty(Fillers(row)),
            ["key_slots"] = string.Join(", ", row.Key.Select(static i => i.ToString(CultureInfo.InvariantCulture))),
            ["ignored"] = GeneratedFile.NullIfEmpty(string.Join(", ", row.IgnoredColumns.Select(CSharpLiteral.Quoted))),
            ["is_partitioned"] = row.IsPartitioned,
            ["is_append_only"] = row.IsAppendOnly,
            ["enums"] = row.UserTypes.OfType<EnumModel>().Select(EnumEmitter.View).ToList(),
            ["composites"] = row.UserTypes.OfType<CompositeModel>().Select(CompositeEmitter.View).ToList(),
        };
    }

    private static TemplateObject ColumnView(RowModel row, ColumnModel column, int slot)
    {
        PropertyModel property = column.Property;
        string info = $"{row.Type.Name.TrimStart('@')}Columns.{property.Name}";
        // A setter of the user's needs a backing property that can be set later; else nothing sets it after Decode.
        string? setter = property.Declaration?.Setter;
        return new TemplateObject
        {
            ["slot"] = slot,
            ["property"] = property.Name,
            ["type"] = property.Type,
            ["summary"] = Summary(row, column),
            ["initializer"] = Initializer(row, property),
            ["is_declared"] = property.Declaration is not null,
            ["modifiers"] = property.Declaration?.Modifiers,
            ["setter"] = setter,
            ["backing"] = property.Backing,
            ["backing_setter"] = setter is not null && setter.EndsWith("set", StringComparison.Ordinal) ? "set" : "init",
            ["target"] = property.Declaration is not null && setter is null ? property.Backing : property.Name,
            ["codec"] = column.Codec,
            ["info"] = info,
            ["decode"] = Decode(column, info, slot),
            ["entries"] = ColumnInfoEmitter.Entries(row, column),
        };
    }

    private static string Summary(RowModel row, ColumnModel column)
    {
        string described = $"<c>{EmbeddedText.Xml(column.Mapping.PostgresType)}</c>{(column.NotNull ? "" : ", can be NULL")}{(column.IsKey ? row.IsAppendOnly ? ", sort key" : ", key" : "")}";
        return column.Comment is null ? $"Column {described}." : $"{EmbeddedText.Xml(column.Comment)} ({described})";
    }

    /// <summary>A row made by hand has no nulls where the type promises none; structs can't have initializers.</summary>
    private static string Initializer(RowModel row, PropertyModel property)
    {
        if (row.Type.IsStruct || property.IsNullable || !property.IsReference)
            return "";
        if (property.ValueType == "string")
            return " = \"\";";
        // The only reference types that are no text and no array are dictionaries.
        return property.ValueType.EndsWith("[]", StringComparison.Ordinal) ? " = [];" : $" = {Empty(property.ValueType)};";
    }

    private static string Decode(ColumnModel column, string info, int slot)
    {
        string value = $"{info}, tuple[{slot.ToString(CultureInfo.InvariantCulture)}]";
        if (!column.Property.IsNullable)
            return $"{column.Codec}.Decode({value})";
        string method = column.Property.IsReference ? "Reference" : "Value";
        return $"global::PipelineGen.Rows.NullableColumn.{method}<{column.Codec}, {column.Property.ValueType}>({value})";
    }

    private static string Empty(string type) => $"new {type.Replace("IReadOnlyDictionary", "Dictionary")}()";

    private static string LoadName(string name, bool isFirst) => CSharpLiteral.Utf8((isFirst ? "{" : ",") + EmbeddedText.Json(name) + ":");

    private static string Fillers(RowModel row)
    {
        string json = string.Concat(row.Columns
            .Where(static c => c.NotNull && !c.IsKey)
            .Select(static c => $",{EmbeddedText.Json(c.LoadName)}:{c.Mapping.Filler}"));
        return json.Length == 0 ? "" : CSharpLiteral.Utf8(json);
    }
}
