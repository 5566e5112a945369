using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PipelineGen.Benchmarks;

// 'quick' measures in this process; anything else is BenchmarkDotNet's command line.
if (args is ["quick"])
    return QuickRun.Run();
if (args is [SnapshotBenchmark.Verb, ..])
    return await SnapshotBenchmark.RunAsync(args[1..]);

// In this process: the project that BenchmarkDotNet would write and build inside the repository takes longer to build than to run.
IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsDefault());
BenchmarkSwitcher.FromTypes([typeof(RowBenchmarks)]).Run(args, config);
return 0;
