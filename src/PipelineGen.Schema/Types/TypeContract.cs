using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>
/// The type contract (TYPES.md) in code: from a Postgres type, the user types of its catalog file and the user's choices
/// to the one way the column is carried. Decoder, encoder, DDL, diagnostics and documentation all come from here.
/// </summary>
public static class TypeContract
{
    /// <summary>Decides how a column is carried.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="file">The catalog file, for the user types that it defines.</param>
    /// <param name="choice">The user's choices; <see cref="ColumnChoice.None"/> for the contract's defaults.</param>
    public static TypeResolution Resolve(TypeReference type, CatalogFile file, ColumnChoice choice) => new TypeResolver(file, choice).Resolve(type);

    /// <summary>Whether StarRocks takes the type for a primary key column (STARROCKS.md 4).</summary>
    public static bool IsLegalKey(string starRocksType) =>
        starRocksType is "BOOLEAN" or "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "DATE" or "DATETIME" ||
        starRocksType.StartsWith("VARCHAR(", StringComparison.Ordinal);
}
