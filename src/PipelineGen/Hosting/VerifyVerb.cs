using System.CommandLine;
using System.Globalization;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary><c>verify</c>: source against target, row by row, while both move.</summary>
internal sealed class VerifyVerb(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    private const int CountWidth = 15;
    private const int ChecksumWidth = 16;
    private const int ChunksWidth = 6;

    public void AddTo(RootCommand root)
    {
        Option<bool> json = JsonReports.Option();
        var tables = new Argument<string[]>("TABLE")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "tables to compare, as public.orders or orders; all of the pipeline when none is named",
        };
        var chunkRows = new Option<int>("--chunk-rows")
        {
            Description = "rows that are compared at a time; their keys are held in memory", DefaultValueFactory = static _ => Verification.DefaultChunkRows,
        };
        chunkRows.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) || rows < 1))
                result.AddError($"--chunk-rows is '{result.Tokens[0].Value}', and must be a number of rows, at least 1");
        });
        var wait = new Option<TimeSpan>("--wait")
        {
            Description = "how long the pipeline's position may stand still before that is an error, such as 30s or 10m",
            DefaultValueFactory = static _ => LiveVerification.DefaultWait,
            CustomParser = static result =>
            {
                if (!Units.TryParseDuration(result.Tokens[0].Value, out TimeSpan value) || value <= TimeSpan.Zero)
                    result.AddError($"--wait is '{result.Tokens[0].Value}', and must be a duration such as 30s or 10m");
                return value;
            },
        };
        var verify = new Command(
            "verify",
            "compare row counts, checksums and every value, source against target, while both are live: changes on their way are waited for. " +
            "Exits 3 when rows differ or a table is not copied yet. It repairs nothing") { tables, chunkRows, wait, json };
        verify.SetAction((parsed, token) => VerbFailure.GuardAsync(() => VerifyAsync(
            new VerifyRequest(parsed.GetValue(tables) ?? []) { AsJson = parsed.GetValue(json), ChunkRows = parsed.GetValue(chunkRows), Wait = parsed.GetValue(wait), Progress = ProgressLine.ForVerification() },
            Console.Out,
            token)));
        root.Subcommands.Add(verify);
    }

    /// <summary>Compares the tables, and prints each result as it is there.</summary>
    internal async Task<int> VerifyAsync(VerifyRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        // Before anything is connected to: a wrong name is a matter of the command line.
        TableNames.Resolve(definition, request.Tables);
        (PipelineOptions options, StarRocksOptions target) = read();
        await using var sql = new SqlClient(target);
        var verification = new Verification(definition, options.SourceConnectionString, sql)
        {
            ChunkRows = request.ChunkRows, Live = new LiveVerification(options.Slot, options.Publication, target.Database) { Wait = request.Wait }, Progress = request.Progress,
        };
        int tableWidth = definition.Tables.Max(static table => table.Layout.FullName.Length);
        if (!request.AsJson)
            await output.WriteLineAsync($"{"table".PadRight(tableWidth)}  {"source rows",CountWidth}  {"target rows",CountWidth}  {"checksum",-ChecksumWidth}  {"chunks",ChunksWidth}  result").ConfigureAwait(false);
        var results = new List<TableVerification>();
        await foreach (TableVerification result in verification.RunAsync(request.Tables, cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
            if (request.Progress is not null)
                ProgressLine.Clear();
            if (!request.AsJson)
                await output.WriteLineAsync(Line(result, tableWidth)).ConfigureAwait(false);
        }

        if (request.AsJson)
            await output.WriteLineAsync(JsonReports.Of(results)).ConfigureAwait(false);
        else
            await WriteDifferencesAsync(results, output).ConfigureAwait(false);
        return results.TrueForAll(static result => result.IsVerified) ? ExitStatus.Fine : ExitStatus.Differences;
    }

    private static string Line(TableVerification result, int tableWidth)
    {
        string checksum = !result.IsCopied ? "-" : result.SourceChecksum == result.TargetChecksum ? result.SourceChecksum : "differs";
        string verdict = !result.IsCopied ? "NOT COPIED YET" : result.IsVerified ? "verified" : "DIFFERENT";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Table.PadRight(tableWidth)}  {result.SourceRows,CountWidth:N0}  {result.TargetRows,CountWidth:N0}  {checksum,-ChecksumWidth}  {result.Chunks,ChunksWidth:N0}  {verdict}{Quarantined(result)}{Unsettled(result)}");
    }

    private static string Unsettled(TableVerification result) =>
        result.UnsettledRows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.UnsettledRows:N0} unsettled: written to whenever looked at)");

    private static string Quarantined(TableVerification result)
    {
        if (result.RowsInQuarantine is { } held && held != result.QuarantinedRows)
            return string.Create(CultureInfo.InvariantCulture, $" ({result.QuarantinedRows:N0} more rows belong into the quarantine, which has {held:N0})");
        return result.QuarantinedRows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.QuarantinedRows:N0} more in quarantine)");
    }

    private static async Task WriteDifferencesAsync(List<TableVerification> results, TextWriter output)
    {
        foreach (TableVerification result in results.Where(static result => result is { IsVerified: false, IsCopied: true }))
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
}

/// <summary>What <c>verify</c> is asked for.</summary>
/// <param name="Tables">Empty for all.</param>
internal sealed record VerifyRequest(string[] Tables)
{
    public bool AsJson { get; init; }

    public int ChunkRows { get; init; } = Verification.DefaultChunkRows;

    public TimeSpan Wait { get; init; } = LiveVerification.DefaultWait;

    public Action<VerificationProgress>? Progress { get; init; }
}

/// <summary>The command line asks for something that there is not.</summary>
internal sealed class UsageException(string message) : Exception(message);
