using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A row of an append table: <c>public.hits (n int8, page text)</c>, without a key.</summary>
internal readonly record struct Hit(long N, string? Page) : IRow<Hit>
{
    private static readonly ColumnInfo NColumn = new()
    {
        Table = "public.hits", Name = "n", TargetName = "n", LoadName = "n", PostgresType = "int8", TypeOid = 20, StarRocksType = "BIGINT", IsKey = true,
    };

    private static readonly ColumnInfo PageColumn = new()
    {
        Table = "public.hits", Name = "page", TargetName = "page", LoadName = "page", PostgresType = "text", TypeOid = 25, StarRocksType = "VARCHAR(1048576)", MaxBytes = 1048576,
    };

    public static TableLayout Layout { get; } = new()
    {
        Schema = "public",
        Name = "hits",
        TargetTable = "hits",
        Columns = [NColumn, PageColumn],
        Key = [],
        IsAppendOnly = true,
        CreateTable = """
            CREATE TABLE `hits` (`n` BIGINT, `page` VARCHAR(1048576))
            DUPLICATE KEY(`n`) DISTRIBUTED BY RANDOM PROPERTIES ("replication_num" = "1")
            """,
    };

    public static Hit Decode(in TupleReader tuple) => new(Int8Codec.Decode(NColumn, tuple[0]), NullableColumn.Reference<TextCodec, string>(PageColumn, tuple[1]));

    public static void EncodeRow(in TupleReader tuple, ref LoadWriter writer)
    {
        writer.Column<Int8Codec>(NColumn, tuple[0], "{\"n\":"u8);
        writer.Column<TextCodec>(PageColumn, tuple[1], ",\"page\":"u8);
    }

    public static void EncodeDelete(in TupleReader key, ref LoadWriter writer) => throw new NotSupportedException();
}
