using System.Text;
using System.Text.Json;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>What becomes of changes whose values a policy rejects: one of table and quarantine has the row.</summary>
public class QuarantineChangeTests
{
    private const string Bad = QuarantinedStream.Bad;

    private readonly QuarantinedStream _stream = new();

    [Fact]
    public void A_rejected_row_is_written_down_and_leaves_its_table()
    {
        _stream.Receive(100, Insert("a", "apple"), Update("a", Bad));
        Assert.Equal(["""{"id":"a","name":"apple","body":null,"__op":0}""", """{"id":"a","name":"","__op":1}"""], QuarantinedStream.Rows(_stream.Fruit));
        JsonElement row = Assert.Single(QuarantinedStream.Lines(_stream.Fruit));
        Assert.Equal(
            """{"id":"ID","pipeline":"shop","source_table":"public.fruits","row_key":"{\u0022id\u0022:\u0022a\u0022}","column_name":"name","value":"much too long a name","value_bytes":20,"reason":"is longer than 10 bytes","commit_lsn":"0/64","xid":5,"copy_label":null,"quarantined_at":"2026-01-02 03:04:05.678901","__op":0}"""
                .Replace("ID", QuarantineId.OfKey("shop", "public.fruits", "{\"id\":\"a\"}"u8).ToString(), StringComparison.Ordinal),
            JsonSerializer.Serialize(row));
        Assert.Equal((1, 1), (_stream.Fruit.Watch()!.Count, _stream.State.Quarantine.Count));
        Assert.Equal(1, _stream.State.Progress.Quarantined);
    }

