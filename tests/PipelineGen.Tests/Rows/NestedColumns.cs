using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Columns whose values are made of others, as generated code describes them.</summary>
internal static class NestedColumns
{
    public static ColumnInfo Of(
        string type, ColumnInfo? element = null, ColumnInfo[]? fields = null, string name = "sample", ValuePolicy policy = ValuePolicy.Error,
        uint oid = 0, int maxBytes = 0, int precision = 0, int scale = 0, char delimiter = ',') => new()
    {
        Table = "public.samples",
        Name = name,
        TargetName = "sample",
        LoadName = "sample",
        PostgresType = type,
        StarRocksType = "ANY",
        TypeOid = oid,
        MaxBytes = maxBytes,
        Precision = precision,
        Scale = scale,
        Policy = policy,
        Delimiter = (byte)delimiter,
        Element = element,
        Fields = fields ?? [],
    };

    /// <summary>An array of elements that are described by their type only.</summary>
    public static ColumnInfo ArrayOf(string type, ValuePolicy policy = ValuePolicy.Error, uint elementOid = 0, char delimiter = ',') =>
        Of(type + "[]", Of(type, name: "sample[]", policy: policy, oid: elementOid, delimiter: delimiter), policy: policy);
}
