using PipelineGen.Hosting;
using PipelineGen.IntegrationTests.Faults;

namespace PipelineGen.IntegrationTests;

/// <summary>
/// This assembly as an executable: the long form of the oracle, and pipelines as processes of their own, which a test can kill.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [OracleCommand.Verb, ..] => OracleCommand.RunAsync(args[1..]),
        [OracleProcess.Verb, ..] => PipelineHost.RunAsync<OraclePipeline>(args[1..]),
        _ => PipelineHost.RunAsync<QuarantinePipeline>(args),
    };
}
