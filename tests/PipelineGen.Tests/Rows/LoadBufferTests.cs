using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class LoadBufferTests
{
    private const int BlockSize = 256 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(BlockSize - 1)]
    [InlineData(BlockSize)]
    [InlineData(BlockSize + 1)]
    [InlineData(3_000_000)]
    public async Task Rows_come_out_whole_and_in_order(int rowLength)
    {
        using var buffer = new LoadBuffer();
        var expected = new StringBuilder();
        for (int row = 0; row < 12_000_000 / (rowLength + 2000); row++)
            Append(buffer, expected, row, rowLength);

        Assert.Equal(expected.Length, buffer.Length);
        Assert.Equal(12_000_000 / (rowLength + 2000), buffer.Rows);
        Assert.True(expected.ToString() == Encoding.ASCII.GetString(buffer.ToArray()));
        // Any number of times: a load is sent again.
        for (int time = 0; time < 2; time++)
        {
            using var copy = new MemoryStream();
            await buffer.CopyToAsync(copy, CancellationToken.None);
            Assert.True(copy.ToArray().AsSpan().SequenceEqual(buffer.ToArray()));
        }
    }

    [Fact]
    public void A_row_that_is_written_byte_by_byte_crosses_blocks()
    {
        using var buffer = new LoadBuffer();
        for (int row = 0; row < 3; row++)
        {
            var writer = new LoadWriter(buffer);
            for (int i = 0; i < 600_000; i++)
                writer.Raw((byte)('a' + (i % 26)));
            writer.Raw((byte)'\n');
            writer.Commit();
        }

        string[] rows = Encoding.ASCII.GetString(buffer.ToArray()).Split('\n');
        Assert.Equal(4, rows.Length);
        Assert.All(rows[..3], row => Assert.True(row == string.Concat(Enumerable.Range(0, 600_000).Select(static i => (char)('a' + (i % 26))))));
    }

    [Fact]
    public void A_string_of_escapes_crosses_blocks()
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        byte[] text = new byte[BlockSize];
        Array.Fill(text, (byte)1);
        writer.String(text);
        writer.Commit();
        Assert.True(System.Text.Json.JsonSerializer.Deserialize<string>(buffer.ToArray())!.SequenceEqual(new string('\u0001', BlockSize)));
        Assert.Equal((BlockSize * 6) + 2, buffer.Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(BlockSize - 10)]
    [InlineData(2 * BlockSize)]
    public void A_row_that_is_given_up_leaves_the_buffer_as_it_was(int written)
    {
        using var buffer = new LoadBuffer();
        var expected = new StringBuilder();
        for (int row = 0; row < 20; row++)
        {
            Append(buffer, expected, row, 50_000);
            // An encoder that threw: its writer never commits.
            var abandoned = new LoadWriter(buffer);
            abandoned.Raw(new byte[written]);
            Assert.Equal((expected.Length, row + 1), (buffer.Length, buffer.Rows));
        }

        Assert.True(expected.ToString() == Encoding.ASCII.GetString(buffer.ToArray()));
    }

    [Fact]
    public void One_writer_may_commit_several_rows()
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        for (int row = 0; row < 100_000; row++)
        {
            writer.Raw("0123456789"u8);
            writer.Commit();
        }

        Assert.Equal((1_000_000L, 100_000), (buffer.Length, buffer.Rows));
        Assert.Equal(string.Concat(Enumerable.Repeat("0123456789", 100_000)), Encoding.ASCII.GetString(buffer.ToArray()));
    }

    [Fact]
    public async Task It_can_be_cleared_and_disposed_and_used_again()
    {
        var buffer = new LoadBuffer();
        Assert.True(buffer.IsEmpty);
        for (int round = 0; round < 4; round++)
        {
            var expected = new StringBuilder();
            for (int row = 0; row < 8; row++)
                Append(buffer, expected, row, 100_000);
            Assert.True(expected.ToString() == Encoding.ASCII.GetString(buffer.ToArray()));
            if (round % 2 == 0)
                buffer.Clear();
            else
                buffer.Dispose();
            Assert.True(buffer.IsEmpty);
            Assert.Equal(0, buffer.Length);
            Assert.Empty(buffer.ToArray());
            using var copy = new MemoryStream();
            await buffer.CopyToAsync(copy, CancellationToken.None);
            Assert.Equal(0, copy.Length);
        }

        buffer.Dispose();
        buffer.Dispose();
    }

    [Fact]
    public async Task Copying_can_be_cancelled()
    {
        using var buffer = new LoadBuffer();
        Append(buffer, new StringBuilder(), 1, 10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => buffer.CopyToAsync(new MemoryStream(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Key_columns_must_be_there()
    {
        using var buffer = new LoadBuffer();
        ColumnInfo key = TestColumns.Of("int4", "INT");
        foreach (ColumnFormat format in (ColumnFormat[])[ColumnFormat.Null, ColumnFormat.UnchangedToast])
        {
            var error = Assert.Throws<ColumnValueException>(() =>
            {
                var writer = new LoadWriter(buffer);
                writer.KeyColumn<Int4Codec>(key, new ColumnValue(format, []), "{\"id\":"u8);
            });
            Assert.Contains("REPLICA IDENTITY", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unchanged_TOAST_column_is_left_out_with_its_name()
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        writer.Column<Int4Codec>(TestColumns.Of("int4", "INT"), new ColumnValue(ColumnFormat.UnchangedToast, []), ",\"n\":"u8);
        writer.Commit();
        Assert.Equal(0, buffer.Length);
    }

    private static void Append(LoadBuffer buffer, StringBuilder expected, int row, int length)
    {
        string text = new((char)('a' + (row % 26)), length);
        var writer = new LoadWriter(buffer);
        writer.Raw(Encoding.ASCII.GetBytes(text));
        writer.Raw((byte)'\n');
        writer.Commit();
        expected.Append(text).Append('\n');
    }
}
