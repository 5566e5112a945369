using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Snapshots;

/// <summary>What generated files look like; each of them also compiles without a warning.</summary>
public sealed class RowSnapshotTests
{
    [Fact]
    public Task ClassWithPipeline() => Snapshot.Verify(GeneratorRun.Of(
        """
        namespace Shop;

        [PostgresTable("public.orders")]
        [StarRocksTable(OrderBy = "placed_at, id", Buckets = 8, Properties = ["replication_num=1", "compression = ZSTD"])]
        [Column("note", Ignore = true)]
        [Column("qty", TargetName = "quantity")]
        [Column("payload", StarRocksType = "JSON")]
        public partial class Order
        {
            /// <summary>Gross.</summary>
            [Column("total", StarRocksType = "DECIMAL(20,4)", Policy = ValuePolicy.Quarantine)]
            public partial decimal? Total { get; }

            /// <summary>Where it stands.</summary>
            public partial OrderStatus Status { get; init; }
        }

        [Pipeline("shop", typeof(Order))]
        public partial class ShopPipeline;
        """,
        CatalogText.Of("public.orders",
            """
            table public.orders kind=table replica_identity=default comment="What \"customers\" order"
            column id int8 not_null identity=always
            column status public.order_status not_null default="'new'::public.order_status"
            column total numeric(12,2) storage=main comment="Gross <total> & more"
            column note text storage=extended
            column qty int4 not_null
            column tags text[] not_null storage=extended
            column history public.order_status[] storage=extended
            column photo bytea not_null storage=extended
            column payload jsonb storage=extended
            column placed_at timestamptz not_null
            primary_key orders_pkey id
            enum public.order_status "new" "paid" "in transit"
            """)).AssertClean().Files);

    [Fact]
    public Task TypesOfTypes() => Snapshot.Verify(GeneratorRun.Of(
        """
        namespace Shop;

        [PostgresTable("public.places")]
        [ColumnDefaults("timestamptz", Policy = ValuePolicy.Clamp)]
        [ColumnDefaults("numeric", StarRocksType = "DECIMAL(38,9)", Policy = ValuePolicy.Null)]
        [Column("slots", StarRocksType = "STRUCT")]
        [Column("matrix", StarRocksType = "JSON")]
        public partial class Place
        {
            public partial Address? At { get; }
            public partial Address?[]? Former { get; }
        }
        """,
        CatalogText.Of("public.places",
            """
            table public.places kind=table replica_identity=default
            column id numeric(20) not_null
            column at public.address
            column former public.address[]
            column state stock.mood not_null
            column mood public.mood
            column open tstzmultirange not_null
            column slots int4range
            column weights public.floatrange[]
            column matrix int4[]
            column groups public.moods[] not_null
            column attributes ext.hstore not_null
            column embedding ext.vector(3)
            column boxes box[]
            column since timestamptz not_null
            column price numeric not_null
            column spans interval[]
            column note bpchar(3)
            primary_key places_pkey id
            enum public.mood "ok" "bad"
            enum stock.mood "in" "out"
            domain public.moods public.mood[]
            composite public.address street text, "Zip Code" int4, at timestamptz, geo public.geo
            composite public.geo x float8, y float8
            range public.floatrange float8 multirange=public.floatmultirange
            base_type ext.hstore extension=hstore
            base_type ext.vector extension=vector
            """)).AssertClean().Files);

    [Fact]
    public Task RecordStructWithCompositeKey() => Snapshot.Verify(GeneratorRun.Of(
        """
        namespace Shop.Stock;

        [PostgresTable("stock.levels")]
        public readonly partial record struct Level;
        """,
        CatalogText.Of("stock.levels",
            """
            table stock.levels kind=partitioned_table replica_identity=default
            column amount int4 not_null
            column sku text not_null
            column warehouse int2 not_null
            column name varchar(20)
            primary_key levels_pkey warehouse, amount
            """)).AssertClean().Files);

    [Fact]
    public Task NestedInTheGlobalNamespace() => Snapshot.Verify(GeneratorRun.Of(
        """
        public static partial class Tables
        {
            [PostgresTable("public.class")]
            internal partial struct @class
            {
                internal partial string Name { get; set; }
            }
        }
        """,
        CatalogText.Of("public.class",
            """
            table public.class kind=table replica_identity=default
            column id uuid not_null
            column name text not_null
            primary_key class_pkey id
            """)).AssertClean().Files);

    [Fact]
    public Task AppendOnlyWithoutAKey() => Snapshot.Verify(GeneratorRun.Of(
        """
        namespace Shop;

        [PostgresTable("public.clicks")]
        [StarRocksTable(Model = TableModel.Append, Buckets = 4)]
        public partial class Click;
        """,
        CatalogText.Of("public.clicks",
            """
            table public.clicks kind=table replica_identity=full
            column weight float8 not_null
            column at timestamptz
            column page text not_null storage=extended
            """)).AssertClean().Files);

    [Fact]
    public Task OddNames() => Snapshot.Verify(GeneratorRun.Of(
        """"
        namespace Shop;

        [PostgresTable("public.odd")]
        public partial record Odd;
        """",
        CatalogText.Of("public.odd",
            """"
            table public.odd kind=table replica_identity=default comment="Three quotes \"\"\" and a\nline end"
            column "2nd" int4 not_null
            column odd int4
            column equals int4 not_null
            column a_b int4
            column "a-b" int4
            column "`tick`" int4
            column "quo\"te" int4
            column "größe" int4 comment="*/ </summary> \\ "
            column "??" int4
            column class int4
            column to_string text
            column odd_columns int4
            primary_key odd_pkey "2nd"
            """")).AssertClean().Files);
}
