using System.Globalization;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Ddl;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the StarRocks table: names that it takes, sort key, buckets and properties.</summary>
internal static class TargetResolver
{
    /// <summary>Buckets that a partition can have (STARROCKS.md 5.2).</summary>
    private const int MaxBuckets = 1024;

    public static StarRocksTable? Resolve(
        RowDeclaration declaration, CatalogTable table, string catalogFile, List<ColumnModel> columns, EquatableArray<string> key, RowProblems problems)
    {
        TargetOptions options = declaration.Target;
        string name = options.Name ?? table.Name.Name;
        if (!StarRocksName.IsLegalTable(name))
            problems.Add(ProblemIds.TargetNameIllegal, Place, name, "the table", "it needs 1 to 1024 characters", "[StarRocksTable(\"...\")]");
        CheckColumnNames(columns, declaration, problems);
        if (options.Buckets is < 0 or > MaxBuckets)
            problems.Add(ProblemIds.TargetOptionInvalid, Place, declaration.Type.Name, $"Buckets is {options.Buckets.ToString(CultureInfo.InvariantCulture)}, expected 0 (StarRocks chooses) to {MaxBuckets}");
        EquatableArray<string> orderBy = OrderBy(declaration, table, catalogFile, columns, problems);
        EquatableArray<StarRocksProperty> properties = Properties(declaration, problems);
        if (problems.HasErrors)
            return null;
        return new StarRocksTable(
            name,
            columns.Select(static c => new StarRocksColumn(c.TargetName, c.StarRocksType, c.NotNull, c.Comment)),
            key.Select(k => columns.First(c => c.Name == k).TargetName),
            options.IsAppendOnly ? StarRocksModel.Append : StarRocksModel.PrimaryKey)
        {
            Comment = table.Comment,
            Buckets = options.Buckets,
            OrderBy = orderBy,
            Properties = properties,
        };
    }

    private static ProblemPlace Place { get; } = new ProblemPlace.TargetAttribute();

    private static void CheckColumnNames(List<ColumnModel> columns, RowDeclaration declaration, RowProblems problems)
    {
        // Names of columns ignore case; names that the load maps from live among them.
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (ColumnModel column in columns)
        {
            ProblemPlace place = PlaceOf(column, declaration);
            string advice = $"[Column(\"{column.Name}\", TargetName = \"...\")]";
            if (!StarRocksName.IsLegalColumn(column.TargetName))
            {
                string reason = StarRocksName.IsReservedColumn(column.TargetName)
                    ? "StarRocks reserves the name"
                    : "it needs 1 to 1024 characters, none of them = < > ! *";
                problems.Add(ProblemIds.TargetNameIllegal, place, column.TargetName, $"column '{column.Name}'", reason, advice);
            }

            foreach (string name in new[] { column.TargetName, column.LoadName }.Distinct(StringComparer.Ordinal))
            {
                if (taken.TryGetValue(name, out string? other))
                    problems.Add(ProblemIds.TargetNameIllegal, place, name, $"column '{column.Name}'", $"column '{other}' has it already, and StarRocks ignores letter case", advice);
                else
                    taken.Add(name, column.Name);
            }
        }
    }

    private static ProblemPlace PlaceOf(ColumnModel column, RowDeclaration declaration)
    {
        if (column.Property.Declaration is { } property)
            return new ProblemPlace.Property(property.Name);
        ColumnOptions? options = declaration.Columns.FirstOrDefault(c => c.Name == column.Name);
        return options is null ? new ProblemPlace.TableAttribute() : new ProblemPlace.ColumnAttribute(options.Index);
    }

    private static EquatableArray<string> OrderBy(
        RowDeclaration declaration, CatalogTable table, string catalogFile, List<ColumnModel> columns, RowProblems problems)
    {
        var orderBy = new List<string>();
        foreach (string name in (declaration.Target.OrderBy ?? "").Split(',').Select(static n => n.Trim()).Where(static n => n.Length > 0))
        {
            ColumnModel? column = columns.FirstOrDefault(c => c.Name == name);
            if (column is null)
                problems.Add(
                    ProblemIds.ColumnUnknown, Place, "[StarRocksTable(OrderBy = ...)]", name, table.Name.ToString(), catalogFile,
                    NearestName.Hint(name, columns.Select(static c => c.Name)));
            else if (!IsLegalSortKey(column.StarRocksType))
                problems.Add(ProblemIds.TargetOptionInvalid, Place, declaration.Type.Name, $"OrderBy names column '{name}', and {column.StarRocksType} can't be a sort key");
            else
                orderBy.Add(column.TargetName);
        }

        return orderBy.ToEquatableArray();
    }

    private static bool IsLegalSortKey(string type) =>
        type is "BOOLEAN" or "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "DATE" or "DATETIME" ||
        type.StartsWith("VARCHAR", StringComparison.Ordinal) || type.StartsWith("VARBINARY", StringComparison.Ordinal);

    private static EquatableArray<StarRocksProperty> Properties(RowDeclaration declaration, RowProblems problems)
    {
        var properties = new List<StarRocksProperty>();
        foreach (string property in declaration.Target.Properties)
        {
            int equals = property.IndexOf('=');
            string name = equals < 0 ? "" : property.Substring(0, equals).Trim();
            if (name.Length == 0)
                problems.Add(ProblemIds.TargetOptionInvalid, Place, declaration.Type.Name, $"property '{property}' is not 'name=value'");
            else
                properties.Add(new StarRocksProperty(name, property.Substring(equals + 1).Trim()));
        }

        return properties.ToEquatableArray();
    }
}
