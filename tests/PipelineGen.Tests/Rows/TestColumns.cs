using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Columns as generated code describes them.</summary>
internal static class TestColumns
{
    public static ColumnInfo Of(string type, string target, int maxBytes = 0, int precision = 0, int scale = 0, bool readsBinary = true) => new()
    {
        Table = "public.samples",
        Name = "sample",
        TargetName = "sample",
        LoadName = "sample",
        PostgresType = type,
        StarRocksType = target,
        MaxBytes = maxBytes,
        Precision = precision,
        Scale = scale,
        ReadsBinary = readsBinary,
    };
}
