using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A second row type, with a column that the load maps: <c>public.photos (id int8 primary key, bytes bytea)</c>.</summary>
internal readonly record struct Photo(long Id, ReadOnlyMemory<byte> Bytes) : IRow<Photo>
{
    private static readonly ColumnInfo IdColumn = new()
    {
        Table = "public.photos", Name = "id", TargetName = "id", LoadName = "id", PostgresType = "int8", TypeOid = 20, StarRocksType = "BIGINT", IsKey = true, NotNull = true,
    };

    private static readonly ColumnInfo BytesColumn = new()
    {
        Table = "public.photos", Name = "bytes", TargetName = "bytes", LoadName = "__b64_bytes", LoadExpression = "`bytes`=from_base64(`__b64_bytes`)", PostgresType = "bytea", TypeOid = 17, StarRocksType = "VARBINARY",
    };

    public static TableLayout Layout { get; } = new()
    {
        Schema = "public",
        Name = "photos",
        TargetTable = "photos",
        Columns = [IdColumn, BytesColumn],
        Key = [0],
        CreateTable = """
            CREATE TABLE `photos` (`id` BIGINT NOT NULL, `bytes` VARBINARY)
            PRIMARY KEY(`id`) DISTRIBUTED BY HASH(`id`) PROPERTIES ("replication_num" = "1")
            """,
    };

    public static Photo Decode(in TupleReader tuple) => new(Int8Codec.Decode(IdColumn, tuple[0]), ByteaCodec.Decode(BytesColumn, tuple[1]));

    public static void EncodeRow(in TupleReader tuple, ref LoadWriter writer)
    {
        writer.KeyColumn<Int8Codec>(IdColumn, tuple[0], "{\"id\":"u8);
        writer.Column<ByteaCodec>(BytesColumn, tuple[1], ",\"__b64_bytes\":"u8);
    }

    public static void EncodeDelete(in TupleReader key, ref LoadWriter writer) => writer.KeyColumn<Int8Codec>(IdColumn, key[0], "{\"id\":"u8);
}
