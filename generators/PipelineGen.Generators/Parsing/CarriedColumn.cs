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
    /// <summary>Asks the contract about every column that is not left out; in attnum order.</summary>
    public static List<CarriedColumn> ResolveAll(CatalogFile file, ColumnChoices choices, EquatableArray<string> key, RowProblems problems)
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
                problems.Add(ProblemIds.GeneratedColumnLeftOut, place, column.Name, table);
                continue;
            }

            string? chosen = choices.OptionsOf(column.Name)?.StarRocksType;
            if (chosen is not null && !StarRocksTypeName.TryParse(chosen, out _))
                continue;
            bool isKey = key.Contains(column.Name);
            TypeResolution resolution = TypeContract.Resolve(column.Type, file, chosen, isKey);
            if (resolution.Mapping is { } mapping)
                carried.Add(new CarriedColumn(column, i + 1, mapping, isKey));
            else
                problems.Add(isKey ? ProblemIds.KeyColumnIllegal : ProblemIds.TypeRefused, place, column.Name, table, resolution.Refusal ?? "");
            if (resolution.Warning is { } warning)
                problems.Add(ProblemIds.TypeSurprising, place, column.Name, table, warning);
        }

        CheckKeySize(file.Table, carried, key, problems);
        return carried;
    }

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
