using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary><c>check</c> and <c>status</c>: they look, and change nothing.</summary>
internal sealed class StateVerbs(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    public void AddTo(RootCommand root)
    {
        Option<bool> json = JsonReports.Option();
        var check = new Command("check", "look at source, slot, publication, target and drift; changes nothing") { json };
        check.SetAction((parsed, token) => VerbFailure.GuardAsync(() => CheckAsync(parsed.GetValue(json), token)));
        var status = new Command("status", "positions, tables and retained WAL of the pipeline, wherever it runs") { json };
        status.SetAction((parsed, token) => VerbFailure.GuardAsync(() => StatusAsync(parsed.GetValue(json), token)));
        root.Subcommands.Add(check);
        root.Subcommands.Add(status);
    }

    private async Task<int> CheckAsync(bool asJson, CancellationToken cancellationToken)
    {
        (PipelineOptions options, StarRocksOptions target) = read();
        await using var engine = new PipelineEngine(definition, options, target, TimeProvider.System, NullLogger.Instance);
        IReadOnlyList<CheckFinding> findings = await engine.CheckAsync(cancellationToken).ConfigureAwait(false);
        if (asJson)
            await Console.Out.WriteLineAsync(JsonReports.Of(findings)).ConfigureAwait(false);
        else
        {
            foreach (CheckFinding finding in findings)
                await Console.Out.WriteLineAsync($"{(finding.Problem is not null ? "PROBLEM" : finding.IsPending ? "pending" : "ok"),-8} {finding.Subject}: {finding.Problem ?? finding.State}").ConfigureAwait(false);
        }

        return findings.Any(static f => f.Problem is not null) ? ExitStatus.Differences : ExitStatus.Fine;
    }

    private async Task<int> StatusAsync(bool asJson, CancellationToken cancellationToken)
    {
        (PipelineOptions options, StarRocksOptions target) = read();
        PipelineStatus status = await PipelineStatus.ReadAsync(definition, options, target, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        if (asJson)
        {
            await Console.Out.WriteLineAsync(JsonReports.Of(status)).ConfigureAwait(false);
            return ExitStatus.Fine;
        }

        await Console.Out.WriteLineAsync($"pipeline     {status.Pipeline}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"slot         {status.Slot}: {status.SlotState}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"source WAL   {status.SourcePosition}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"durable      {status.DurablePosition ?? "nothing yet"}{(status.LagBytes is { } lag ? $", {Units.Bytes(lag)} behind" : "")}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"retained WAL {(status.RetainedBytes is { } retained ? Units.Bytes(retained) : "-")}").ConfigureAwait(false);
        foreach (TableStatus table in status.Tables)
            await Console.Out.WriteLineAsync($"table        {table.Table}: {table.State}{(table.State == "copying" ? $", {ProgressText.Of(table.Copy)}" : "")}{(table.RowsQuarantined > 0 ? $", {table.RowsQuarantined} row(s) in quarantine" : "")}").ConfigureAwait(false);
        return ExitStatus.Fine;
    }
}
