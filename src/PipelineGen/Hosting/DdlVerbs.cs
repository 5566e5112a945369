using System.CommandLine;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary><c>ddl print</c>, <c>ddl plan</c> and <c>ddl apply</c>.</summary>
internal sealed class DdlVerbs(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    public void AddTo(RootCommand root)
    {
        var ddl = new Command("ddl", "the StarRocks tables of this build");
        var print = new Command("print", "print the CREATE TABLE statements");
        print.SetAction(_ => PrintDdl());
        var plan = new Command("plan", "compare the tables with live StarRocks; exits 3 when they differ");
        plan.SetAction((_, token) => VerbFailure.GuardAsync(() => PlanAsync(apply: false, token)));
        var apply = new Command("apply", "create the tables that are missing");
        apply.SetAction((_, token) => VerbFailure.GuardAsync(() => PlanAsync(apply: true, token)));
        ddl.Subcommands.Add(print);
        ddl.Subcommands.Add(plan);
        ddl.Subcommands.Add(apply);
        root.Subcommands.Add(ddl);
    }

    private int PrintDdl()
    {
        foreach (TableCodec table in definition.Tables)
        {
            Console.Out.WriteLine(table.Layout.CreateTable.TrimEnd().TrimEnd(';') + ";");
            Console.Out.WriteLine();
        }

        return ExitStatus.Fine;
    }

    private async Task<int> PlanAsync(bool apply, CancellationToken cancellationToken)
    {
        (_, StarRocksOptions target) = read();
        await using var sql = new SqlClient(target, withoutDatabase: true);
        var schema = new TargetSchema(sql);
        bool databaseExists = await schema.DatabaseExistsAsync(target.Database, cancellationToken).ConfigureAwait(false);
        var missing = new List<string>();
        bool differs = false;
        foreach (TableLayout layout in definition.Tables.Select(static t => t.Layout))
        {
            TargetTable? table = databaseExists ? await schema.ReadAsync(target.Database, layout.TargetTable, cancellationToken).ConfigureAwait(false) : null;
            if (table is null)
            {
                missing.Add(layout.CreateTable);
                await Console.Out.WriteLineAsync($"create   {layout.TargetTable}").ConfigureAwait(false);
                continue;
            }

            IReadOnlyList<string> differences = TargetShape.Differences(layout, table);
            differs |= differences.Count > 0;
            await Console.Out.WriteLineAsync(differences.Count == 0 ? $"same     {layout.TargetTable}" : $"differs  {layout.TargetTable}: {string.Join("; ", differences)}").ConfigureAwait(false);
        }

        if (!apply)
            return differs || missing.Count > 0 ? ExitStatus.Differences : ExitStatus.Fine;
        if (!databaseExists)
            await new DdlExecutor(sql).CreateDatabaseIfMissingAsync(target.Database, cancellationToken).ConfigureAwait(false);
        await using var inDatabase = new SqlClient(target);
        await new DdlExecutor(inDatabase).ExecuteAsync(missing, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"created {missing.Count} tables").ConfigureAwait(false);
        return differs ? ExitStatus.Differences : ExitStatus.Fine;
    }
}
