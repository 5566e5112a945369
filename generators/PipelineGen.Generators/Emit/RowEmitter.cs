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
            ["enums"] = row.Enums.Select(EnumEmitter.View).ToList(),
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
            ["entries"] = Entries(row, column),
        };
    }

    private static string Summary(RowModel row, ColumnModel column)
    {
        string described = $"<c>{EmbeddedText.Xml(column.PostgresType)}</c>{(column.NotNull ? "" : ", can be NULL")}{(column.IsKey ? row.IsAppendOnly ? ", sort key" : ", key" : "")}";
        return column.Comment is null ? $"Column {described}." : $"{EmbeddedText.Xml(column.Comment)} ({described})";
    }

    /// <summary>A row made by hand has no nulls where the type promises none; structs can't have initializers.</summary>
    private static string Initializer(RowModel row, PropertyModel property)
    {
        if (row.Type.IsStruct || property.IsNullable || !property.IsReference)
            return "";
        return property.ValueType == "string" ? " = \"\";" : " = [];";
    }

    private static string Decode(ColumnModel column, string info, int slot)
    {
        string value = $"{info}, tuple[{slot.ToString(CultureInfo.InvariantCulture)}]";
        if (!column.Property.IsNullable)
            return $"{column.Codec}.Decode({value})";
        string method = column.Property.IsReference ? "Reference" : "Value";
        return $"global::PipelineGen.Rows.NullableColumn.{method}<{column.Codec}, {column.Property.ValueType}>({value})";
    }

    /// <summary>The members of the ColumnInfo that are not their defaults.</summary>
    private static List<TemplateObject> Entries(RowModel row, ColumnModel column)
    {
        var entries = new List<TemplateObject>();
        void Add(string name, string value, bool isDefault = false)
        {
            if (!isDefault)
                entries.Add(new TemplateObject { ["name"] = name, ["value"] = value });
        }

        string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
        Add("Table", CSharpLiteral.Quoted(row.FullTableName));
        Add("Name", CSharpLiteral.Quoted(column.Name));
        Add("TargetName", CSharpLiteral.Quoted(column.TargetName));
        Add("PostgresType", CSharpLiteral.Quoted(column.PostgresType));
        Add("TypeOid", Number(column.TypeOid), column.TypeOid == 0);
        Add("StarRocksType", CSharpLiteral.Quoted(column.StarRocksType));
        Add("IsKey", "true", !column.IsKey);
        Add("NotNull", "true", !column.NotNull);
        Add("MaxBytes", Number(column.MaxBytes), column.MaxBytes == 0);
        Add("Precision", Number(column.Precision), column.Precision == 0);
        Add("Scale", Number(column.Scale), column.Scale == 0);
        Add("ReadsBinary", "false", column.ReadsBinary);
        Add("LoadName", CSharpLiteral.Quoted(column.LoadName));
        Add("LoadExpression", CSharpLiteral.OrNull(column.LoadExpression), column.LoadExpression is null);
        return entries;
    }

    private static string LoadName(string name, bool isFirst) => CSharpLiteral.Utf8((isFirst ? "{" : ",") + EmbeddedText.Json(name) + ":");

    private static string Fillers(RowModel row)
    {
        string json = string.Concat(row.Columns
            .Where(static c => c.NotNull && !c.IsKey)
            .Select(static c => $",{EmbeddedText.Json(c.LoadName)}:{c.Filler}"));
        return json.Length == 0 ? "" : CSharpLiteral.Utf8(json);
    }
}
