using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>What becomes of single changes.</summary>
public class ChangeTests
{
    private const string Full = "full `id`,`name`,`body`,`size`,__op";

    private readonly AppliedStream _stream = new();

    [Fact]
    public void Inserts_updates_and_deletes_wait_in_their_order()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", "text", 5),
            Wal.Insert(AppliedStream.Items, 2L, "b", null, null),
            Wal.Update(AppliedStream.Items, 1L, "c", null, 6),
            Wal.Delete(AppliedStream.Items, 'K', 2L, null, null, null));

        Assert.Equal(
        [
            Full,
            """{"id":1,"name":"a","body":"text","size":5,"__op":0}""",
            """{"id":2,"name":"b","body":null,"size":null,"__op":0}""",
            """{"id":1,"name":"c","body":null,"size":6,"__op":0}""",
            """{"id":2,"name":"","__op":1}""",
        ], AppliedStream.Waiting(_stream.Item));
        TableCounters counters = _stream.Item.Counters;
        Assert.Equal((2L, 1L, 1L, 0L), (counters.Inserts, counters.Updates, counters.Deletes, counters.Truncates));
    }

    [Fact]
    public void Tables_wait_apart_and_their_loads_map_what_JSON_lacks()
    {
        Apply(Wal.Insert(AppliedStream.Photos, 1L, new byte[] { 1, 2, 3 }), Wal.Insert(AppliedStream.Items, 1L, "a", null, null));
        Assert.Equal(["full `id`,`__b64_bytes`,__op,`bytes`=from_base64(`__b64_bytes`)", """{"id":1,"__b64_bytes":"AQID","__op":0}"""], AppliedStream.Waiting(_stream.Photo));
        Assert.Equal(2, AppliedStream.Waiting(_stream.Item).Length);
    }

    [Fact]
    public void Tables_that_the_build_does_not_know_are_passed_over()
    {
        Apply(Wal.Insert(AppliedStream.Unknown, 1L), Wal.Delete(AppliedStream.Unknown, 'K', 1L), Wal.Truncate(AppliedStream.Unknown));
        Assert.All(_stream.State.Lanes, static lane => Assert.True(lane.Pending().IsEmpty));
    }

    [Fact]
    public void A_changed_key_is_a_delete_and_an_insert()
    {
        Apply(Wal.Update(AppliedStream.Items, 'K', [1L, null, null, null], [2L, "a", "text", 5]));
        Assert.Equal([Full, """{"id":1,"name":"","__op":1}""", """{"id":2,"name":"a","body":"text","size":5,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
        Assert.Equal(1, _stream.Item.Counters.Updates);
    }

    [Fact]
    public void An_old_row_with_the_same_key_changes_nothing()
    {
        Apply(Wal.Update(AppliedStream.Items, 'O', [1L, "before", "text", 4], [1L, "a", "text", 5]));
        Assert.Equal([Full, """{"id":1,"name":"a","body":"text","size":5,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_deleted_whole_row_is_deleted_by_its_key()
    {
        Apply(Wal.Delete(AppliedStream.Items, 'O', 1L, "a", "text", 5));
        Assert.Equal([Full, """{"id":1,"name":"","__op":1}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_truncate_makes_what_waited_before_it_pointless()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", null, null),
            Wal.Insert(AppliedStream.Photos, 1L, null),
            Wal.Truncate(AppliedStream.Items, AppliedStream.Unknown, AppliedStream.Photos),
            Wal.Insert(AppliedStream.Items, 2L, "b", null, null));
        Assert.Equal(["TRUNCATE", Full, """{"id":2,"name":"b","body":null,"size":null,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
        Assert.Equal(["TRUNCATE"], AppliedStream.Waiting(_stream.Photo));
        Assert.Equal(1, _stream.Item.Counters.Truncates);
    }

    [Fact]
    public void Columns_may_stand_in_another_order_and_others_between_them()
    {
        _stream.Apply(
            Wal.Begin(100, 5),
            Wal.Relation(AppliedStream.Items, "public", "items", 'd', ("size", 23, false), ("added", 25, false), ("body", 25, false), ("id", 20, true), ("secret", 25, false), ("name", 25, false)),
            Wal.Insert(AppliedStream.Items, 5, "new column", "text", 1L, "hidden", "a"),
            Wal.Commit(100, 110));
        Assert.Equal([Full, """{"id":1,"name":"a","body":"text","size":5,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
        // A column that the class ignores is known; the other one is told of.
        Assert.Equal(["added"], Assert.Single(_stream.Bound).NotCompiled);
    }

    [Fact]
    public void A_table_that_is_described_again_is_read_by_its_new_shape()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", null, null),
            Wal.Relation(AppliedStream.Items, "public", "items", 'd', ("name", 25, false), ("id", 20, true), ("body", 25, false), ("size", 23, false)),
            Wal.Insert(AppliedStream.Items, "b", 2L, null, null));
        Assert.Equal("""{"id":2,"name":"b","body":null,"size":null,"__op":0}""", AppliedStream.Waiting(_stream.Item)[^1]);
    }

    [Fact]
    public void A_table_that_was_renamed_or_made_anew_stops_the_stream()
    {
        var renamed = Assert.Throws<SchemaDriftException>(() => _stream.Apply(Wal.Begin(100, 5), Wal.Relation(AppliedStream.Items, "public", "things", 'd', ("id", 20, true))));
        Assert.Contains("public.things with OID 7, and at the start that OID was public.items", renamed.Message, StringComparison.Ordinal);
        var made = Assert.Throws<SchemaDriftException>(() => new AppliedStream().Apply(Wal.Begin(100, 5), Wal.Relation(70, "public", "items", 'd', ("id", 20, true))));
        Assert.Contains("public.items with OID 70, and at the start that table had OID 7", made.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_left_the_replica_identity_stops_the_stream()
    {
        var error = Assert.Throws<SchemaDriftException>(() => _stream.Apply(
            Wal.Begin(100, 5), Wal.Relation(AppliedStream.Items, "public", "items", 'i', ("id", 20, false), ("name", 25, true), ("body", 25, false), ("size", 23, false))));
        Assert.Contains("the key column id is not part of the replica identity", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", 23u, "column id was compiled as int8 (type OID 20) and arrives with type OID 23")]
    [InlineData("renamed", 20u, "column id was compiled and is not in the stream any more")]
    public void A_table_that_was_altered_stops_the_stream(string column, uint type, string said)
    {
        var error = Assert.Throws<SchemaDriftException>(() => _stream.Apply(
            Wal.Begin(100, 5),
            Wal.Relation(7, "public", "items", 'd', (column, type, true), ("name", 25, false), ("body", 25, false), ("size", 23, false))));
        Assert.Contains("public.items: " + said, error.Message, StringComparison.Ordinal);
        Assert.Contains("pipelinegen catalog pull", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_types_OID_is_the_one_that_the_server_had_at_start()
    {
        TableLane lane = new(new AnyCodec(), "stem") { SourceTypeOids = [20, 16400] };
        var relation = PipelineGen.Postgres.RelationMessage.Read(Wal.Relation(1, "public", "moods", 'd', ("id", 20, true), ("mood", 16400, false)));
        Assert.Equal([0, 1], RelationBinding.Bind(lane, relation).Targets);
        lane.SourceTypeOids = [20, 16500];
        Assert.Throws<SchemaDriftException>(() => RelationBinding.Bind(lane, relation));
    }

    [Fact]
    public void A_value_that_cannot_be_carried_names_row_and_transaction()
    {
        var error = Assert.Throws<ColumnValueException>(() => Apply(Wal.Insert(AppliedStream.Items, 42L, new string('x', 21), null, null)));
        Assert.Equal("name", error.Column.Name);
        Assert.All(["public.items", "column name", "\"id\":42", "transaction 5", "0/64"], words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_delete_without_its_key_is_refused()
    {
        var error = Assert.Throws<ColumnValueException>(() => Apply(Wal.Delete(AppliedStream.Items, 'K', null, null, null, null)));
        Assert.Contains("REPLICA IDENTITY", error.Message, StringComparison.Ordinal);
    }

    private void Apply(params byte[][] changes) => Assert.Equal(ApplyStop.BatchEnd, _stream.Apply(AppliedStream.Transaction(100, 5, changes)));

    /// <summary>A table with a column of a user's type; only its layout is looked at.</summary>
    private sealed class AnyCodec : TableCodec
    {
        public override TableLayout Layout { get; } = new()
        {
            Schema = "public", Name = "moods", TargetTable = "moods", Key = [0], CreateTable = "",
            Columns =
            [
                new ColumnInfo { Table = "public.moods", Name = "id", TargetName = "id", LoadName = "id", PostgresType = "int8", TypeOid = 20, StarRocksType = "BIGINT" },
                new ColumnInfo { Table = "public.moods", Name = "mood", TargetName = "mood", LoadName = "mood", PostgresType = "public.mood", StarRocksType = "VARCHAR(63)" },
            ],
        };

        public override RowRejection? AppendUpsert(in TupleReader tuple, LoadBuffer buffer) => throw new NotSupportedException();

        public override RowRejection? AppendDelete(in TupleReader key, LoadBuffer buffer) => throw new NotSupportedException();

        public override void AppendKey(in TupleReader key, LoadBuffer buffer) => throw new NotSupportedException();
    }
}
