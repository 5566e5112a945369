using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A row of an append table with a policy: <c>public.tags (label text not null)</c>; of more than 10 bytes into quarantine.</summary>
internal readonly record struct Tag(string Label) : IRow<Tag>
{
    private static readonly ColumnInfo LabelColumn = new()
    {
        Table = "public.tags", Name = "label", TargetName = "label", LoadName = "label", PostgresType = "text", TypeOid = 25,
        StarRocksType = "VARCHAR(10)", IsKey = true, NotNull = true, MaxBytes = 10, Policy = ValuePolicy.Quarantine,
    };

    public static TableLayout Layout { get; } = new()
    {
        Schema = "public",
        Name = "tags",
        TargetTable = "tags",
        Columns = [LabelColumn],
        Key = [],
        IsAppendOnly = true,
        CreateTable = """
            CREATE TABLE `tags` (`label` VARCHAR(10) NOT NULL)
            DUPLICATE KEY(`label`) DISTRIBUTED BY RANDOM PROPERTIES ("replication_num" = "1")
            """,
    };

    public static Tag Decode(in TupleReader tuple) => throw new NotSupportedException();

    public static void EncodeRow(in TupleReader tuple, ref LoadWriter writer) => writer.Column<LimitedTextCodec>(LabelColumn, tuple[0], "{\"label\":"u8);

    public static void EncodeDelete(in TupleReader key, ref LoadWriter writer) => throw new NotSupportedException();
}
