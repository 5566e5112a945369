using System.CommandLine;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>
/// <c>resnapshot TABLE...</c>: leaves a wish in the progress table. The running pipeline fulfils it while its other tables
/// stream on; if none runs, the next start does.
/// </summary>
internal sealed class ResnapshotVerb(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    public void AddTo(RootCommand root)
    {
        var tables = new Argument<string[]>("TABLE") { Arity = ArgumentArity.OneOrMore, Description = "tables to copy again, as public.orders or orders" };
        var yes = new Option<bool>("--yes") { Description = "don't ask: the tables' rows in StarRocks are removed first" };
        var resnapshot = new Command(
            "resnapshot", "copy tables again, from nothing, while the others stream on; their tables in StarRocks are emptied first") { tables, yes };
        resnapshot.SetAction((parsed, token) => VerbFailure.GuardAsync(() => WishAsync(parsed.GetValue(tables) ?? [], parsed.GetValue(yes), token)));
        root.Subcommands.Add(resnapshot);
    }

    private async Task<int> WishAsync(string[] names, bool isAgreed, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableLayout> tables = TableNames.Resolve(definition, names);
        (PipelineOptions options, StarRocksOptions target) = read();
        string list = string.Join(", ", tables.Select(static t => t.TargetTable));
        if (!isAgreed && !await AskAsync($"This empties {list} in {target.QueryEndpoint}/{target.Database} and copies from PostgreSQL again. Go on? [y/N] ").ConfigureAwait(false))
            return ExitStatus.Failed;

        await using var sql = new SqlClient(target);
        var progress = new ProgressStore(sql, definition.Name, TimeProvider.System);
        StoredProgress stored = await progress.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (stored.Position is null)
            throw new PreparationException($"pipeline {definition.Name} has no progress in {target.Database}: its first run copies every table");
        await progress.WriteAsync(tables.Select(static t => new StoredRequest(t.FullName, Guid.NewGuid().ToString("N"))), cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(await IsRunningAsync(options, cancellationToken).ConfigureAwait(false)
            ? $"{list}: the running pipeline begins within Pipeline:HeartbeatInterval ({options.HeartbeatInterval.TotalSeconds:0.#} s); 'status' shows how far it is"
            : $"{list}: no pipeline runs; the next run begins with it").ConfigureAwait(false);
        return ExitStatus.Fine;
    }

    private static async Task<bool> AskAsync(string question)
    {
        if (Console.IsInputRedirected)
            throw new UsageException("resnapshot removes rows and there is nobody to ask: say --yes");
        await Console.Error.WriteAsync(question).ConfigureAwait(false);
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<bool> IsRunningAsync(PipelineOptions options, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(SourceSession.ForQueries(options.SourceConnectionString));
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ReplicationSlot.FindAsync(connection, options.Slot, cancellationToken).ConfigureAwait(false) is { ActivePid: not null };
    }
}
