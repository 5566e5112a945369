using PipelineGen.Hosting;
using Shop;
using Shop.Demo;

// With a source, or with a verb, the executable is the compiled pipeline and nothing more; without both it shows itself.
return DemoProgram.IsWanted(args) ? await DemoProgram.RunAsync(args) : await PipelineHost.RunAsync<ShopPipeline>(args);
