using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Parsing;

/// <summary>
/// Enums of several tables: one Postgres enum is one C# enum a namespace. Where catalog files disagree about it, or two
/// Postgres enums want one C# name, there is no right one to choose.
/// </summary>
internal static class EnumCollisions
{
    private const string PullAdvice = "The catalog files are of different times: run `pipelinegen catalog pull`";

    private const string NamespaceAdvice = "Put one of the row types into another namespace";

    /// <summary>Each enum once, by full name, so that the order of files never shows.</summary>
    public static ImmutableArray<EnumModel> Distinct(ImmutableArray<RowModel> rows) =>
    [
        .. rows.SelectMany(static r => r.Enums)
            .GroupBy(static e => e.FullName, StringComparer.Ordinal)
            .OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => g.First()),
    ];

    public static void Report(SourceProductionContext output, ImmutableArray<RowResult> results)
    {
        var byName = new Dictionary<string, (EnumModel Enum, string Table)>(StringComparer.Ordinal);
        foreach (RowResult result in results)
        {
            if (result.Model is not { } row)
                continue;
            string table = $"{row.Schema}.{row.Table}";
            foreach (EnumModel type in row.Enums)
            {
                if (!byName.TryGetValue(type.FullName, out (EnumModel Enum, string Table) first))
                    byName.Add(type.FullName, (type, table));
                else if (first.Enum != type)
                    output.ReportDiagnostic(Diagnostic.Create(
                        ProblemDescriptors.EnumNamesCollide, result.Locations[new ProblemPlace.TableAttribute()],
                        type.PostgresName, table, first.Enum.PostgresName, first.Table, type.Name,
                        first.Enum.PostgresName == type.PostgresName ? PullAdvice : NamespaceAdvice));
            }
        }
    }
}
