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
    public void A_whole_row_or_a_delete_overtakes_what_was_changed_in_part()
    {
        Apply(
            Wal.Insert(AppliedStream.Items, 1L, "a", "text", 5),
            Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6),
            Wal.Update(AppliedStream.Items, 2L, "x", Wal.Unchanged, 6),
            Wal.Update(AppliedStream.Items, 1L, "c", "changed", 7),
            Wal.Update(AppliedStream.Items, 2L, "y", Wal.Unchanged, 8),
            Wal.Update(AppliedStream.Items, 3L, "z", Wal.Unchanged, 8),
            Wal.Delete(AppliedStream.Items, 'K', 3L, null, null, null));
        Assert.Equal(
        [
            Full, """{"id":1,"name":"a","body":"text","size":5,"__op":0}""", """{"id":1,"name":"c","body":"changed","size":7,"__op":0}""", """{"id":3,"name":"","__op":1}""",
            WithoutBody, """{"id":2,"name":"y","size":8,"__op":0}""",
        ], AppliedStream.Waiting(_stream.Item));
    }

    [Fact]
    public void A_partial_row_takes_up_what_an_earlier_one_of_its_key_brought()
    {
        Apply(
            Wal.Update(AppliedStream.Items, 1L, Wal.Unchanged, "a \"new\" {body}", 5),
            Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6),
            Wal.Update(AppliedStream.Items, 2L, Wal.Unchanged, Wal.Unchanged, 7),
            Wal.Update(AppliedStream.Items, 2L, "c", Wal.Unchanged, 8));
        Assert.Equal(
        [
            // Together the first two have every column.
            Full, """{"id":1,"name":"b","size":6,"body":"a \"new\" {body}","__op":0}""",
            WithoutBody, """{"id":2,"name":"c","size":8,"__op":0}""",
        ], AppliedStream.Waiting(_stream.Item).Where(static line => !line.EndsWith("__op", StringComparison.Ordinal) || line is Full or WithoutBody));
    }

    /// <summary>For any sequence of changes: the loads, in their order, end in the state that the changes end in, and are no more than there are column sets.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Loads_end_where_the_changes_end(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 150; round++)
        {
            var stream = new AppliedStream();
            var changes = new List<byte[]>();
            var expected = new SortedDictionary<long, string?[]>();
            // What is in the target before.
            var target = new SortedDictionary<long, string?[]>();
            for (long id = 1; id <= 3; id++)
            {
                expected[id] = [$"name{id}", $"body{id}", "0"];
                target[id] = [$"name{id}", $"body{id}", "0"];
            }

            var sets = new HashSet<int> { 0 };
            for (int i = 0; i < 30; i++)
            {
                long id = random.Next(1, 6);
                string name = $"n{i}";
                string body = $"b{i}";
                if (!expected.TryGetValue(id, out string?[]? row))
                {
                    changes.Add(Wal.Insert(AppliedStream.Items, id, name, body, i));
                    expected[id] = [name, body, i.ToString(System.Globalization.CultureInfo.InvariantCulture)];
                }
                else if (random.Next(6) == 0)
                {
                    changes.Add(Wal.Delete(AppliedStream.Items, 'K', id, null, null, null));
                    expected.Remove(id);
                }
                else
                {
                    int lacks = random.Next(4);
                    sets.Add(lacks);
                    changes.Add(Wal.Update(AppliedStream.Items, id, (lacks & 1) != 0 ? Wal.Unchanged : name, (lacks & 2) != 0 ? Wal.Unchanged : body, i));
                    expected[id] = [(lacks & 1) != 0 ? row[0] : name, (lacks & 2) != 0 ? row[1] : body, i.ToString(System.Globalization.CultureInfo.InvariantCulture)];
                }
            }

            stream.Apply(AppliedStream.Transaction(100, 5, [.. changes]));
            Assert.InRange(stream.Item.Pending().Steps.Count(static s => s.Rows is { IsEmpty: false }), 1, 4);
            foreach (LoadStep step in stream.Item.Pending().Steps)
                Load(target, step);
            Assert.Equal(Lines(expected), Lines(target));
        }

        static IEnumerable<string> Lines(SortedDictionary<long, string?[]> rows) => rows.Select(static r => $"{r.Key}: {string.Join('|', r.Value)}");
    }

    /// <summary>As StarRocks does it (STARROCKS.md 1.10, 1.11).</summary>
    private static void Load(SortedDictionary<long, string?[]> target, LoadStep step)
    {
        foreach (string line in System.Text.Encoding.UTF8.GetString(step.Rows!.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var row = System.Text.Json.JsonDocument.Parse(line);
            long id = row.RootElement.GetProperty("id").GetInt64();
            if (row.RootElement.GetProperty("__op").GetInt32() == 1)
            {
                target.Remove(id);
                continue;
            }

            string?[] values = step.Columns!.IsPartial && target.TryGetValue(id, out string?[]? there) ? [.. there] : new string?[3];
            foreach ((string name, int i) in ((string, int)[])[("name", 0), ("body", 1), ("size", 2)])
            {
                if (row.RootElement.TryGetProperty(name, out System.Text.Json.JsonElement value))
                    values[i] = value.ToString();
            }

            target[id] = values;
        }
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
        Assert.True(_stream.Item.Pending().IsEmpty);

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
        Assert.True(_stream.Item.Pending().IsEmpty);

        // The row of another table, or of a later transaction, must be asked for.
        _stream.Item.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
        using WalBatch later = Wal.Batch(AppliedStream.Transaction(200, 6, Wal.Update(AppliedStream.Items, 'K', [8L, null, null, null], [9L, "c", Wal.Unchanged, 7])));
        next = 0;
        Assert.Equal(ApplyStop.PointRead, _stream.Applier.Apply(later, ref next, stopAtTransactionEnd: false));
        Assert.True(_stream.Item.Pending().IsEmpty);
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
