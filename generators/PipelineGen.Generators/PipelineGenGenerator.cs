using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Emit;
using PipelineGen.Generators.Model;
using PipelineGen.Generators.Parsing;
using PipelineGen.Schema;

namespace PipelineGen.Generators;

/// <summary>
/// Wires the steps. A parse gives two ways on: source from a model without locations, so that an edit that moves a class
/// generates nothing anew; diagnostics with the syntax trees' own locations, so that #pragma and .editorconfig apply.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class PipelineGenGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CatalogSource> catalogFiles = context.AdditionalTextsProvider
            .Where(CatalogSourceParser.IsCatalogFile)
            .Select(CatalogSourceParser.Parse)
            .WithTrackingName(TrackingNames.CatalogFiles);
        IncrementalValueProvider<CatalogSet> catalogSet = catalogFiles.Collect()
            .Select(static (sources, _) => new CatalogSet(sources))
            .WithTrackingName(TrackingNames.CatalogSet);
        IncrementalValueProvider<ProjectOptions> projectOptions = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => ProjectOptionsParser.Parse(options))
            .WithTrackingName(TrackingNames.ProjectOptions);
        IncrementalValuesProvider<RowResult> rowResults = context.SyntaxProvider
            .ForAttributeWithMetadataName(RowParser.TableAttribute, static (node, _) => node is TypeDeclarationSyntax, RowParser.Parse)
            .WithTrackingName(TrackingNames.RowDeclarations)
            .Combine(catalogSet)
            .Combine(projectOptions)
            .Select(static (pair, _) => RowInput.Find(pair.Left.Left, pair.Left.Right, pair.Right.Defaults))
            .WithTrackingName(TrackingNames.RowInputs)
            .Select(static (input, _) => RowResolver.Resolve(input))
            .WithTrackingName(TrackingNames.RowResults);
        IncrementalValuesProvider<RowModel> rowModels = rowResults
            .Where(static result => result.Model is not null)
            .Select(static (result, _) => result.Model!)
            .WithTrackingName(TrackingNames.RowModels);
        IncrementalValuesProvider<UserTypeModel> userTypes = rowModels.Collect()
            .SelectMany(static (models, _) => UserTypeCollisions.Distinct(models));
        IncrementalValuesProvider<EnumModel> enumModels = userTypes
            .Where(static type => type is EnumModel)
            .Select(static (type, _) => (EnumModel)type)
            .WithTrackingName(TrackingNames.EnumModels);
        IncrementalValuesProvider<CompositeModel> compositeModels = userTypes
            .Where(static type => type is CompositeModel)
            .Select(static (type, _) => (CompositeModel)type)
            .WithTrackingName(TrackingNames.CompositeModels);
        IncrementalValuesProvider<PipelineResult> pipelines = context.SyntaxProvider
            .ForAttributeWithMetadataName(PipelineParser.Attribute, static (node, _) => node is TypeDeclarationSyntax, PipelineParser.Parse)
            .WithTrackingName(TrackingNames.PipelineDeclarations);
        IncrementalValuesProvider<PipelineModel> pipelineModels = pipelines
            .Where(static result => result.Model is not null)
            .Select(static (result, _) => result.Model!)
            .WithTrackingName(TrackingNames.PipelineModels);

        context.RegisterSourceOutput(rowModels, static (output, model) => GeneratedFile.Add(output, model.Type.HintName, Templates.Row, RowEmitter.View(model)));
        context.RegisterSourceOutput(enumModels, static (output, model) => GeneratedFile.Add(output, model.HintName, Templates.Enum, EnumEmitter.View(model)));
        context.RegisterSourceOutput(compositeModels, static (output, model) => GeneratedFile.Add(output, model.HintName, Templates.Composite, CompositeEmitter.View(model)));
        context.RegisterSourceOutput(pipelineModels, static (output, model) => GeneratedFile.Add(output, model.Type.HintName, Templates.Pipeline, PipelineEmitter.View(model)));

        context.RegisterSourceOutput(catalogFiles, static (output, source) =>
        {
            if (source.Problem is { } problem)
                output.ReportDiagnostic(CatalogSourceParser.ToDiagnostic(source, problem));
        });
        context.RegisterSourceOutput(projectOptions, static (output, options) =>
        {
            foreach (string problem in options.Problems)
                output.ReportDiagnostic(Diagnostic.Create(ProblemDescriptors.ProjectOptionInvalid, Location.None, problem));
        });
        context.RegisterSourceOutput(catalogSet, static (output, catalogs) =>
        {
            foreach ((CatalogSource duplicate, CatalogSource first) in catalogs.Duplicates)
                output.ReportDiagnostic(CatalogSourceParser.ToDiagnostic(duplicate, first));
        });
        context.RegisterSourceOutput(rowResults, static (output, result) => Report(output, result.Problems, result.Locations));
        context.RegisterSourceOutput(rowResults.Collect(), static (output, results) => UserTypeCollisions.Report(output, results));
        context.RegisterSourceOutput(pipelines, static (output, result) =>
        {
            foreach (Diagnostic diagnostic in result.Diagnostics)
                output.ReportDiagnostic(diagnostic);
        });
    }

    private static void Report(SourceProductionContext output, EquatableArray<RowProblem> problems, RowLocations locations)
    {
        foreach (RowProblem problem in problems)
            {
            var facts = problem.Facts.ToImmutableDictionary(static f => f.Name, static f => (string?)f.Value, StringComparer.Ordinal);
            output.ReportDiagnostic(Diagnostic.Create(ProblemDescriptors.ById[problem.Id], locations[problem.Place], facts, [.. problem.Arguments]));
        }
    }
}
