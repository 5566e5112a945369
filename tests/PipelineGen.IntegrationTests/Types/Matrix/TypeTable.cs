using System.Text;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>The README's table of types: the matrix's types as the type contract resolves them.</summary>
internal static class TypeTable
{
    public const string Begin = "<!-- type table: generated from the type matrix -->";
    public const string End = "<!-- end of the type table -->";

    /// <summary>More of the same: the table has one line for them.</summary>
    private static readonly HashSet<string> Variants = new(StringComparer.Ordinal)
    {
        "numeric(1,0)", "numeric(28,28)", "numeric(29,0)", "numeric(38,38)", "numeric(39,1)", "numeric(3,5)", "numeric(1000,1000)", "bpchar", "bit(13)", "varbit(9)", "time(2)", "timestamp(3)", "vector",
    };

    /// <summary>What a catalog file would say about the types of the cases that users make.</summary>
    private static readonly CatalogFile Example = CatalogFormat.Read("""
        pipelinegen-catalog 1
        server 15 encoding=UTF8 money_fraction_digits=2
        table public.example kind=table replica_identity=default
        column id int4 not_null
        primary_key example_pkey id
        enum public.mood "sad" "fine"
        domain public.short_name varchar(12)
        composite public.inner_t a text, b int4, c int4[]
        range public.textrange text multirange=public.textmultirange
        end

        """).File!;

    /// <summary>The StarRocks type that a case chooses, or null.</summary>
    public static string? ChoiceOf(MatrixCase matrixCase)
    {
        const string start = "StarRocksType = \"";
        return matrixCase.Choice.StartsWith(start, StringComparison.Ordinal) ? matrixCase.Choice[start.Length..^1] : null;
    }

    public static string Markdown()
    {
        var text = new StringBuilder("| PostgreSQL | C# | StarRocks | as key | values outside, which a policy decides | other choices |\n|---|---|---|---|---|---|\n");
        IEnumerable<MatrixCase> cases = MatrixGroup.All.Where(static g => g.Name is not ("tables" or "wide numbers")).SelectMany(static g => g.Cases);
        foreach (IGrouping<string, MatrixCase> type in cases.Where(static c => IsShown(c.Type)).GroupBy(static c => c.Type, StringComparer.Ordinal))
        {
            if (Reference(type.Key, type.First().Extension) is not var (reference, file))
                continue;
            TypeMapping? mapping = TypeContract.Resolve(reference, file, ColumnChoice.None).Mapping;
            string key = type.First().Key == KeyUse.NotInPostgres ? "" : TypeContract.Resolve(reference, file, new ColumnChoice { IsKey = true }).Mapping?.StarRocksType ?? "no";
            string[] choices = [.. type.Select(ChoiceOf).OfType<string>().Distinct(StringComparer.Ordinal).Where(c => c != mapping?.StarRocksType)];
            OutsideValue[] outside = [.. type.Where(c => c.Choice.Length == 0 || mapping is null || type.All(static o => o.Choice.Length > 0)).SelectMany(static c => c.Outside)];
            text.Append($"| {Code(type.Key)} | {(mapping is null ? "" : Code(mapping.DescribeCSharp()))} | {(mapping is null ? "**choose**" : Code(mapping.StarRocksType))} | {(mapping is null || key.Length == 0 || key == "no" ? key : Code(key))} | {Examples(outside)} | {string.Join(", ", choices.Select(Code))} |\n");
        }

        return text.ToString();
    }

    private static bool IsShown(string type) => !Variants.Contains(type) && (!type.EndsWith("[]", StringComparison.Ordinal) || type == "int4[]");

    /// <summary>The type as a catalog file has it; null for a user's type that the example doesn't have.</summary>
    private static (TypeReference Type, CatalogFile File)? Reference(string type, string? extension)
    {
        string name = type switch { "\"char\"" => "char", "char(9)" => "bpchar(9)", _ => type };
        string plain = name.Split('(')[0].Replace("[]", "", StringComparison.Ordinal);
        if (extension is not null)
        {
            var file = Example with { ExtensionTypes = new[] { new CatalogExtensionType(new QualifiedName("public", plain), extension) }.ToEquatableArray() };
            return (new TypeReference(new QualifiedName("public", plain), default, IsArray: false), file);
        }

        string[] made = ["mood", "short_name", "inner_t", "textrange", "textmultirange"];
        bool isBuiltIn = !name.Contains('.', StringComparison.Ordinal) && (MatrixContract.Names.Contains(plain) || plain is "regclass" or "int2vector" or "oidvector");
        if (!isBuiltIn && !made.Contains(plain))
            return null;
        Assert.True(CatalogFormat.TryReadType(isBuiltIn ? name : "public." + name, out TypeReference reference), name);
        return (reference, Example);
    }

    private static string Examples(OutsideValue[] outside) => string.Join(", ", outside.Where(static o => o.Sql.Length < 40 && !o.Sql.StartsWith('=')).Select(static o => Code(o.Sql.Trim())).Distinct(StringComparer.Ordinal).Take(4)) is { Length: > 0 } examples
        ? examples
        : outside.Length > 0 ? "longer than the column" : "";

    private static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";
}
