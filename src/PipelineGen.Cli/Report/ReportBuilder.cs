using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Ddl;
using PipelineGen.Schema.Keys;
using PipelineGen.Schema.Types;

namespace PipelineGen.Cli.Report;

/// <summary>Makes the report from catalog files: every answer is the type contract's or a key rule's, none is made here.</summary>
internal static class ReportBuilder
{
    /// <param name="files">The tables, in the order of the report.</param>
    /// <param name="asked">Tables that were asked for by name; a foreign table that was not is no open decision.</param>
    public static ContractReport Build(IEnumerable<CatalogFile> files, Func<QualifiedName, bool> asked, ContractDefaults defaults) =>
        ContractReport.Of(files.Select(file => Table(file, asked(file.Table.Name), defaults)).ToArray());

    private static ReportTable Table(CatalogFile file, bool isAsked, ContractDefaults defaults)
    {
        CatalogTable table = file.Table;
        string[] keyNames = table.PrimaryKey?.Columns.ToArray() ?? [];
        if (UnsupportedTable.Of(table) is { } unsupported)
        {
            string message = $"{unsupported.What}: its changes don't arrive under its name";
            ReportFinding finding = isAsked
                ? TableFinding.TableKindUnsupported.Decision(message, unsupported.Advice)
                : TableFinding.TableKindUnsupported.Warning(message, unsupported.Advice);
            return new ReportTable(table.Name, table.Kind, keyNames, [finding], []);
        }

        var reporter = new ColumnReporter(file, defaults);
        var columns = new List<ReportColumn>();
        var mappings = new Dictionary<string, TypeMapping>(StringComparer.Ordinal);
        foreach (CatalogColumn column in table.Columns)
        {
            (ReportColumn line, TypeMapping? mapping) = reporter.Report(column, keyNames.Contains(column.Name));
            columns.Add(line);
            if (mapping is not null)
                mappings.Add(column.Name, mapping);
        }

        var findings = new List<ReportFinding>();
        if (!StarRocksName.IsLegalTable(table.Name.Name))
            findings.Add(TableFinding.NameIllegal.Decision($"StarRocks does not take the name {table.Name.Name}", "[StarRocksTable(\"...\")]"));
        findings.AddRange(KeyReporter.Report(table, keyNames.Where(mappings.ContainsKey).Select(name => mappings[name]).ToArray()));
        return new ReportTable(table.Name, table.Kind, keyNames, findings, columns);
    }
}
