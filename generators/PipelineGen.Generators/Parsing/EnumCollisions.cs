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

    private const string RenameAdvice = "Name the row type otherwise, or put it into another namespace";

    private const string NamespaceAdvice = "Put one of the row types into another namespace";

    /// <summary>Each enum once, by full name, so that the order of files never shows; those with a row type's name left out.</summary>
    public static ImmutableArray<EnumModel> Distinct(ImmutableArray<RowModel> rows)
    {
        var rowTypes = new HashSet<string>(rows.Select(static r => r.Type.FullName), StringComparer.Ordinal);
        return
        [
            .. rows.SelectMany(static r => r.Enums)
                .Where(e => !rowTypes.Contains(e.FullName))
                .GroupBy(static e => e.FullName, StringComparer.Ordinal)
                .OrderBy(static g => g.Key, StringComparer.Ordinal)
                .Select(static g => g.First()),
        ];
    }

    public static void Report(SourceProductionContext output, ImmutableArray<RowResult> results)
    {
        var rowTypes = results.Select(static r => r.Model).OfType<RowModel>()
            .GroupBy(static r => r.Type.FullName, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
        var byName = new Dictionary<string, (EnumModel Enum, RowModel Row)>(StringComparer.Ordinal);
        foreach (RowResult result in results)
        {
            foreach (EnumModel type in result.Model?.Enums ?? default)
            {
                void Found(string kind, string name, RowModel other, string advice) => output.ReportDiagnostic(Diagnostic.Create(
                    ProblemDescriptors.EnumNamesCollide, result.Locations[new ProblemPlace.TableAttribute()],
                    type.PostgresName, result.Model!.FullTableName, kind, name, other.FullTableName, type.Name, advice));

                if (rowTypes.TryGetValue(type.FullName, out RowModel? row))
                    Found("row type", row.Type.Name, row, RenameAdvice);
                else if (!byName.TryGetValue(type.FullName, out (EnumModel Enum, RowModel Row) first))
                    byName.Add(type.FullName, (type, result.Model!));
                else if (first.Enum != type)
                    Found("enum", first.Enum.PostgresName, first.Row, first.Enum.PostgresName == type.PostgresName ? PullAdvice : NamespaceAdvice);
            }
        }
    }
}
