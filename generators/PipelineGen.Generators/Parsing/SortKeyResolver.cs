using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the DUPLICATE KEY of an append table: the columns that StarRocks sorts by (STARROCKS.md 4, 5.2).</summary>
internal static class SortKeyResolver
{
    /// <returns>Postgres columns in key order; empty after an error.</returns>
    public static EquatableArray<string> Resolve(RowDeclaration declaration, CatalogTable table, string catalogFile, List<ColumnModel> columns, RowProblems problems)
    {
        var place = new ProblemPlace.TargetAttribute();
        if (declaration.Target.Key.Count > 0)
        {
            foreach (string name in declaration.Target.Key)
            {
                if (columns.FirstOrDefault(c => c.Name == name) is not { } column)
                    problems.Add(ProblemIds.ColumnUnknown, place, "[StarRocksTable(Key = ...)]", name, table.Name.ToString(), catalogFile, NearestName.Hint(name, columns.Select(static c => c.Name)));
                else if (!IsLegal(column))
                    problems.Add(ProblemIds.KeyColumnIllegal, place, name, table.Name.ToString(), $"{column.StarRocksType} can't be a sort key");
            }

            if (declaration.Target.Key.Distinct(StringComparer.Ordinal).Count() < declaration.Target.Key.Count)
                problems.Add(ProblemIds.TargetOptionInvalid, place, declaration.Type.Name, "Key names a column twice");
            return declaration.Target.Key;
        }

        // The primary key, as far as it is carried and legal; else whatever column comes first.
        string[] primary = (table.PrimaryKey?.Columns ?? default).Where(name => columns.Any(c => c.Name == name && IsLegal(c))).ToArray();
        if (primary.Length > 0 && primary.Length == table.PrimaryKey!.Columns.Count)
            return primary.ToEquatableArray();
        if (columns.FirstOrDefault(IsLegal) is { } first)
            return new[] { first.Name }.ToEquatableArray();
        problems.Add(ProblemIds.TargetOptionInvalid, place, declaration.Type.Name, $"Model = Append needs a column to sort by, and none of table '{table.Name}' can be one: floating-point numbers, JSON and arrays can't");
        return default;
    }

    private static bool IsLegal(ColumnModel column) =>
        column.StarRocksType is not ("FLOAT" or "DOUBLE" or "JSON") && column.StarRocksType.IndexOf('<') < 0;
}
