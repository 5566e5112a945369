using PipelineGen.Cli;

return await PipelineGenTool.RunAsync(args, Console.Out, Console.Error);
