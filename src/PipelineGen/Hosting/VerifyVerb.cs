using System.CommandLine;
using System.Globalization;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary><c>verify</c>: source against target, row by row.</summary>
internal sealed class VerifyVerb(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    private const int CountWidth = 15;
    private const int ChecksumWidth = 16;

    public void AddTo(RootCommand root)
    {
        Option<bool> json = JsonReports.Option();
        var tables = new Argument<string[]>("TABLE")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "tables to compare, as public.orders or orders; all of the pipeline when none is named",
        };
        var verify = new Command(
            "verify",
            "compare row counts, checksums and every value, source against target; exits 3 when they differ. Changes on their way count as " +
            "differences: let the writers be still and the pipeline caught up (run --until-caught-up)") { tables, json };
        verify.SetAction((parsed, token) => VerbFailure.GuardAsync(() => VerifyAsync(parsed.GetValue(tables) ?? [], parsed.GetValue(json), Console.Out, token)));
        root.Subcommands.Add(verify);
    }

    /// <summary>Compares the tables, and prints each result as it is there.</summary>
    internal async Task<int> VerifyAsync(string[] tables, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        RefuseUnknown(tables);
        (PipelineOptions options, StarRocksOptions target) = read();
        await using var sql = new SqlClient(target);
        int tableWidth = definition.Tables.Max(static table => table.Layout.FullName.Length);
        if (!asJson)
            await output.WriteLineAsync($"{"table".PadRight(tableWidth)}  {"source rows",CountWidth}  {"target rows",CountWidth}  {"checksum",-ChecksumWidth}  result").ConfigureAwait(false);
        var results = new List<TableVerification>();
        await foreach (TableVerification result in new Verification(definition, options.SourceConnectionString, sql).RunAsync(tables, cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
            if (!asJson)
                await output.WriteLineAsync(Line(result, tableWidth)).ConfigureAwait(false);
        }

        if (asJson)
            await output.WriteLineAsync(JsonReports.Of(results)).ConfigureAwait(false);
        else
            await WriteDifferencesAsync(results, output).ConfigureAwait(false);
        return results.TrueForAll(static result => result.IsVerified) ? ExitStatus.Fine : ExitStatus.Differences;
    }

    private static string Line(TableVerification result, int tableWidth)
    {
        string checksum = result.SourceChecksum == result.TargetChecksum ? result.SourceChecksum : "differs";
        string verdict = result.IsVerified ? "verified" : "DIFFERENT";
        return string.Create(CultureInfo.InvariantCulture, $"{result.Table.PadRight(tableWidth)}  {result.SourceRows,CountWidth:N0}  {result.TargetRows,CountWidth:N0}  {checksum,-ChecksumWidth}  {verdict}{Quarantined(result)}");
    }

    private static string Quarantined(TableVerification result)
    {
        if (result.RowsInQuarantine is { } held && held != result.QuarantinedRows)
            return string.Create(CultureInfo.InvariantCulture, $" ({result.QuarantinedRows:N0} more rows belong into the quarantine, which has {held:N0})");
        return result.QuarantinedRows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.QuarantinedRows:N0} more in quarantine)");
    }

    private static async Task WriteDifferencesAsync(List<TableVerification> results, TextWriter output)
    {
        foreach (TableVerification result in results.Where(static result => !result.IsVerified))
        {
            await output.WriteLineAsync().ConfigureAwait(false);
            if (result.DifferentRows == 0)
                continue;
            string count = result.DifferentRows == 1 ? "one row differs" : string.Create(CultureInfo.InvariantCulture, $"{result.DifferentRows:N0} rows differ, the first of them");
            await output.WriteLineAsync($"{result.Table}: {count}:").ConfigureAwait(false);
            foreach (RowDifference difference in result.Differences)
                await output.WriteLineAsync($"  {difference}").ConfigureAwait(false);
        }
    }

    /// <summary>Before anything is connected to: a wrong name is a matter of the command line.</summary>
    private void RefuseUnknown(string[] tables)
    {
        foreach (string name in tables)
        {
            if (definition.Tables.Any(table => name == table.Layout.FullName || name == table.Layout.Name))
                continue;
            string nearest = EditDistance.Nearest(name, definition.Tables.SelectMany(static table => (string[])[table.Layout.FullName, table.Layout.Name]));
            throw new UsageException($"pipeline {definition.Name} has no table '{name}'. Did you mean {nearest}?");
        }
    }
}

/// <summary>The command line asks for something that there is not.</summary>
internal sealed class UsageException(string message) : Exception(message);
