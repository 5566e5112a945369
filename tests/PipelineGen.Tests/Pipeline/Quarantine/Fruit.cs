using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>
/// A row type with policies, as the generator would write it: <c>public.fruits (id text primary key, name text not null,
/// body text)</c>; an id of more than 8 bytes and a name of more than 10 go into quarantine.
/// </summary>
internal readonly record struct Fruit(string Id, string Name, string? Body) : IRow<Fruit>
{
    private static readonly ColumnInfo IdColumn = Column("id", "VARCHAR(8)", 8, ValuePolicy.Quarantine, isKey: true);
    private static readonly ColumnInfo NameColumn = Column("name", "VARCHAR(10)", 10, ValuePolicy.Quarantine);
    private static readonly ColumnInfo BodyColumn = Column("body", "VARCHAR(1048576)", 1048576, ValuePolicy.Error, notNull: false);

    public static TableLayout Layout { get; } = new()
    {
        Schema = "public",
        Name = "fruits",
        TargetTable = "fruits",
        Columns = [IdColumn, NameColumn, BodyColumn],
        Key = [0],
        CreateTable = """
            CREATE TABLE `fruits` (`id` VARCHAR(8) NOT NULL, `name` VARCHAR(10) NOT NULL, `body` VARCHAR(1048576))
            PRIMARY KEY(`id`) DISTRIBUTED BY HASH(`id`) PROPERTIES ("replication_num" = "1")
            """,
    };

    public static Fruit Decode(in TupleReader tuple) => throw new NotSupportedException();

    public static void EncodeRow(in TupleReader tuple, ref LoadWriter writer)
    {
        writer.KeyColumn<LimitedTextCodec>(IdColumn, tuple[0], "{\"id\":"u8);
        writer.Column<LimitedTextCodec>(NameColumn, tuple[1], ",\"name\":"u8);
        writer.Column<LimitedTextCodec>(BodyColumn, tuple[2], ",\"body\":"u8);
    }

    public static void EncodeDelete(in TupleReader key, ref LoadWriter writer)
    {
        writer.KeyColumn<LimitedTextCodec>(IdColumn, key[0], "{\"id\":"u8);
        writer.Raw(",\"name\":\"\""u8);
    }

    private static ColumnInfo Column(string name, string target, int maxBytes, ValuePolicy policy, bool isKey = false, bool notNull = true) => new()
    {
        Table = "public.fruits", Name = name, TargetName = name, LoadName = name, PostgresType = "text", BaseType = "text", TypeOid = 25,
        StarRocksType = target, IsKey = isKey, NotNull = notNull, MaxBytes = maxBytes, Policy = policy,
    };
}
