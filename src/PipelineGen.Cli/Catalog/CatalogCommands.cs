using System.CommandLine;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>The verbs of <c>pipelinegen catalog</c> and their options.</summary>
internal static class CatalogCommands
{
    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = $"Npgsql connection string of the source. Default: the environment's {SourceConnection.EnvironmentVariable}.",
        HelpName = "string",
    };

    private static readonly Option<string> Folder = new("--dir")
    {
        Description = "Folder of the catalog files.",
        DefaultValueFactory = _ => "catalog",
        HelpName = "folder",
    };

    private static readonly Option<string[]> Schemas = new("--schema")
    {
        Description = "Pull the tables of this schema only. May be given more than once.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "name",
    };

    private static readonly Option<QualifiedName[]> Tables = new("--table")
    {
        Description = "Pull this table, also a partition, foreign table or materialized view. May be given more than once.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "schema.name",
        CustomParser = result => result.Tokens.Select(token =>
        {
            if (!CatalogFormat.TryReadName(token.Value, out QualifiedName name))
                result.AddError($"--table: expected schema.name, found '{token.Value}'");
            return name;
        }).ToArray(),
    };

    private static readonly Option<bool> Prune = new("--prune") { Description = "Remove the files of tables that the database no longer has." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document." };

    public static Command Create()
    {
        var pull = new Command("pull", "Write one catalog file for each table.") { Connection, Folder, Schemas, Tables, Prune, Json };
        pull.SetAction(PullAsync);
        var check = new Command("check", "Compare the committed catalog files with the database; exit status 3 when they differ.") { Connection, Folder, Json };
        check.SetAction(CheckAsync);
        return new Command("catalog", "Snapshots of the source's catalog, committed beside the code.") { pull, check };
    }

    private static async Task<int> PullAsync(ParseResult parsed, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        var pull = new CatalogPull(
            new CatalogFolder(parsed.GetValue(Folder)!),
            new TableSelection(parsed.GetValue(Schemas) ?? [], parsed.GetValue(Tables) ?? []),
            parsed.GetValue(Prune),
            parsed.InvocationConfiguration.Error);
        IReadOnlyList<ChangedFile> files = await pull.RunAsync(ConnectionString(parsed), cancel);
        if (parsed.GetValue(Json))
            output.WriteJson(new { files });
        else
            CatalogPrinter.Pulled(output, files);
        return ExitStatus.Fine;
    }

    private static async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        string folder = parsed.GetValue(Folder)!;
        CheckResult result = await new CatalogCheck(new CatalogFolder(folder), folder).RunAsync(ConnectionString(parsed), cancel);
        if (parsed.GetValue(Json))
        {
            output.WriteJson(new
            {
                result.Tables,
                Differences = result.Differences.Select(d => new { Table = CatalogFormat.WriteName(d.Table), d.Kind, d.Subject, d.Committed, d.Live, d.Message }),
            });
        }
        else
        {
            CatalogPrinter.Checked(output, result);
        }

        return result.Differences.Count == 0 ? ExitStatus.Fine : ExitStatus.Differences;
    }

    private static string? ConnectionString(ParseResult parsed) =>
        parsed.GetValue(Connection) ?? Environment.GetEnvironmentVariable(SourceConnection.EnvironmentVariable);
}
