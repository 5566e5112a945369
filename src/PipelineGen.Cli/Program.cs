using PipelineGen.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
return await PipelineGenTool.RunAsync(args, Console.Out, Console.Error, stop.Token);
