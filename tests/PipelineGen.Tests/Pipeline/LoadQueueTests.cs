using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

public class LoadQueueTests
{
    private static readonly ColumnSet Full = ColumnSet.Full(Item.Layout);

    [Fact]
    public void The_header_names_every_column_the_operation_and_the_mappings()
    {
        Assert.Equal("`id`,`name`,`body`,`size`,__op", Full.Columns);
        Assert.False(Full.IsPartial);
        Assert.Equal("`id`,`__b64_bytes`,__op,`bytes`=from_base64(`__b64_bytes`)", ColumnSet.Full(Photo.Layout).Columns);
        Assert.Equal("`id`,__op", ColumnSet.Of(Photo.Layout, [new ColumnSlot { Format = ColumnFormat.Binary }, new ColumnSlot { Format = ColumnFormat.UnchangedToast }]).Columns);
    }

    [Fact]
    public void A_set_matches_the_tuples_that_lack_the_same_columns()
    {
        ColumnSlot[] slots = [Slot(ColumnFormat.Binary), Slot(ColumnFormat.Text), Slot(ColumnFormat.UnchangedToast), Slot(ColumnFormat.Null)];
        ColumnSet set = ColumnSet.Of(Item.Layout, slots);
        Assert.True(set.Matches(slots));
        Assert.False(Full.Matches(slots));
        Assert.False(set.Matches([Slot(ColumnFormat.Binary), Slot(ColumnFormat.UnchangedToast), Slot(ColumnFormat.UnchangedToast), Slot(ColumnFormat.Null)]));

        static ColumnSlot Slot(ColumnFormat format) => new() { Format = format };
    }

    [Fact]
    public void A_row_joins_the_last_step_of_its_columns_unless_a_later_one_has_its_key()
    {
        using var queue = new LoadQueue();
        Assert.True(queue.IsEmpty);
        LoadBuffer full = queue.Rows(Full, 1);
        Assert.Same(full, queue.Rows(Full, 2));
        LoadBuffer partial = queue.Rows(Partial, 1);
        Assert.NotSame(full, partial);
        Assert.Same(full, queue.Rows(Full, 3));
        Assert.Same(partial, queue.Rows(Partial, 3));
        // Key 1 is in the partial step: a full row of it must not go before that.
        LoadBuffer again = queue.Rows(Full, 1);
        Assert.NotSame(full, again);
        Assert.Same(partial, queue.Rows(Partial, 4));
        Assert.Equal([false, true, false], queue.Steps.Select(static s => s.Columns!.IsPartial));
    }

    /// <summary>Loading the steps in order ends in the state that the changes in their own order end in, for any sequence.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_order_of_every_keys_changes_is_kept(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            using var queue = new LoadQueue();
            var expected = new Dictionary<int, List<int>>();
            var rows = new Dictionary<LoadBuffer, List<(int Key, int Change)>>();
            for (int change = 0; change < 40; change++)
            {
                if (random.Next(30) == 0)
                {
                    queue.Truncate();
                    expected.Clear();
                    rows.Clear();
                    continue;
                }

                int key = random.Next(6);
                ColumnSet columns = random.Next(3) switch { 0 => Partial, 1 => OtherPartial, _ => Full };
                // Half of the keys share hashes: that may cost steps, and never the order.
                LoadBuffer buffer = queue.Rows(columns, key / 2);
                (rows.TryGetValue(buffer, out List<(int, int)>? list) ? list : rows[buffer] = []).Add((key, change));
                (expected.TryGetValue(key, out List<int>? changes) ? changes : expected[key] = []).Add(change);
            }

            var actual = new Dictionary<int, List<int>>();
            foreach (LoadStep step in queue.Steps.Where(static s => s.Rows is not null))
            {
                foreach ((int key, int change) in rows[step.Rows!])
                    (actual.TryGetValue(key, out List<int>? changes) ? changes : actual[key] = []).Add(change);
            }

            Assert.Equal(expected.OrderBy(static e => e.Key).Select(static e => string.Join(',', e.Value)), actual.OrderBy(static e => e.Key).Select(static e => string.Join(',', e.Value)));
        }
    }

    [Fact]
    public void Bytes_are_the_memory_of_all_steps()
    {
        using var queue = new LoadQueue();
        Append(queue, "12345");
        long one = queue.Bytes;
        Assert.InRange(one, 5, 64 * 1024);
        var writer = new LoadWriter(queue.Rows(Partial, 1));
        writer.Raw("678"u8);
        writer.Commit();
        Assert.Equal(2 * one, queue.Bytes);
    }

    [Fact]
    public void A_truncate_comes_first_and_rows_after_it_are_a_step_of_their_own()
    {
        using var queue = new LoadQueue();
        Append(queue, "12345");
        queue.Truncate();
        Append(queue, "678");
        queue.Truncate();
        Append(queue, "9");
        Assert.Equal(2, queue.Steps.Count);
        Assert.Null(queue.Steps[0].Rows);
        Assert.Equal(1, queue.Steps[1].Rows!.Length);
        queue.Clear();
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Bytes);
    }

    private static ColumnSet Partial { get; } = ColumnSet.Of(Item.Layout, [default, default, new ColumnSlot { Format = ColumnFormat.UnchangedToast }, default]);

    private static ColumnSet OtherPartial { get; } = ColumnSet.Of(Item.Layout, [default, new ColumnSlot { Format = ColumnFormat.UnchangedToast }, default, default]);

    private static void Append(LoadQueue queue, string row)
    {
        var writer = new LoadWriter(queue.Rows(Full, 0));
        writer.Raw(System.Text.Encoding.ASCII.GetBytes(row));
        writer.Commit();
    }
}
