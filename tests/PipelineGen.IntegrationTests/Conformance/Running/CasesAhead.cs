using System.Collections.Concurrent;
using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>
/// Cases that wait for ALTER jobs need time and no processor: the first that is asked for starts all of them side by side, on
/// threads of their own, and each one's row then tells how it ended.
/// </summary>
internal sealed class CasesAhead
{
    private const int AtOnce = 8;

    private readonly Dictionary<string, TaskCompletionSource> _ends = new(StringComparer.Ordinal);

    public CasesAhead(IEnumerable<ConformanceCase> cases, StandIn server)
    {
        var queue = new ConcurrentQueue<ConformanceCase>(cases.Where(Concerns));
        foreach (ConformanceCase one in queue)
            _ends.Add(one.ToString(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        for (int i = 0; i < AtOnce; i++)
            Task.Factory.StartNew(() => RunAll(queue, server), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public static bool Concerns(ConformanceCase one) => !one.NeedsOwnServer && one.Steps.Any(static s => s is WaitAlterStep);

    public Task EndOf(ConformanceCase one) => _ends[one.ToString()].Task;

    private void RunAll(ConcurrentQueue<ConformanceCase> queue, StandIn server)
    {
        while (queue.TryDequeue(out ConformanceCase? next))
        {
            TaskCompletionSource end = _ends[next.ToString()];
            try
            {
                CaseRunner.RunAsync(next, server.Address, server).GetAwaiter().GetResult();
                end.SetResult();
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        }
    }
}
