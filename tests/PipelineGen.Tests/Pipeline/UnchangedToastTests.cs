using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Updates that leave out TOASTed values which did not change.</summary>
public class UnchangedToastTests
{
    private const string Full = "full `id`,`name`,`body`,`size`,__op";
    private const string WithoutBody = "partial `id`,`name`,`size`,__op";

    private readonly AppliedStream _stream = new();

    [Fact]
    public void The_columns_that_came_are_a_load_of_their_own()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", "text", 5),
            Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6),
            Wal.Update(AppliedStream.Items, 2L, "c", Wal.Unchanged, null),
            Wal.Update(AppliedStream.Items, 3L, "d", "text", 7),
            Wal.Delete(AppliedStream.Items, 'K', 4L, null, null, null));
        // Two loads: the last two rows join the first, since no row of their keys came between.
        Assert.Equal(
        [
            Full, """{"id":1,"name":"a","body":"text","size":5,"__op":0}""", """{"id":3,"name":"d","body":"text","size":7,"__op":0}""", """{"id":4,"name":"","__op":1}""",
            WithoutBody, """{"id":1,"name":"b","size":6,"__op":0}""", """{"id":2,"name":"c","size":null,"__op":0}""",
        ], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_whole_row_of_a_key_that_was_changed_in_part_is_a_later_load()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", "text", 5),
            Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6),
            Wal.Update(AppliedStream.Items, 1L, "c", "changed", 7),
            Wal.Delete(AppliedStream.Items, 'K', 1L, null, null, null));
        Assert.Equal(
        [
            Full, """{"id":1,"name":"a","body":"text","size":5,"__op":0}""",
            WithoutBody, """{"id":1,"name":"b","size":6,"__op":0}""",
            Full, """{"id":1,"name":"c","body":"changed","size":7,"__op":0}""", """{"id":1,"name":"","__op":1}""",
        ], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void An_old_row_has_the_value()
    {
        Apply(Wal.Update(AppliedStream.Items, 'O', [1L, "a", "kept", 5], [1L, "b", Wal.Unchanged, 6]));
        Assert.Equal([Full, """{"id":1,"name":"b","body":"kept","size":6,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void An_old_key_has_not_and_its_NULL_is_no_value()
    {
        Apply(Wal.Update(AppliedStream.Items, 'K', [1L, null, null, null], [1L, "b", Wal.Unchanged, 6]));
        Assert.Equal([WithoutBody, """{"id":1,"name":"b","size":6,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void An_old_row_serves_a_changed_key_too()
    {
        Apply(Wal.Update(AppliedStream.Items, 'O', [1L, "a", "kept", 5], [2L, "b", Wal.Unchanged, 6]));
        Assert.Equal([Full, """{"id":1,"name":"","__op":1}""", """{"id":2,"name":"b","body":"kept","size":6,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_changed_key_without_the_value_stops_for_a_point_read_and_goes_on_with_what_it_found()
    {
        using WalBatch batch = MovedRow(out int next);
        Assert.NotNull(_stream.Applier.PointRead);
        Assert.True(_stream.Item.Queue.IsEmpty);

        _stream.Applier.Supply(Supplied("from the source"));
        Assert.Null(_stream.Applier.PointRead);
        Assert.Equal(ApplyStop.BatchEnd, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));

        Assert.Equal([Full, """{"id":1,"name":"","__op":1}""", """{"id":2,"name":"b","body":"from the source","size":6,"__op":0}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_row_that_has_left_the_source_is_only_deleted()
    {
        using WalBatch batch = MovedRow(out int next);
        _stream.Applier.Supply(new SuppliedRow(null, []));
        Assert.Equal(ApplyStop.BatchEnd, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.Equal([Full, """{"id":1,"name":"","__op":1}"""], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_supplied_row_serves_its_change_only()
    {
        using WalBatch batch = MovedRow(out int next, Wal.Update(AppliedStream.Items, 'K', [8L, null, null, null], [9L, "c", Wal.Unchanged, 7]));
        _stream.Applier.Supply(Supplied("from the source"));
        Assert.Equal(ApplyStop.PointRead, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
    }

    [Fact]
    public void A_row_that_was_supplied_for_a_change_which_is_dropped_after_all_serves_no_other()
    {
        _stream.Item.TryBeginChunk(AppliedStream.Nothing, new Lsn(1));
        using WalBatch batch = MovedRow(out int next);

        // While the source was asked, the chunk failed: the change is dropped, and comes with the next chunk.
        _stream.Item.AbandonChunk();
        _stream.Applier.Supply(Supplied("of row 2"));
        Assert.Equal(ApplyStop.BatchEnd, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.True(_stream.Item.Queue.IsEmpty);

        // The row of another table, or of a later transaction, must be asked for.
        _stream.Item.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
        using WalBatch later = Wal.Batch(AppliedStream.Transaction(200, 6, Wal.Update(AppliedStream.Items, 'K', [8L, null, null, null], [9L, "c", Wal.Unchanged, 7])));
        next = 0;
        Assert.Equal(ApplyStop.PointRead, _stream.Applier.Apply(later, ref next, stopAtTransactionEnd: false));
        Assert.True(_stream.Item.Queue.IsEmpty);
    }

    /// <summary>A transaction that moves row 1 to key 2 and leaves out its body, applied up to the point read.</summary>
    private WalBatch MovedRow(out int next, params byte[][] more)
    {
        WalBatch batch = Wal.Batch(AppliedStream.Transaction(100, 5, [Wal.Update(AppliedStream.Items, 'K', [1L, null, null, null], [2L, "b", Wal.Unchanged, 6]), .. more]));
        next = 0;
        Assert.Equal(ApplyStop.PointRead, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        return batch;
    }

    private static SuppliedRow Supplied(string body)
    {
        byte[] message = Wal.Insert(AppliedStream.Items, 2L, "b", body, 6);
        ColumnSlot[] slots = new ColumnSlot[4];
        var reader = new WireReader(message);
        reader.Skip(6);
        PgOutputTuple.Read(ref reader, [0, 1, 2, 3], slots);
        return new SuppliedRow(message, slots);
    }

    private void Apply(params byte[][] changes) => Assert.Equal(ApplyStop.BatchEnd, _stream.Apply(AppliedStream.Transaction(100, 5, changes)));
}
