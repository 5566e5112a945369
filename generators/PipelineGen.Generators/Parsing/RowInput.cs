using PipelineGen.Generators.Model;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>
/// A row type with the one catalog file that describes its table, so that a change of another table's file changes
/// nothing here.
/// </summary>
/// <param name="Table">Null where the attribute's argument is no table name.</param>
/// <param name="Missing">What a message says about the search, where the file was not found.</param>
internal sealed record RowInput(ParsedRow Row, QualifiedName? Table, CatalogSource? Catalog, MissingCatalog? Missing)
{
    /// <summary>What the project chooses for all row types.</summary>
    public ContractDefaults Project { get; init; } = ContractDefaults.None;

    public static RowInput Find(ParsedRow row, CatalogSet catalogs)
    {
        if (!CatalogFormat.TryReadName(row.Declaration.Table, out QualifiedName table))
            return new RowInput(row, null, null, null);
        if (catalogs.Find(table) is { } catalog)
            return new RowInput(row, table, catalog, null);
        string? nearest = NearestName.Of(
            table.ToString(), catalogs.Sources.Where(static s => s.File is not null).Select(static s => s.File!.Table.Name.ToString()));
        return new RowInput(row, table, null, new MissingCatalog(catalogs.Sources.Count, nearest));
    }
}

/// <param name="Searched">How many catalog files there were.</param>
/// <param name="Nearest">The table that was probably meant.</param>
internal sealed record MissingCatalog(int Searched, string? Nearest);

/// <summary>A row type decided. Two ways lead on: source from the model alone, diagnostics with the locations.</summary>
internal sealed record RowResult(RowModel? Model, PipelineGen.Schema.EquatableArray<RowProblem> Problems, RowLocations Locations);
