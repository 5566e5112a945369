using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Generators.Parsing;

/// <summary>A [Pipeline] class decided: its model, or null after an error, and its diagnostics.</summary>
internal sealed record PipelineResult(PipelineModel? Model, EquatableArray<Diagnostic> Diagnostics);

/// <summary>Reads a [Pipeline] class. Its row types' attributes say all that is checked; no catalog is needed.</summary>
internal static class PipelineParser
{
    public const string Attribute = "PipelineGen.PipelineAttribute";

    /// <summary>NAMEDATALEN - 1, the longest slot name.</summary>
    private const int MaxNameLength = 63;

    public static PipelineResult Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        Location typeName = ((TypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation();
        Location attributeLocation = attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation() ?? Location.None;
        var diagnostics = new List<Diagnostic>();
        void Report(DiagnosticDescriptor descriptor, Location location, params string[] arguments) =>
            diagnostics.Add(Diagnostic.Create(descriptor, location, arguments));

        if (!TypeIdentityParser.IsPartial(context.TargetNode))
            Report(ProblemDescriptors.TypeNotPartial, typeName, type.Name, "Pipeline");
        if (TypeIdentityParser.ShapeProblem(type) is { } shape)
            Report(ProblemDescriptors.RowTypeShape, typeName, type.Name, "Pipeline", shape);
        if (((CSharpCompilation)context.SemanticModel.Compilation).LanguageVersion is var language && language < RowParser.OldestLanguage)
            Report(ProblemDescriptors.LanguageVersionTooOld, typeName, language.ToDisplayString());

        string name = RowParser.FirstArgument(attribute) ?? "";
        if (!IsLegalName(name))
            Report(ProblemDescriptors.PipelineNameInvalid, attributeLocation, name);
        List<INamedTypeSymbol> rows = Rows(attribute);
        if (rows.Count == 0)
            Report(ProblemDescriptors.PipelineRowInvalid, attributeLocation, name, "it has no row types; name them: [Pipeline(\"...\", typeof(Order))]");
        CheckRows(name, rows, (descriptor, arguments) => Report(descriptor, attributeLocation, arguments));
        PipelineModel? model = diagnostics.Count > 0
            ? null
            : new PipelineModel(
                TypeIdentityParser.Parse(type), name,
                rows.Select(static r => r.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).ToEquatableArray());
        return new PipelineResult(model, diagnostics.ToEquatableArray());
    }

    private static bool IsLegalName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    /// <summary>The row types; a type that does not exist is the compiler's to report.</summary>
    private static List<INamedTypeSymbol> Rows(AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 1 && attribute.ConstructorArguments[1] is { Kind: TypedConstantKind.Array, IsNull: false } rows
            ? [.. rows.Values.Select(static v => v.Value).OfType<INamedTypeSymbol>().Where(static t => t.TypeKind != TypeKind.Error)]
            : [];

    private static void CheckRows(string name, List<INamedTypeSymbol> rows, Action<DiagnosticDescriptor, string[]> report)
    {
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (INamedTypeSymbol row in rows)
        {
            string rowName = row.ToDisplayString();
            if (RowParser.ParseTableNames(row) is not var (table, target))
            {
                report(ProblemDescriptors.PipelineRowInvalid, [name, $"'{rowName}' has no [PostgresTable(\"schema.table\")]"]);
                continue;
            }

            // A name that can't be read is reported at its own attribute.
            if (!CatalogFormat.TryReadName(table, out QualifiedName source))
                continue;
            if (tables.TryGetValue(source.ToString(), out string? other))
            {
                report(ProblemDescriptors.PipelineRowsCollide, [name, other, rowName, "read", source.ToString()]);
                continue;
            }

            tables.Add(source.ToString(), rowName);
            target ??= source.Name;
            if (targets.TryGetValue(target, out other))
                report(ProblemDescriptors.PipelineRowsCollide, [name, other, rowName, "write StarRocks table", target]);
            else
                targets.Add(target, rowName);
        }
    }
}
