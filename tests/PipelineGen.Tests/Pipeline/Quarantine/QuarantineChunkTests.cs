using System.Text;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Changes behind a chunk of which nobody knows yet what it rejects.</summary>
public class QuarantineChunkTests
{
    private const string Bad = QuarantinedStream.Bad;

    private readonly QuarantinedStream _stream = new(loaded: false);

    public QuarantineChunkTests() => _stream.Fruit.TryBeginChunk(AppliedStream.Nothing, new Lsn(1));

    [Fact]
    public void Rows_that_changes_have_made_good_meanwhile_leave_the_quarantine_when_the_chunk_ends()
    {
        _stream.Receive(100, Update("a", "apple"), Delete("b"), Update("c", "cherry"), Update("c", Bad), Update("d", "date"));
        Assert.Equal(["""+ {"id":"c"} name much too long a name"""], Waiting());
        Complete("a", "b", "c", "e");
        Assert.Equal(["""+ {"id":"c"} name much too long a name""", "- a", "- b"], Waiting());
        // c and e are there; a and b were, until this queue is loaded.
        Assert.Equal((2, 2), (_stream.Fruit.Watch()!.Count, _stream.State.Quarantine.Count));

        // The stream comes again before that: they are taken out once more.
        _stream.Reconnect();
        _stream.Receive(100, Update("a", "apple"), Delete("b"), Update("c", "cherry"), Update("c", Bad), Update("d", "date"));
        Assert.Equal(["- a", "- b", "- c", """+ {"id":"c"} name much too long a name"""], Waiting());
    }

    [Fact]
    public void An_update_that_leaves_values_out_reads_the_row_whatever_the_chunk_will_reject()
    {
        _stream.ReceiveAndSupply(100, Wal.Update(QuarantinedStream.Fruits, "a", "apple", Wal.Unchanged), ["a", "apple", "large"]);
        _stream.ReceiveAndSupply(200, Wal.Update(QuarantinedStream.Fruits, "b", "berry", Wal.Unchanged), row: null);
        // b has left the source, and the chunk's version of it is too old.
        Assert.Equal(["""{"id":"a","name":"apple","body":"large","__op":0}""", """{"id":"b","name":"","__op":1}"""], QuarantinedStream.Rows(_stream.Fruit));
        Complete("a", "b");
        Assert.Equal(["- a", "- b"], Waiting());
    }

    [Fact]
    public void A_chunk_that_fails_leaves_nothing_behind()
    {
        _stream.Receive(100, Insert("a", Bad), Update("b", "berry"));
        _stream.Fruit.AbandonChunk();
        Assert.False(_stream.Fruit.Pending().HasQuarantine);
        Assert.Equal((0, false), (_stream.State.Quarantine.Count, _stream.Fruit.Watch()!.IsWatching));
    }

    [Fact]
    public void A_stream_that_begins_again_forgets_what_waited_behind_the_chunk()
    {
        _stream.Receive(100, Update("a", "apple"), Insert("b", Bad));
        _stream.Reconnect();
        Complete("a", "b");
        Assert.Equal([], Waiting());
        Assert.Equal(2, _stream.State.Quarantine.Count);
    }

    private void Complete(params string[] rejected) =>
        _stream.Fruit.CompleteChunk(AppliedStream.Nothing, new Lsn(1), [.. rejected.Select(static key => QuarantineId.OfKey("shop", "public.fruits", Encoding.UTF8.GetBytes($$"""{"id":"{{key}}"}""")))]);

    private string[] Waiting() => QuarantinedStream.Waiting(_stream.Fruit, "a", "b", "c", "d", "e");

    private static byte[] Insert(string id, string name) => Wal.Insert(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Update(string id, string name) => Wal.Update(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Delete(string id) => Wal.Delete(QuarantinedStream.Fruits, 'K', id, null, null);
}
