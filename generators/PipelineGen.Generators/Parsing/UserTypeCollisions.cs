using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Parsing;

/// <summary>
/// Enums and composites of several tables: one Postgres type is one C# type a namespace. Where catalog files disagree about it, or two
/// Postgres types want one C# name, there is no right one to choose.
/// </summary>
internal static class UserTypeCollisions
{
    private const string PullAdvice = "The catalog files are of different times (run `pipelinegen catalog pull`), or the row types decide differently about the columns' types";

    private const string RenameAdvice = "Name the row type otherwise, or put it into another namespace";

    private const string NamespaceAdvice = "Put one of the row types into another namespace";

    /// <summary>Each type once, by full name, so that the order of files never shows; those with a row type's name left out.</summary>
    public static ImmutableArray<UserTypeModel> Distinct(ImmutableArray<RowModel> rows)
    {
        var rowTypes = new HashSet<string>(rows.Select(static r => r.Type.FullName), StringComparer.Ordinal);
        return
        [
            .. rows.SelectMany(static r => r.UserTypes)
                .Where(e => !rowTypes.Contains(e.FullName))
                // Generated files' names ignore letter case; two that differ in it alone are reported.
                .GroupBy(static e => e.FullName, StringComparer.OrdinalIgnoreCase)
                .OrderBy(static g => g.Key, StringComparer.Ordinal)
                .Select(static g => g.First()),
        ];
    }

    public static void Report(SourceProductionContext output, ImmutableArray<RowResult> results)
    {
        var rowTypes = results.Select(static r => r.Model).OfType<RowModel>()
            .GroupBy(static r => r.Type.FullName, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
        var byName = new Dictionary<string, (UserTypeModel Type, RowModel Row)>(StringComparer.OrdinalIgnoreCase);
        foreach (RowResult result in results)
        {
            foreach (UserTypeModel type in result.Model?.UserTypes ?? default)
            {
                void Found(string kind, string name, RowModel other, string advice) => output.ReportDiagnostic(Diagnostic.Create(
                    ProblemDescriptors.UserTypeNamesCollide, result.Locations[new ProblemPlace.TableAttribute()],
                    type.PostgresName, result.Model!.FullTableName, kind, name, other.FullTableName, type.Name, advice));

                if (rowTypes.TryGetValue(type.FullName, out RowModel? row))
                    Found("row type", row.Type.Name, row, RenameAdvice);
                else if (!byName.TryGetValue(type.FullName, out (UserTypeModel Type, RowModel Row) first))
                    byName.Add(type.FullName, (type, result.Model!));
                else if (first.Type != type)
                    Found("type", first.Type.PostgresName, first.Row, first.Type.PostgresName == type.PostgresName ? PullAdvice : NamespaceAdvice);
            }
        }
    }
}