    [Fact]
    public void A_good_version_and_a_delete_take_it_out()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad), Update("a", "apple"), Delete("b"), Update("c", "cherry"));
        Assert.Equal(["""+ {"id":"a"} name much too long a name""", """+ {"id":"b"} name much too long a name""", "- a", "- b"], Waiting("a", "b", "c"));
        Assert.Equal(
        [
            """{"id":"a","name":"","__op":1}""", """{"id":"b","name":"","__op":1}""", """{"id":"a","name":"apple","body":null,"__op":0}""",
            """{"id":"b","name":"","__op":1}""", """{"id":"c","name":"cherry","body":null,"__op":0}""",
        ], QuarantinedStream.Rows(_stream.Fruit));
        Assert.Equal((0, 0), (_stream.Fruit.Watch()!.Count, _stream.State.Quarantine.Count));
    }

    [Fact]
    public void A_rejected_key_has_no_row_in_the_table()
    {
        _stream.Receive(100, Insert("pineapple", "fine"), Update('K', "pineapple", "apple", "fine"), Insert("raspberry", Bad), Delete("raspberry"));
        Assert.Equal(["""+ {"id":"pineapple"} id pineapple""", "- pineapple", """+ {"id":"raspberry"} id raspberry""", "- raspberry"], Waiting("pineapple", "raspberry"));
        Assert.Equal(["""{"id":"apple","name":"fine","body":null,"__op":0}"""], QuarantinedStream.Rows(_stream.Fruit));
    }

    [Fact]
    public void A_changed_key_moves_the_row_there_and_back()
    {
        _stream.Receive(100, Insert("a", Bad), Update('K', "a", "b", Bad), Update('K', "b", "c", "cherry"), Update('K', "c", "elderberry", "cherry"));
        Assert.Equal(
            ["""+ {"id":"a"} name much too long a name""", "- a", """+ {"id":"b"} name much too long a name""", "- b", """+ {"id":"elderberry"} id elderberry"""],
            Waiting("a", "b", "c"));
        Assert.Equal("""{"id":"c","name":"","__op":1}""", QuarantinedStream.Rows(_stream.Fruit)[^1]);
    }

    [Fact]
    public void A_truncate_takes_out_all_of_the_table_and_what_was_taken_out_before_it()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad));
        Load();
        _stream.Receive(200, Delete("a"), Wal.Truncate(QuarantinedStream.Fruits), Insert("c", Bad));
        // The queue was emptied, and with it the delete of a.
        Assert.Equal(["- a", "- b"], Waiting("a", "b", "c")[..2].Order());
        Assert.Equal("""+ {"id":"c"} name much too long a name""", Waiting("a", "b", "c")[2]);
        Assert.Equal(["TRUNCATE", """{"id":"c","name":"","__op":1}"""], QuarantinedStream.Rows(_stream.Fruit));
        Assert.Equal(1, _stream.State.Quarantine.Count);
    }

    [Fact]
    public void An_update_that_leaves_values_out_reads_the_missing_row_from_the_source()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad), Insert("c", Bad));
        Load();
        _stream.ReceiveAndSupply(200, Wal.Update(QuarantinedStream.Fruits, "a", "apple", Wal.Unchanged), ["a", "apple", "large"]);
        _stream.ReceiveAndSupply(300, Wal.Update(QuarantinedStream.Fruits, "b", Bad, Wal.Unchanged), ["b", Bad, "large"]);
        _stream.ReceiveAndSupply(400, Wal.Update(QuarantinedStream.Fruits, "c", "cherry", Wal.Unchanged), row: null);
        // a is whole; b stays out; c has left the source, so it waits for that change where it is.
        Assert.Equal(["- a", """+ {"id":"b"} name much too long a name"""], Waiting("a", "b", "c"));
        Assert.Equal(["""{"id":"a","name":"apple","body":"large","__op":0}""", """{"id":"b","name":"","__op":1}"""], QuarantinedStream.Rows(_stream.Fruit));

        // Good again, it has a base that a partial update builds on.
        _stream.Receive(500, Wal.Update(QuarantinedStream.Fruits, "a", "apples", Wal.Unchanged));
        Assert.Equal("""{"id":"a","name":"apples","__op":0}""", QuarantinedStream.Rows(_stream.Fruit)[^1]);
    }

    [Fact]
    public void A_rejected_update_that_leaves_values_out_overtakes_what_waits_in_part()
    {
        _stream.Receive(100, Wal.Update(QuarantinedStream.Fruits, "a", "apple", Wal.Unchanged), Wal.Update(QuarantinedStream.Fruits, "a", Bad, Wal.Unchanged));
        Assert.Equal(["""{"id":"a","name":"","__op":1}""", "partial `id`,`name`,__op"], QuarantinedStream.Rows(_stream.Fruit));
        Assert.Equal(["""+ {"id":"a"} name much too long a name"""], Waiting("a"));

        // The same where the two would have been made into one row.
        _stream.Receive(200, Wal.Update(QuarantinedStream.Fruits, "b", Wal.Unchanged, "text"), Wal.Update(QuarantinedStream.Fruits, "b", Bad, Wal.Unchanged));
        Assert.DoesNotContain(QuarantinedStream.Rows(_stream.Fruit), static row => row.Contains("text", StringComparison.Ordinal));
        Assert.Equal("""+ {"id":"b"} name much too long a name""", Waiting("a", "b")[^1]);
    }

    [Fact]
    public void What_was_taken_out_since_the_position_is_taken_out_again_when_the_stream_comes_again()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad));
        Load();
        _stream.State.Checkpointed(new Lsn(110));
        _stream.Receive(200, Update("a", "apple"));
        Load();
        _stream.Receive(300, Update("b", "banana"));
        _stream.Reconnect();
        _stream.Receive(200, Update("a", "apple"));
        _stream.Receive(300, Update("b", "banana"));
        Assert.Equal(["- a", "- b"], Waiting("a", "b"));

        // With the position behind it, it is forgotten.
        Load();
        _stream.State.Checkpointed(new Lsn(310));
        _stream.Reconnect();
        Assert.Equal((0, 0), (_stream.Fruit.Watch()!.Count, _stream.State.Quarantine.Count));
    }

    [Fact]
    public void A_value_longer_than_the_column_is_cut_at_a_character_and_its_length_is_told()
    {
        string value = new string('x', QuarantineTable.MaxValue - 1) + "é" + "tail";
        _stream.Receive(100, Insert("a", value));
        JsonElement row = Assert.Single(QuarantinedStream.Lines(_stream.Fruit));
        Assert.Equal(new string('x', QuarantineTable.MaxValue - 1), row.GetProperty("value").GetString());
        Assert.Equal(QuarantineTable.MaxValue + 5, row.GetProperty("value_bytes").GetInt64());
        Assert.Equal("é"u8, Quarantine.Cut("éx"u8, 2));
        Assert.Equal(""u8, Quarantine.Cut("éx"u8, 1));
    }

    [Fact]
    public void More_rows_than_the_limit_stop_the_pipeline_before_anything_is_written()
    {
        var stream = new QuarantinedStream(limit: 2);
        stream.Receive(100, Insert("a", Bad), Insert("b", Bad), Update("a", Bad));
        QuarantineLimitException stopped = Assert.Throws<QuarantineLimitException>(() => stream.Receive(200, Update("a", "apple"), Update("a", Bad), Wal.Insert(QuarantinedStream.Tags, Bad)));
        Assert.Contains("public.tags, column label (text -> VARCHAR(10)): more than 2 rows of the pipeline are in quarantine", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("Pipeline:MaxQuarantinedRows", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("modelling decision", stopped.Message, StringComparison.Ordinal);
        Assert.False(stream.Tag.Pending().HasQuarantine);
        Assert.Equal(2, stream.State.Quarantine.Count);
    }

    [Fact]
    public void An_append_table_keeps_a_log_whose_ids_are_places_in_the_stream()
    {
        byte[][] changes = [Wal.Insert(QuarantinedStream.Tags, "one"), Wal.Insert(QuarantinedStream.Tags, Bad), Wal.Insert(QuarantinedStream.Tags, Bad), Wal.Insert(QuarantinedStream.Tags, "two")];
        _stream.Receive(100, changes);
        Assert.Equal(["""{"label":"one"}""", """{"label":"two"}"""], QuarantinedStream.Rows(_stream.Tag));
        Assert.Equal(["+ log label much too long a name", "+ log label much too long a name"], QuarantinedStream.Waiting(_stream.Tag));
        string[] ids = Ids();
        Assert.Equal(2, ids.Distinct().Count());
        // A rejected row is an event: what comes after it has the next place.
        Assert.Equal(new AppendMark(new Lsn(100), 4), _stream.Tag.Appends!.Received);

        _stream.Reconnect();
        _stream.Receive(100, changes);
        Assert.Equal(ids, Ids());
        Assert.Equal(2, _stream.Tag.Watch()!.Count);
        string[] Ids() => [.. QuarantinedStream.Lines(_stream.Tag).Select(static line => line.GetProperty("id").GetString()!)];
    }

    [Fact]
    public void An_id_is_of_the_values_of_the_key_and_not_of_the_names_of_its_columns()
    {
        Assert.Equal(Id("{\"id\":\"a\",\"n\":1}"u8), Id("{\"key\":\"a\",\"number\":1}"u8));
        Assert.NotEqual(Id("{\"a\":1,\"b\":23}"u8), Id("{\"a\":12,\"b\":3}"u8));
        Assert.NotEqual(Id("{\"a\":1}"u8), Id("{\"a\":\"1\"}"u8));
        Assert.NotEqual(Id("{\"a\":{\"x\":[1,2]}}"u8), Id("{\"a\":{\"x\":[1,3]}}"u8));
        // The values' place in memory is another for a long key.
        string long1 = new('x', 5000);
        Assert.Equal(Id(Encoding.UTF8.GetBytes($$"""{"i":"{{long1}}"}""")), Id(Encoding.UTF8.GetBytes($$"""{"id":"{{long1}}"}""")));

        static QuarantineId Id(ReadOnlySpan<byte> key) => QuarantineId.OfKey("shop", "public.fruits", key);
    }

    [Fact]
    public void A_key_that_can_not_be_read_names_the_transaction_also_when_values_are_left_out()
    {
        _stream.Receive(100, Insert("a", Bad));
        ColumnValueException error = Assert.Throws<ColumnValueException>(() => _stream.Receive(200, Wal.Update(QuarantinedStream.Fruits, null, "apple", Wal.Unchanged)));
        Assert.Contains("transaction 5 committed at 0/C8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_without_the_policy_have_no_quarantine() =>
        Assert.All(AppliedStream.NewState().Lanes, static lane => Assert.Null(lane.Watch()));

    [Fact]
    public void The_policy_is_found_at_any_depth()
    {
        ColumnInfo street = Column("address.street", ValuePolicy.Quarantine);
        ColumnInfo address = Column("addresses[]", ValuePolicy.Error, fields: [street]);
        Assert.True(QuarantineTable.IsNeededBy(Layout(Column("addresses", ValuePolicy.Error, address))));
        Assert.False(QuarantineTable.IsNeededBy(Layout(Column("addresses", ValuePolicy.Error, Column("addresses[]", ValuePolicy.Null)))));

        static ColumnInfo Column(string name, ValuePolicy policy, ColumnInfo? element = null, params ColumnInfo[] fields) => new()
        {
            Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = "text", StarRocksType = "JSON", Policy = policy, Element = element, Fields = fields,
        };

        static TableLayout Layout(ColumnInfo column) => new() { Schema = "public", Name = "t", TargetTable = "t", Columns = [column], Key = [0], CreateTable = "" };
    }

    private string[] Waiting(params string[] keys) => QuarantinedStream.Waiting(_stream.Fruit, keys);

    /// <summary>What waits goes to the loader.</summary>
    private void Load() => _stream.Fruit.TakeQueue().Dispose();

    private static byte[] Insert(string id, string name) => Wal.Insert(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Update(string id, string name) => Wal.Update(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Update(char kind, string old, string id, string name) => Wal.Update(QuarantinedStream.Fruits, kind, [old, null, null], [id, name, null]);

    private static byte[] Delete(string id) => Wal.Delete(QuarantinedStream.Fruits, 'K', id, null, null);
}
