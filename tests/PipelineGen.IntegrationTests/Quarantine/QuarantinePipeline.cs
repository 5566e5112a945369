using PipelineGen.Rows;
using PipelineGen.Tests.Pipeline;

namespace PipelineGen.IntegrationTests;

/// <summary>A pipeline over two tables with the policy Quarantine, whose rows the unit tests wrote by hand.</summary>
internal sealed class QuarantinePipeline : IPipeline
{
    public const string Schema = """
        CREATE TABLE fruits (id text PRIMARY KEY, name text NOT NULL, body text);
        ALTER TABLE fruits ALTER COLUMN body SET STORAGE EXTERNAL;
        CREATE TABLE tags (label text NOT NULL);
        ALTER TABLE tags REPLICA IDENTITY FULL;
        """;

    public static PipelineDefinition Definition { get; } = new("it_quarantine", [TableCodec.For<Fruit>(), TableCodec.For<Tag>()]);
}
