using PipelineGen.AotSmoke;
using PipelineGen.Hosting;

// Without arguments the recorded tuples are decoded and encoded; with 'binary' or 'text' the rest are the verb and the
// settings of a pipeline: PipelineGen.AotSmoke binary run --until-caught-up --Source:ConnectionString=...
return args switch
{
    [] => RecordedTuples.Check(),
    ["binary", .. string[] rest] => await PipelineHost.RunAsync<BinaryPipeline>(rest),
    ["text", .. string[] rest] => await PipelineHost.RunAsync<TextPipeline>(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: PipelineGen.AotSmoke [binary|text VERB --Section:Key=value...]");
    return 2;
}
