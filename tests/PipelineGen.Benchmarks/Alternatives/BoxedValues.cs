using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>Column values as objects, chosen by the column's type when the row arrives: what a generic client does.</summary>
internal static class BoxedValues
{
    public static object? Read(ColumnInfo column, ColumnValue value) => value.IsNull ? null : column.TypeOid switch
    {
        16 => BoolCodec.Decode(column, value),
        20 => Int8Codec.Decode(column, value),
        23 => Int4Codec.Decode(column, value),
        701 => Float8Codec.Decode(column, value),
        1043 or 25 => TextCodec.Decode(column, value),
        1184 => TimestampTzCodec.Decode(column, value),
        1700 => NumericCodec.Decode(column, value),
        2950 => UuidCodec.Decode(column, value),
        3802 => JsonbCodec.Decode(column, value),
        _ => throw new NotSupportedException($"{column}: {column.PostgresType}"),
    };
}
