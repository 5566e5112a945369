using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A row type as the generator would write it: <c>public.items (id int8 primary key, name text not null, body text, size int4)</c>.</summary>
internal readonly record struct Item(long Id, string Name, string? Body, int? Size) : IRow<Item>
{
    private static readonly ColumnInfo IdColumn = Column("id", "int8", 20, "BIGINT", isKey: true, notNull: true);
    private static readonly ColumnInfo NameColumn = Column("name", "text", 25, "VARCHAR(20)", notNull: true, maxBytes: 20);
    private static readonly ColumnInfo BodyColumn = Column("body", "text", 25, "VARCHAR(1048576)", maxBytes: 1048576);
    private static readonly ColumnInfo SizeColumn = Column("size", "int4", 23, "INT");

    public static TableLayout Layout { get; } = new()
    {
        Schema = "public",
        Name = "items",
        TargetTable = "items",
        Columns = [IdColumn, NameColumn, BodyColumn, SizeColumn],
        Key = [0],
        IgnoredColumns = ["secret"],
        CreateTable = """
            CREATE TABLE `items` (`id` BIGINT NOT NULL, `name` VARCHAR(20) NOT NULL, `body` VARCHAR(1048576), `size` INT)
            PRIMARY KEY(`id`) DISTRIBUTED BY HASH(`id`) PROPERTIES ("replication_num" = "1")
            """,
    };

    public static Item Decode(in TupleReader tuple) => new(
        Int8Codec.Decode(IdColumn, tuple[0]), TextCodec.Decode(NameColumn, tuple[1]),
        NullableColumn.Reference<TextCodec, string>(BodyColumn, tuple[2]), NullableColumn.Value<Int4Codec, int>(SizeColumn, tuple[3]));

    public static void EncodeRow(in TupleReader tuple, ref LoadWriter writer)
    {
        writer.KeyColumn<Int8Codec>(IdColumn, tuple[0], "{\"id\":"u8);
        writer.Column<TextCodec>(NameColumn, tuple[1], ",\"name\":"u8);
        writer.Column<TextCodec>(BodyColumn, tuple[2], ",\"body\":"u8);
        writer.Column<Int4Codec>(SizeColumn, tuple[3], ",\"size\":"u8);
    }

    public static void EncodeDelete(in TupleReader key, ref LoadWriter writer)
    {
        writer.KeyColumn<Int8Codec>(IdColumn, key[0], "{\"id\":"u8);
        writer.Raw(",\"name\":\"\""u8);
    }

    private static ColumnInfo Column(string name, string type, uint oid, string target, bool isKey = false, bool notNull = false, int maxBytes = 0) => new()
    {
        Table = "public.items", Name = name, TargetName = name, LoadName = name, PostgresType = type, BaseType = type, TypeOid = oid,
        StarRocksType = target, IsKey = isKey, NotNull = notNull, MaxBytes = maxBytes,
    };
}
