namespace PipelineGen.Generators;

/// <summary>The names of the pipeline's steps; tests assert what each of them did.</summary>
public static class TrackingNames
{
    /// <summary>One .pgcatalog file, read.</summary>
    public const string CatalogFiles = nameof(CatalogFiles);

    /// <summary>All of them, by table.</summary>
    public const string CatalogSet = nameof(CatalogSet);

    /// <summary>One [PostgresTable] type, parsed, with its locations.</summary>
    public const string RowDeclarations = nameof(RowDeclarations);

    /// <summary>A row type with the one catalog file that is its own.</summary>
    public const string RowInputs = nameof(RowInputs);

    /// <summary>A row type decided: its model and its diagnostics.</summary>
    public const string RowResults = nameof(RowResults);

    /// <summary>What row types' files are generated from; without locations.</summary>
    public const string RowModels = nameof(RowModels);

    /// <summary>What the MSBuild properties choose.</summary>
    public const string ProjectOptions = nameof(ProjectOptions);

    /// <summary>What enums' files are generated from: each once a namespace.</summary>
    public const string EnumModels = nameof(EnumModels);

    /// <summary>What composites' files are generated from: each once a namespace.</summary>
    public const string CompositeModels = nameof(CompositeModels);

    /// <summary>One [Pipeline] class, parsed, with its diagnostics.</summary>
    public const string PipelineDeclarations = nameof(PipelineDeclarations);

    /// <summary>What pipelines' files are generated from.</summary>
    public const string PipelineModels = nameof(PipelineModels);
}
