using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.Tests.Rows;

namespace PipelineGen.Tests.Postgres;

public class PgOutputMessageTests
{
    [Fact]
    public void Begin() => Assert.Equal(
        new BeginMessage(new Lsn(0x16_B374D848), 0x0102030405060708, 0xFFFFFFFE),
        BeginMessage.Read([(byte)'B', 0, 0, 0, 0x16, 0xB3, 0x74, 0xD8, 0x48, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0xFF, 0xFF, 0xFE]));

    [Fact]
    public void Commit() => Assert.Equal(
        new CommitMessage(new Lsn(100), new Lsn(148), 7),
        CommitMessage.Read([(byte)'C', 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 148, 0, 0, 0, 0, 0, 0, 0, 7]));

    [Fact]
    public void Relation()
    {
        RelationMessage relation = RelationMessage.Read(
            [(byte)'R', 0, 0, 0x40, 1, .. "shop\0"u8, .. "örders\0"u8, (byte)'f', 0, 2, 1, .. "id\0"u8, 0, 0, 0, 20, 0xFF, 0xFF, 0xFF, 0xFF, 0, .. "total\0"u8, 0, 0, 6, 0xA4, 0, 12, 0, 6]);
        Assert.Equal((0x4001u, "shop", "örders", 'f'), (relation.Oid, relation.Schema, relation.Name, relation.ReplicaIdentity));
        Assert.Equal([new RelationColumn("id", 20, -1, true), new RelationColumn("total", 1700, (12 << 16) | 6, false)], relation.Columns);
    }

    [Fact]
    public void The_schema_pg_catalog_is_sent_as_nothing() => Assert.Equal("pg_catalog", RelationMessage.Read(Wal.Relation(1, "", "t", 'd')).Schema);

    [Fact]
    public void Type() => Assert.Equal(
        new TypeMessage(16385, "public", "mood"),
        TypeMessage.Read([(byte)'Y', 0, 0, 0x40, 1, .. "public\0mood\0"u8]));

    [Fact]
    public void Truncate() => Assert.Equal([7u, 0xFFFFFFFF], TruncateMessage.Read([(byte)'T', 0, 0, 0, 2, 3, 0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF]).Relations);

    [Fact]
    public void A_truncate_that_counts_more_than_it_has_is_refused()
    {
        Assert.Throws<PgOutputException>(() => TruncateMessage.Read([(byte)'T', 0x7F, 0xFF, 0xFF, 0xFF, 0]));
        Assert.Throws<PgOutputException>(() => TruncateMessage.Read([(byte)'T', 0xFF, 0xFF, 0xFF, 0xFF, 0]));
    }

    [Fact]
    public void Torn_messages_are_refused_at_every_byte()
    {
        AtEveryByte(Wal.Begin(1, 2), static m => BeginMessage.Read(m));
        AtEveryByte(Wal.Commit(1, 2), static m => CommitMessage.Read(m));
        AtEveryByte(Wal.Relation(1, "a", "b", 'd', ("c", 20, true)), static m => RelationMessage.Read(m));
        AtEveryByte(Wal.Truncate(1, 2), static m => TruncateMessage.Read(m));

        static void AtEveryByte(byte[] message, Action<byte[]> read)
        {
            read(message);
            for (int length = 0; length < message.Length; length++)
                Assert.Throws<PgOutputException>(() => read(message[..length]));
        }
    }

    [Fact]
    public void A_tuple_goes_to_the_compiled_slots()
    {
        byte[] message = Wal.Insert(7, "text", 5L, null, Wal.Unchanged, "not carried");
        var reader = new WireReader(message);
        reader.Skip(6);
        ColumnSlot[] slots = new ColumnSlot[4];
        Assert.True(PgOutputTuple.Read(ref reader, [3, 0, 2, 1, PgOutputTuple.NotCarried], slots));
        var tuple = new TupleReader(message, slots);
        Assert.Equal(PgBinary.Int64(5), tuple[0].Bytes.ToArray());
        Assert.True(tuple[0].IsBinary);
        Assert.True(tuple.IsUnchanged(1));
        Assert.True(tuple.IsNull(2));
        Assert.Equal("text"u8.ToArray(), tuple[3].Bytes.ToArray());
        Assert.Equal(ColumnFormat.Text, tuple[3].Format);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void An_unchanged_column_that_is_not_carried_does_not_count()
    {
        var reader = new WireReader(Wal.Insert(7, Wal.Unchanged, 5L));
        reader.Skip(6);
        Assert.False(PgOutputTuple.Read(ref reader, [PgOutputTuple.NotCarried, 0], new ColumnSlot[1]));
    }

    [Theory]
    [InlineData(new byte[] { 0, 2, (byte)'n' })]
    [InlineData(new byte[] { 0, 1, (byte)'x' })]
    [InlineData(new byte[] { 0, 1, (byte)'t', 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 1, (byte)'t', 0, 0, 0, 2, 65 })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    public void A_tuple_of_another_form_is_refused(byte[] tuple) => Assert.Throws<PgOutputException>(() =>
    {
        var reader = new WireReader(tuple);
        PgOutputTuple.Read(ref reader, [0], new ColumnSlot[1]);
    });

    [Fact]
    public void A_batch_keeps_messages_apart_over_growth_and_reuse()
    {
        using var batch = new WalBatch();
        for (int round = 0; round < 3; round++)
        {
            byte[][] messages = [.. Enumerable.Range(0, 3000).Select(static i => Enumerable.Repeat((byte)i, (i * 7) % 500).ToArray())];
            Wal.Add(batch, messages);
            Assert.True(batch.IsFull);
            Assert.Equal(3000, batch.Count);
            for (int i = 0; i < batch.Count; i++)
                Assert.True(batch[i].SequenceEqual(messages[i]));
            Assert.Throws<ArgumentOutOfRangeException>(() => batch[3000].Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => batch[-1].Length);
            batch.Clear();
            Assert.Equal(0, batch.Count);
            Assert.False(batch.IsFull);
        }
    }
}
