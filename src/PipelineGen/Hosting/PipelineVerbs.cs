using System.CommandLine;
using Microsoft.Extensions.Configuration;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>The command line of a compiled pipeline (ARCHITECTURE.md, section 3): one class a group of verbs.</summary>
internal sealed class PipelineVerbs(PipelineDefinition definition, Func<IConfiguration> configuration)
{
    public RootCommand Build()
    {
        var root = new RootCommand(
            $"Pipeline '{definition.Name}': PostgreSQL to StarRocks, {definition.Tables.Count} tables.{Environment.NewLine}{Environment.NewLine}" +
            $"Settings, as --Key=value, environment variables (Source__ConnectionString) or appsettings.json:{Environment.NewLine}{DescribeSettings()}");
        new RunVerb(definition, Read).AddTo(root);
        new StateVerbs(definition, Read).AddTo(root);
        new VerifyVerb(definition, Read).AddTo(root);
        new ResnapshotVerb(definition, Read).AddTo(root);
        new DdlVerbs(definition, Read).AddTo(root);
        return root;
    }

    private static string DescribeSettings() => string.Join(Environment.NewLine, PipelineSettings.Keys.Select(static k =>
        $"  {k.Name,-28} {k.Description}{(string.IsNullOrEmpty(k.Default) ? "" : $" (default {k.Default})")}"));

    private (PipelineOptions Options, StarRocksOptions Target) Read() => PipelineSettings.Read(configuration(), definition.Name);
}
