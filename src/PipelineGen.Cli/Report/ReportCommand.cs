using System.CommandLine;
using System.Globalization;
using PipelineGen.Cli.Catalog;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Cli.Report;

/// <summary>How the report is printed.</summary>
internal enum ReportFormat { Table, Markdown, Json }

/// <summary><c>pipelinegen catalog report</c>: what each column would become, before anybody writes a class.</summary>
internal static class ReportCommand
{
    private static readonly Option<string?> Folder = new("--dir")
    {
        Description = "Read the committed catalog files of this folder instead of a database.",
        HelpName = "folder",
    };

    private static readonly Option<ReportFormat> Format = new("--format")
    {
        Description = "table for a terminal, markdown, or json.",
        DefaultValueFactory = _ => ReportFormat.Table,
    };

    private static readonly Option<bool> OpenOnly = new("--open-only") { Description = "Show only what needs attention. The counts stay those of all columns." };

    private static readonly Option<int> StarRocksVersion = new("--starrocks-version")
    {
        Description = "The oldest StarRocks that the tables are for, such as 3.3; from 4.0 on DECIMAL has up to 76 digits.",
        DefaultValueFactory = _ => ContractDefaults.OldestTarget,
        HelpName = "version",
        CustomParser = result =>
        {
            string version = result.Tokens[0].Value;
            string[] parts = version.Split('.');
            bool isVersion = parts.Length is >= 1 and <= 3
                && parts.All(p => p.Length is > 0 and <= 4 && int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));
            int major = isVersion ? int.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture) : 0;
            if (major < ContractDefaults.OldestTarget)
                result.AddError($"--starrocks-version: expected a version from {ContractDefaults.OldestTarget} on, such as 3.3 or 4.0, found '{version}'");
            return major;
        },
    };

    private static readonly Option<OutsidePolicy> Policy = new("--policy")
    {
        Description = "The project's policy for values that a StarRocks type can't hold: error (default), null, clamp, text or quarantine.",
        HelpName = "policy",
        CustomParser = result =>
        {
            string word = result.Tokens[0].Value;
            OutsidePolicy policy = Enum.GetValues<OutsidePolicy>().FirstOrDefault(p => string.Equals(p.ToString(), word, StringComparison.OrdinalIgnoreCase));
            if (policy == OutsidePolicy.Default)
                result.AddError($"--policy: expected error, null, clamp, text or quarantine, found '{word}'");
            return policy;
        },
    };

    /// <param name="connection">The option of <c>pull</c>, and so on.</param>
    public static Command Create(Option<string?> connection, Option<string[]> schemas, Option<QualifiedName[]> tables, Option<bool> json)
    {
        var report = new Command("report", "Show what every column becomes and which need a decision; exit status 3 while decisions are open.")
        {
            connection, Folder, schemas, tables, StarRocksVersion, Policy, OpenOnly, Format, json,
        };
        report.Validators.Add(result =>
        {
            if (result.GetValue(Folder) is not null && result.GetValue(connection) is not null)
                result.AddError("--dir and --connection exclude each other: the report reads committed files or a database");
        });
        report.SetAction(async (parsed, cancel) =>
        {
            var selection = new TableSelection(parsed.GetValue(schemas) ?? [], parsed.GetValue(tables) ?? []);
            ReportSource source = parsed.GetValue(Folder) is { } folder
                ? ReportSource.ReadFolder(folder, selection)
                : await ReportSource.ReadDatabaseAsync(SourceConnection.Choose(parsed.GetValue(connection)), selection, cancel);
            var defaults = new ContractDefaults(
                new[] { new TypeDefault(null, null, parsed.GetValue(Policy)) }.ToEquatableArray(), parsed.GetValue(StarRocksVersion));
            ContractReport all = ReportBuilder.Build(source.Files, source.Asked, defaults);
            Print(
                parsed.InvocationConfiguration.Output,
                parsed.GetValue(OpenOnly) ? all.OpenOnly() : all,
                parsed.GetValue(json) ? ReportFormat.Json : parsed.GetValue(Format));
            return all.Counts.Decisions > 0 ? ExitStatus.Differences : ExitStatus.Fine;
        });
        return report;
    }

    private static void Print(TextWriter output, ContractReport report, ReportFormat format)
    {
        switch (format)
        {
            case ReportFormat.Markdown:
                ReportMarkdown.Write(output, report);
                break;
            case ReportFormat.Json:
                output.WriteJson(new
                {
                    report.Counts,
                    Tables = report.Tables.Select(t => new { Table = CatalogFormat.WriteName(t.Name), t.Kind, t.Key, t.State, t.Findings, t.Columns }),
                });
                break;
            default:
                ReportPrinter.Print(output, report);
                break;
        }
    }
}
