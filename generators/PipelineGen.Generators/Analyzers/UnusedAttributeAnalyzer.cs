using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.Generators.Analyzers;

/// <summary>
/// Finds attributes that the generator never looks at. It starts from [PostgresTable], so that a choice on any other type, or on a
/// property that is no column, would be lost without a word.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnusedAttributeAnalyzer : DiagnosticAnalyzer
{
    private const string TableAttribute = "PipelineGen.PostgresTableAttribute";
    private const string ColumnAttribute = "PipelineGen.ColumnAttribute";

    /// <summary>What says more about a [PostgresTable] type.</summary>
    private static readonly string[] OnTypes = [ColumnAttribute, "PipelineGen.ColumnDefaultsAttribute", "PipelineGen.StarRocksTableAttribute"];

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [ProblemDescriptors.AttributeUnused];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(TableAttribute) is not { } table)
                return;
            INamedTypeSymbol[] onTypes = [.. OnTypes.Select(start.Compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>()];
            INamedTypeSymbol? column = start.Compilation.GetTypeByMetadataName(ColumnAttribute);
            start.RegisterSymbolAction(context => AnalyzeType(context, (INamedTypeSymbol)context.Symbol, table, onTypes), SymbolKind.NamedType);
            start.RegisterSymbolAction(context => AnalyzeProperty(context, (IPropertySymbol)context.Symbol, table, column), SymbolKind.Property);
        });
    }

    private static void AnalyzeType(SymbolAnalysisContext context, INamedTypeSymbol type, INamedTypeSymbol table, INamedTypeSymbol[] onTypes)
    {
        if (Has(type, table))
            return;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (onTypes.Contains(attribute.AttributeClass, SymbolEqualityComparer.Default))
                Report(context, attribute, type.Name, NoTable(type));
        }
    }

    private static void AnalyzeProperty(SymbolAnalysisContext context, IPropertySymbol property, INamedTypeSymbol table, INamedTypeSymbol? column)
    {
        string? reason = !Has(property.ContainingType, table) ? NoTable(property.ContainingType) : IsColumn(property)
            ? null
            : "only a partial property stands for a column. Make it partial and without a body, put [Column] on the type, or remove this.";
        if (reason is null)
            return;
        foreach (AttributeData attribute in property.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, column))
                Report(context, attribute, $"{property.ContainingType.Name}.{property.Name}", reason);
        }
    }

    /// <summary>What the generator takes for a column: when this runs, its own part is there already.</summary>
    private static bool IsColumn(IPropertySymbol property) =>
        (property.IsPartialDefinition || property.PartialDefinitionPart is not null) && !property.IsStatic && !property.IsIndexer;

    private static bool Has(ISymbol symbol, INamedTypeSymbol attribute) =>
        symbol.GetAttributes().Any(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, attribute));

    private static string NoTable(INamedTypeSymbol type) => $"'{type.Name}' has no [PostgresTable(\"schema.table\")]. Add that, or remove this.";

    private static void Report(SymbolAnalysisContext context, AttributeData attribute, string on, string reason)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
            context.ReportDiagnostic(Diagnostic.Create(ProblemDescriptors.AttributeUnused, syntax.GetLocation(), attribute.AttributeClass!.Name.Replace("Attribute", ""), on, reason));
    }
}
