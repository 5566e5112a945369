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
    public void Whole_rows_go_before_partial_ones_whichever_came_first()
    {
        using var queue = new LoadQueue();
        Assert.True(queue.IsEmpty);
        LoadBuffer partial = queue.Rows(Partial);
        LoadBuffer full = queue.Rows(Full);
        Assert.NotSame(full, partial);
        Assert.Same(full, queue.Rows(Full));
        Assert.Same(partial, queue.Rows(Partial));
        queue.Rows(OtherPartial);
        Assert.Equal([Full, Partial, OtherPartial], queue.Steps.Select(static s => s.Columns));
    }

    [Fact]
    public void A_key_has_one_partial_row_at_most()
    {
        using var queue = new LoadQueue();
        Append(queue, "{\"a\"}\n", Partial);
        queue.SetPartial("k"u8, Partial);
        Append(queue, "{\"b\"}\n", Partial);
        queue.SetPartial("l"u8, Partial);
        Append(queue, "{\"c\"}\n", Partial);
        queue.SetPartial("k"u8, Partial);
        Assert.Equal("{\"b\"}\n{\"c\"}\n", Text(queue.Rows(Partial)));
        Assert.Equal("{\"b\"}\n", System.Text.Encoding.UTF8.GetString(queue.Read(queue.FindPartial("l"u8)!.Value)));
        queue.Overtake("k"u8);
        queue.Overtake("nobody"u8);
        Assert.Equal(("{\"b\"}\n", 1, 6), (Text(queue.Rows(Partial)), queue.Rows(Partial).Rows, (int)queue.Rows(Partial).Length));
        queue.Overtake("l"u8);
        Assert.True(queue.Rows(Partial).IsEmpty);
        Assert.False(queue.HasPartialRows);
    }

    [Fact]
    public void Many_keys_are_told_apart_also_after_many_blocks()
    {
        using var queue = new LoadQueue();
        var expected = new SortedDictionary<int, string>();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(3000);
            byte[] bytes = BitConverter.GetBytes(key);
            if (random.Next(4) == 0)
            {
                queue.Overtake(bytes);
                expected.Remove(key);
                continue;
            }

            string row = $"{key}:{i}:{new string('x', random.Next(200))}";
            Append(queue, row + "\n", Partial);
            queue.SetPartial(bytes, Partial);
            expected[key] = row;
        }

        Assert.Equal(expected.Values.Order(StringComparer.Ordinal), Text(queue.Rows(Partial)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, queue.Rows(Partial).Rows);
    }

    [Fact]
    public void Bytes_are_the_memory_of_all_steps()
    {
        using var queue = new LoadQueue();
        Append(queue, "12345");
        long one = queue.Bytes;
        Assert.InRange(one, 5, 64 * 1024);
        Append(queue, "678", Partial);
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

    private static void Append(LoadQueue queue, string row, ColumnSet? columns = null)
    {
        var writer = new LoadWriter(queue.Rows(columns ?? Full));
        writer.Raw(System.Text.Encoding.ASCII.GetBytes(row));
        writer.Commit();
    }

    private static string Text(LoadBuffer rows) => System.Text.Encoding.UTF8.GetString(rows.ToArray());
}
