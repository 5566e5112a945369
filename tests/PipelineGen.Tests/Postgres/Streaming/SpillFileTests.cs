using PipelineGen.Postgres.Streaming;
using PipelineGen.Tests.StarRocks;
using static PipelineGen.Tests.Postgres.Streaming.StreamedWal;

namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>What is on the disk, and what happens when it isn't what was written.</summary>
public sealed class SpillFileTests
{
    /// <summary>Files are closed after each block and opened again: between blocks a test can get at them.</summary>
    private static readonly SpillLimits Closed = new() { BlockSize = 300, OpenFiles = 0 };

    [Fact]
    public async Task Rows_are_in_the_file_as_they_are_unless_encryption_is_asked_for()
    {
        Assert.True((await SpilledAsync(encrypted: false)).AsSpan().IndexOf("secret row"u8) > 0);
        Assert.True((await SpilledAsync(encrypted: true)).AsSpan().IndexOf("secret"u8) < 0);
        // Another key, or at least another nonce, each time.
        Assert.NotEqual(await SpilledAsync(encrypted: true), await SpilledAsync(encrypted: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_byte_anywhere_is_an_error(bool encrypted)
    {
        int length = (await SpilledAsync(encrypted)).Length;
        for (int i = 0; i < length; i += 7)
        {
            int at = i;
            await RefusedAsync(encrypted, file => [.. file[..at], (byte)(file[at] ^ 0x40), .. file[(at + 1)..]]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_torn_file_is_an_error(bool encrypted)
    {
        foreach (int cut in (int[])[1, 20, 299, 320])
            await RefusedAsync(encrypted, file => file[..^cut]);
        await RefusedAsync(encrypted, static file => [.. file, 0]);
        await RefusedAsync(encrypted, static file => [.. file[..^50], .. new byte[50]]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blocks_that_changed_places_are_an_error(bool encrypted)
    {
        using var seal = BlockSeal.Create(encrypted);
        await RefusedAsync(encrypted, file =>
        {
            // The rows are of one size, and so are the blocks that have nothing else in them.
            int first = BlockLength(file);
            int second = BlockLength(file[first..]);
            Assert.Equal(second, BlockLength(file[(first + second)..]));
            return [.. file[..first], .. file[(first + second)..(first + 2 * second)], .. file[first..(first + second)], .. file[(first + 2 * second)..]];
        });

        int BlockLength(ReadOnlySpan<byte> block) => seal.HeaderSize + (int)BlockSeal.StatedLength(block);
    }

    [Fact]
    public async Task A_block_of_another_file_is_an_error()
    {
        await using var test = new SpillingStreamUnderTest(Closed);
        test.Send(Block(7, true, Rows()));
        test.Send(Block(8, true, Rows()));
        Assert.Empty(await test.ReadAllAsync());
        string[] files = [.. test.Files.Order(StringComparer.Ordinal)];
        Assert.Equal(2, files.Length);
        byte[] first = await File.ReadAllBytesAsync(files[0]);
        Assert.Equal(first.Length, new FileInfo(files[1]).Length);
        await File.WriteAllBytesAsync(files[1], first);
        test.Send(StreamedWal.Commit(8, 30, 31));
        await Assert.ThrowsAsync<SpillException>(test.ReadAllAsync);
    }

    [Fact]
    public async Task A_block_that_is_read_back_to_be_cut_is_checked_too()
    {
        await using var test = new SpillingStreamUnderTest(Closed);
        test.Send(Start(7), In(7, Table(1)), In(7, Row(1, "a")), In(8, Row(1, "b")), In(8, Row(1, new string('x', 500))), Stop());
        Assert.Empty(await test.ReadAllAsync());
        byte[] file = await File.ReadAllBytesAsync(test.Files[0]);
        file[30] ^= 1;
        await File.WriteAllBytesAsync(test.Files[0], file);
        test.Send(Abort(7, 8));
        await Assert.ThrowsAsync<SpillException>(test.ReadAllAsync);
    }

    [Fact]
    public async Task Files_and_folder_are_for_their_owner_only_and_their_names_tell_what_they_are()
    {
        await using var test = new SpillingStreamUnderTest(Closed);
        test.Send(Block(7, true, Table(1), Row(1, new string('x', 1000))));
        await test.ReadAllAsync();
        string file = Assert.Single(test.Files);
        Assert.Matches(@"pipelinegen-shop-slot-123.transaction-7-[0-9a-f]{8}-1\.spill$", file);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(test.Folder.Path));
    }

    [Fact]
    public async Task What_an_earlier_run_left_is_removed_once_the_slot_is_ours_and_nothing_else()
    {
        await using var test = new SpillingStreamUnderTest();
        Directory.CreateDirectory(test.Folder.Path);
        string left = Path.Combine(test.Folder.Path, "transaction-9-00000000-1.spill");
        string other = Path.Combine(test.Folder.Path, "note.txt");
        await File.WriteAllTextAsync(left, "left");
        await File.WriteAllTextAsync(other, "other");
        Task<List<string>> read = test.ReadAsync();
        // The server has said nothing yet: the files may be those of a copy that has the slot.
        Assert.True(File.Exists(left));
        test.Send(Wal.Begin(10, 7), Wal.Commit(10, 11));
        await read;
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task A_slot_that_another_copy_has_leaves_its_files_alone()
    {
        await using var test = new SpillingStreamUnderTest();
        Directory.CreateDirectory(test.Folder.Path);
        string its = Path.Combine(test.Folder.Path, "transaction-9-00000000-1.spill");
        await File.WriteAllTextAsync(its, "its");
        test.Inner.Break(new IOException("slot is active"));
        await Assert.ThrowsAsync<IOException>(test.ReadAsync);
        await test.Stream.DisposeAsync();
        Assert.True(File.Exists(its));
    }

    [Fact]
    public async Task A_keepalive_is_enough_to_know_that_the_slot_is_ours()
    {
        await using var test = new SpillingStreamUnderTest();
        Directory.CreateDirectory(test.Folder.Path);
        string left = Path.Combine(test.Folder.Path, "transaction-9-00000000-1.spill");
        await File.WriteAllTextAsync(left, "left");
        Task<List<string>> read = test.ReadAsync();
        test.Inner.Keepalive(500);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < 500 && File.Exists(left); i++)
            await pace.WaitForNextTickAsync();
        Assert.False(File.Exists(left));
        Assert.False(read.IsCompleted);
    }

    [Fact]
    public async Task A_folder_that_others_may_write_is_not_used()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var test = new SpillingStreamUnderTest(Closed);
        Directory.CreateDirectory(test.Folder.Path);
        File.SetUnixFileMode(test.Folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        test.Send(Block(7, true, Table(1), Row(1, new string('x', 1000))));
        await Assert.ThrowsAsync<SpillException>(test.ReadAllAsync);
        Assert.Empty(test.Files);
    }

    [Fact]
    public async Task A_full_disk_ends_the_session_and_pauses_streaming()
    {
        var time = new ManualTime();
        await using var test = new SpillingStreamUnderTest(new SpillLimits { BlockSize = 300 }, open: static (path, options) => new FullDisk(path, options, room: 1000), time: time);
        Assert.True(test.Pause.IsOver);
        for (int i = 0; i < 100; i++)
            test.Send(Block(7, i == 0, [.. i == 0 ? [Table(1)] : Array.Empty<byte[]>(), Row(1, "row " + i)]));
        SpillException error = await Assert.ThrowsAsync<SpillException>(test.ReadAllAsync);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.True(PipelineGen.Postgres.SourceFailure.IsTransient(error));
        Assert.Equal(error.Message, PipelineGen.Postgres.SourceFailure.Describe(error, "server"));
        Assert.False(test.Pause.IsOver);
        await test.Stream.DisposeAsync();
        Assert.False(Directory.Exists(test.Folder.Path));
        time.Advance(StreamingPause.Length);
        Assert.True(test.Pause.IsOver);
    }

    private static byte[][] Rows() => [Table(1), .. Enumerable.Range(0, 40).Select(static i => Row(1, $"secret row {i:00}"))];

    private static async Task<byte[]> SpilledAsync(bool encrypted)
    {
        await using var test = new SpillingStreamUnderTest(Closed, encrypted);
        test.Send(Block(7, true, Rows()));
        Assert.Empty(await test.ReadAllAsync());
        return await File.ReadAllBytesAsync(test.Files[0]);
    }

    /// <summary>Spills a transaction, changes its file, and lets it commit: not one of its later rows may come.</summary>
    private static async Task RefusedAsync(bool encrypted, Func<byte[], byte[]> change)
    {
        await using var test = new SpillingStreamUnderTest(Closed, encrypted);
        test.Send(Block(7, true, Rows()));
        Assert.Empty(await test.ReadAllAsync());
        await File.WriteAllBytesAsync(test.Files[0], change(await File.ReadAllBytesAsync(test.Files[0])));
        test.Send(StreamedWal.Commit(7, 30, 31));
        await Assert.ThrowsAsync<SpillException>(test.ReadAllAsync);
        Assert.False(test.Pause.IsOver);
    }
}
