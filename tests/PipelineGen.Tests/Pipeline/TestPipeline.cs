using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A pipeline as the generator would write it.</summary>
internal sealed class TestPipeline : IPipeline
{
    public static PipelineDefinition Definition { get; } = new("shop", [TableCodec.For<Item>(), TableCodec.For<Photo>(), TableCodec.For<Hit>()]);
}
