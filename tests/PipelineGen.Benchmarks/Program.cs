using BenchmarkDotNet.Running;
using PipelineGen.Benchmarks;

// 'quick' measures in this process; anything else is BenchmarkDotNet's command line.
if (args is ["quick"])
    return QuickRun.Run();
BenchmarkSwitcher.FromTypes([typeof(RowBenchmarks)]).Run(args);
return 0;
