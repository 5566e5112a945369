using System.Globalization;
using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Emit;

/// <summary>The members of a ColumnInfo that are not their defaults, and those of the values that it is made of.</summary>
internal static class ColumnInfoEmitter
{
    private const string Indentation = "    ";

    /// <summary>Where the template puts a column's members.</summary>
    private const string FirstIndent = Indentation + Indentation;

    public static List<TemplateObject> Entries(RowModel row, ColumnModel column)
    {
        List<(string Name, string Value)> members = Value(row.FullTableName, column.Name, column.TargetName, column.LoadName, column.Mapping, column.Name, FirstIndent);
        if (column.IsKey)
            members.Add(("IsKey", "true"));
        // By the key of a change the source is asked for what the change left out.
        if (column.IsKey && !row.IsAppendOnly)
            members.Add(("Print", $"{column.Codec}.Print"));
        if (column.NotNull)
            members.Add(("NotNull", "true"));
        if (column.LoadExpression is { } expression)
            members.Add(("LoadExpression", CSharpLiteral.Quoted(expression)));
        return [.. members.Select(static m => new TemplateObject { ["name"] = m.Name, ["value"] = m.Value })];
    }

    /// <param name="decidedBy">The column whose attribute decides.</param>
    private static List<(string Name, string Value)> Value(string table, string name, string target, string load, TypeMapping mapping, string decidedBy, string indent)
    {
        var members = new List<(string, string)>();
        void Add(string member, string value, bool isDefault = false)
        {
            if (!isDefault)
                members.Add((member, value));
        }

        Add("Table", CSharpLiteral.Quoted(table));
        Add("Name", CSharpLiteral.Quoted(name));
        Add("DecidedBy", CSharpLiteral.Quoted(decidedBy), name == decidedBy);
        Add("TargetName", CSharpLiteral.Quoted(target));
        Add("PostgresType", CSharpLiteral.Quoted(mapping.PostgresType));
        Add("BaseType", CSharpLiteral.Quoted(mapping.BaseType));
        Add("TypeOid", Number(mapping.TypeOid), mapping.TypeOid == 0);
        Add("StarRocksType", CSharpLiteral.Quoted(mapping.StarRocksType));
        Add("MaxBytes", Number(mapping.MaxBytes), mapping.MaxBytes == 0);
        Add("Precision", Number(mapping.Precision), mapping.Precision == 0);
        Add("Scale", Number(mapping.Scale), mapping.Scale == 0);
        Add("ReadsBinary", "false", mapping.ReadsBinary);
        Add("Policy", $"global::PipelineGen.ValuePolicy.{mapping.Policy}", mapping.Policy == OutsidePolicy.Error);
        Add("Trim", "true", !mapping.Trim);
        Add("Delimiter", $"(byte)'{mapping.Delimiter}'", mapping.Delimiter == ',');
        Add("LoadName", CSharpLiteral.Quoted(load));
        if (mapping.Element is { } element)
            Add("Element", Nested(table, Part(name, mapping), element, decidedBy, indent));
        if (mapping.Fields.Count > 0)
        {
            string inner = indent + Indentation;
            IEnumerable<string> fields = mapping.Fields.Select(field => $"{inner}{Nested(table, $"{name}.{field.Name}", field.Mapping, decidedBy, inner)},");
            Add("Fields", $"\n{indent}[\n{string.Join("\n", fields)}\n{indent}]");
        }

        return members;
    }

    /// <summary>What a part is called in messages: an array's element has brackets, a range's bound the range's name.</summary>
    private static string Part(string name, TypeMapping mapping) => mapping.Codec is WireCodec.Array or WireCodec.ArrayJson ? name + "[]" : name;

    private static string Nested(string table, string name, TypeMapping mapping, string decidedBy, string indent)
    {
        IEnumerable<string> members = Value(table, name, name, name, mapping, decidedBy, indent + Indentation)
            .Select(m => $"{indent}{Indentation}{m.Name} = {m.Value},".Replace("= \n", "=\n"));
        return $"new()\n{indent}{{\n{string.Join("\n", members)}\n{indent}}}";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
