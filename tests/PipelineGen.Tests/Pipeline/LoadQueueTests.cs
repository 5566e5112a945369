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
    public void A_step_begins_when_the_columns_change()
    {
        using var queue = new LoadQueue();
        ColumnSet partial = ColumnSet.Of(Item.Layout, [default, default, new ColumnSlot { Format = ColumnFormat.UnchangedToast }, default]);
        Assert.True(queue.IsEmpty);
        LoadBuffer first = queue.Rows(Full);
        Assert.Same(first, queue.Rows(Full));
        Assert.NotSame(first, queue.Rows(partial));
        Assert.NotSame(first, queue.Rows(Full));
        Assert.Equal([false, true, false], queue.Steps.Select(static s => s.Columns!.IsPartial));
    }

    [Fact]
    public void Bytes_are_those_of_all_steps()
    {
        using var queue = new LoadQueue();
        Append(queue, "12345");
        queue.Rows(ColumnSet.Of(Item.Layout, [default, default, new ColumnSlot { Format = ColumnFormat.UnchangedToast }, default]));
        Append(queue, "678");
        Assert.Equal(8, queue.Bytes);
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
        Assert.Equal(1, queue.Bytes);
        queue.Clear();
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Bytes);
    }

    private static void Append(LoadQueue queue, string row)
    {
        var writer = new LoadWriter(queue.Rows(Full));
        writer.Raw(System.Text.Encoding.ASCII.GetBytes(row));
        writer.Commit();
    }
}
