using Microsoft.Extensions.Configuration;
using PipelineGen.Hosting;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary>One run of the verb in this process.</summary>
internal static class VerifyRun
{
    public static async Task<(int Status, string Text)> RunAsync<TPipeline>(PipelineUnderTest<TPipeline> test, VerifyRequest request)
        where TPipeline : IPipeline
    {
        using var output = new StringWriter();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(test.Settings).Build();
        var verb = new VerifyVerb(TPipeline.Definition, () => PipelineSettings.Read(configuration, TPipeline.Definition.Name));
        return (await verb.VerifyAsync(request, output, CancellationToken.None), output.ToString());
    }
}
