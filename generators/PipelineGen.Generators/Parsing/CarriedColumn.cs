using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Keys;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>A column that is carried, with the type contract's answer.</summary>
/// <param name="Number">Its place among all columns of the table, from 1.</param>
internal sealed record CarriedColumn(CatalogColumn Column, int Number, TypeMapping Mapping, bool IsKey)
{
    /// <summary>Whether neither Postgres nor the column's policy makes NULLs.</summary>
    public bool NotNull => Column.NotNull && Mapping.Policy != OutsidePolicy.Null;

    /// <summary>Asks the contract about every column that is not left out; in attnum order.</summary>
    public static List<CarriedColumn> ResolveAll(CatalogFile file, ColumnChoices choices, ContractDefaults defaults, EquatableArray<string> key, RowProblems problems)
    {
        var carried = new List<CarriedColumn>();
        string table = file.Table.Name.ToString();
        for (int i = 0; i < file.Table.Columns.Count; i++)
        {
            CatalogColumn column = file.Table.Columns[i];
            if (choices.IsIgnored(column.Name))
                continue;
            ProblemPlace place = choices.PlaceOf(column.Name);
            if (column.Generated != GeneratedKind.None)
            {
                problems.Add(ProblemIds.GeneratedColumnLeftOut, place, Facts(column.Name, isKey: false, ["Ignore = true"]), [column.Name, table]);
                continue;
            }

            ColumnOptions? options = choices.OptionsOf(column.Name);
            if (options?.StarRocksType is { } chosen && !StarRocksTypeName.TryParse(chosen, out _))
                continue;
            bool isKey = key.Contains(column.Name);
            TypeResolution resolution = TypeContract.Resolve(column.Type, file, new ColumnChoice
            {
                StarRocksType = options?.StarRocksType, Policy = options?.Policy ?? OutsidePolicy.Default, Trim = options?.Trim ?? false, IsKey = isKey, Defaults = defaults,
            });
            if (resolution.Mapping is { } mapping)
                carried.Add(new CarriedColumn(column, i + 1, mapping, isKey));
            foreach (TypeFinding finding in resolution.Findings)
                {
                string message = finding.Choices.Count == 0 ? finding.Message : $"{finding.Message}. {finding.Advice}";
                problems.Add(ProblemOf(finding), place, Facts(column.Name, isKey, finding.Choices, finding.Argument), [column.Name, table, message]);
            }
        }

        CheckKeySize(file.Table, carried, key, problems);
        return carried;
    }

    private static ProblemFact[] Facts(string column, bool isKey, IEnumerable<string> choices, string? unused = null)
    {
        var facts = new List<ProblemFact> { new(ProblemFacts.Column, column), new(ProblemFacts.Choices, string.Join("\n", choices)) };
        if (isKey)
            facts.Add(new ProblemFact(ProblemFacts.Key, "true"));
        if (unused is not null)
            facts.Add(new ProblemFact(ProblemFacts.Argument, unused));
        return [.. facts];
    }

    private static string ProblemOf(TypeFinding finding) => (finding.Kind, finding.Severity) switch
    {
        (TypeFindingKind.NumericUndecided, _) => ProblemIds.NumericUndecided,
        (TypeFindingKind.TargetTooSmall, TypeFindingSeverity.Decision) => ProblemIds.TargetTooSmall,
        (TypeFindingKind.TargetTooSmall, _) => ProblemIds.TextLongerThanTarget,
        (TypeFindingKind.TargetUnsuitable, _) => ProblemIds.TargetUnsuitable,
        (TypeFindingKind.KeyIllegal, _) => ProblemIds.KeyColumnIllegal,
        (TypeFindingKind.ChoiceUnused, _) => ProblemIds.ChoiceUnused,
        (TypeFindingKind.LengthLimit, _) => ProblemIds.LengthLimit,
        (TypeFindingKind.JsonPrecision, _) => ProblemIds.JsonPrecision,
        (TypeFindingKind.ExtensionTypeUnknown, _) => ProblemIds.ExtensionTypeUnknown,
        (TypeFindingKind.TypeUnknown or TypeFindingKind.Surprising, _) => ProblemIds.TypeSurprising,
        _ => ProblemIds.TypeRefused,
    };

    private static void CheckKeySize(CatalogTable table, List<CarriedColumn> carried, EquatableArray<string> key, RowProblems problems)
    {
        List<CarriedColumn> columns = key.Select(name => carried.FirstOrDefault(c => c.Column.Name == name)).OfType<CarriedColumn>().ToList();
        if (columns.Count != key.Count || columns.Count == 0)
            return;
        long bytes = KeySize.Encoded(columns.ConvertAll(static c => c.Mapping));
        if (bytes <= KeySize.MaxBytes)
            return;
        string described = string.Join(", ", columns.Select(static c => $"{c.Column.Name} {c.Mapping.StarRocksType}"));
        problems.Add(
            ProblemIds.KeyOversized, new ProblemPlace.TableAttribute(), table.Name.ToString(), described,
            bytes.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
