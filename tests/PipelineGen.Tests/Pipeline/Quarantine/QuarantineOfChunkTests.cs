using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>The load of what a chunk rejects: it takes out what earlier readings have left, and is settled like the chunk's own.</summary>
public sealed class QuarantineOfChunkTests : IAsyncLifetime
{
    private const string Label = "shop_fruits_chunk_1_0123456789ab";

    private readonly QuarantinedStream _stream = new(loaded: false);
    private TargetUnderTest _target = null!;

    public async Task InitializeAsync()
    {
        _target = await TargetUnderTest.StartAsync(version: "4.1");
        _stream.State.Quarantine.TableExists = true;
    }

    public async Task DisposeAsync() => await _target.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_takes_out_what_a_chunk_has_brought_that_came_to_nothing(bool isAbandoned)
    {
        RangeOutcome outcome = isAbandoned ? RangeOutcome.Abandoned : RangeOutcome.InFlight;
        await LeaveAsync("a", "b");
        using (ChunkQuarantine chunk = New())
        {
            chunk.Begin();
            Add(chunk, "b", "c");
            await chunk.LoadAsync(CancellationToken.None);
            Assert.Equal([Id("b"), Id("c")], chunk.Loaded);
        }

        Assert.Equal(["other a", "shop a", "shop b", "shop c"], await RowsAsync());
        var range = new StoredRange("public.fruits", 0, KeyRange.Whole, outcome, AppliedStream.Nothing, new Lsn(1), Label, 1, Rows: 0, Bytes: 0, _target.Intents.NewWitness());
        await _target.Intents.AnnounceAsync(range.Witness!, [ProgressRows.Of(range)], CancellationToken.None);
        Recovery recovery = _target.Recovery(_stream.State);

        Assert.False(await recovery.SettleRangeAsync(_stream.Fruit, range, CancellationToken.None));

        // 'b' was overwritten by the chunk, whose range it lies in: nothing of that is in quarantine.
        Assert.Equal(["other a", "shop a"], await RowsAsync());
        // And the next start gets by as well.
        Assert.False(await recovery.SettleRangeAsync(_stream.Fruit, range with { State = RangeOutcome.Abandoned }, CancellationToken.None));
        Assert.Equal(["other a", "shop a"], await RowsAsync());
    }

    [Fact]
    public async Task A_start_takes_the_label_under_which_a_chunk_may_still_bring_rows()
    {
        var range = new StoredRange("public.fruits", 0, KeyRange.Whole, RangeOutcome.Abandoned, AppliedStream.Nothing, new Lsn(1), Label, 1, Rows: 0, Bytes: 0);
        await _target.Recovery(_stream.State).SettleRangeAsync(_stream.Fruit, range, CancellationToken.None);
        Assert.Equal(LabelState.Visible, await _target.Loads.GetLabelStateAsync(Labels.OfChunkQuarantine("shop", Label), CancellationToken.None));
    }

    [Fact]
    public async Task A_table_that_is_copied_again_leaves_nothing_in_quarantine()
    {
        await LeaveAsync("a", "b");
        StoredTable restarting = new TableRestart(_target.Context(_stream.State)).Restarting(_stream.Fruit, 5);
        await new TableRestart(_target.Context(_stream.State)).EmptyAsync(_stream.Fruit, restarting, CancellationToken.None);
        Assert.Equal(["other a"], await RowsAsync());
        Assert.Equal(CopyState.Copying, (await _target.Progress.ReadAsync(CancellationToken.None)).Find("public.fruits")!.State);
        // A run that was stopped before the last line does it all again, under the same label.
        await new TableRestart(_target.Context(_stream.State)).EmptyAsync(_stream.Fruit, restarting, CancellationToken.None);
    }

    [Fact]
    public async Task The_limit_counts_a_row_once_and_chunks_together()
    {
        var stream = new QuarantinedStream(loaded: false, limit: 3);
        stream.Fruit.TryBeginChunk(AppliedStream.Nothing, new Lsn(1));
        // Behind the chunk come two rows that the chunk rejects too.
        stream.Receive(100, Wal.Insert(QuarantinedStream.Fruits, "a", QuarantinedStream.Bad, null), Wal.Insert(QuarantinedStream.Fruits, "b", QuarantinedStream.Bad, null));
        using ChunkQuarantine chunk = New(stream);
        chunk.Begin();
        Add(chunk, "a", "b", "c");
        await chunk.LoadAsync(CancellationToken.None);
        Assert.Equal(3, stream.State.Quarantine.Count);

        // Another chunk ends before this one is complete.
        using var other = new ChunkQuarantine(stream.State, stream.Fruit, stream.Fruit.Ranges[0], "shop_fruits_chunk_2_ba9876543210", _target.Quarantine(stream.State));
        other.Begin();
        Add(other, "a");
        await other.LoadAsync(CancellationToken.None);
        QuarantineLimitException stopped = Assert.Throws<QuarantineLimitException>(() => stream.State.Quarantine.RequireRoom(Fruit.Layout, column: null));
        Assert.Contains("more than 3 rows", stopped.Message, StringComparison.Ordinal);
        other.Release();

        chunk.Release();
        stream.Fruit.CompleteChunk(AppliedStream.Nothing, new Lsn(1), chunk.Loaded);
        Assert.Equal(3, stream.State.Quarantine.Count);
    }

    [Fact]
    public async Task A_chunk_that_passes_the_limit_with_others_loads_nothing()
    {
        var stream = new QuarantinedStream(loaded: false, limit: 2);
        using ChunkQuarantine first = New(stream);
        using var second = new ChunkQuarantine(stream.State, stream.Fruit, stream.Fruit.Ranges[0], "shop_fruits_chunk_2_ba9876543210", _target.Quarantine(stream.State));
        // Each has room while neither is counted.
        first.Begin();
        second.Begin();
        Add(first, "a", "b");
        Add(second, "c");
        await first.LoadAsync(CancellationToken.None);
        await Assert.ThrowsAsync<QuarantineLimitException>(() => second.LoadAsync(CancellationToken.None));
        Assert.Equal(["shop a", "shop b"], await RowsAsync());
        first.Release();
        Assert.Equal(0, stream.State.Quarantine.Count);
    }

    [Fact]
    public void A_chunk_keeps_so_many_bytes_in_memory_and_not_more()
    {
        using var chunk = new ChunkQuarantine(_stream.State, _stream.Fruit, _stream.Fruit.Ranges[0], Label, _target.Quarantine(_stream.State), maxWaitingBytes: 600);
        chunk.Begin();
        Add(chunk, "a");
        QuarantineLimitException stopped = Assert.Throws<QuarantineLimitException>(() => Add(chunk, "b", "c"));
        Assert.Contains("public.fruits, column name: its copy rejects", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("is longer than 10 bytes", stopped.Message, StringComparison.Ordinal);
        // A sending that begins again has all the room.
        chunk.Begin();
        Add(chunk, "a");
    }

    private ChunkQuarantine New(QuarantinedStream? stream = null) =>
        new((stream ?? _stream).State, (stream ?? _stream).Fruit, (stream ?? _stream).Fruit.Ranges[0], Label, _target.Quarantine((stream ?? _stream).State));

    private static QuarantineId Id(string key, string pipeline = "shop") => QuarantineId.OfKey(pipeline, "public.fruits", Encoding.UTF8.GetBytes($$"""{"id":"{{key}}"}"""));

    private static void Add(ChunkQuarantine chunk, params string[] keys)
    {
        foreach (string key in keys)
        {
            byte[] message = Wal.Insert(QuarantinedStream.Fruits, key, QuarantinedStream.Bad, null);
            ColumnSlot[] slots = new ColumnSlot[3];
            var reader = new WireReader(message);
            reader.Skip(6);
            PgOutputTuple.Read(ref reader, [0, 1, 2], slots);
            using var rows = new LoadBuffer();
            var tuple = new TupleReader(message, slots);
            chunk.Add(tuple, TableCodec.For<Fruit>().AppendUpsert(tuple, rows)!);
        }
    }

    /// <summary>Rows of an earlier reading, and one of another pipeline in the same database.</summary>
    private async Task LeaveAsync(params string[] keys)
    {
        foreach (string key in keys)
            await InsertAsync("shop", key);
        await InsertAsync("other", "a");
    }

    private async Task InsertAsync(string pipeline, string key) => await _target.Sql.ExecuteAsync(
        $$"""
        INSERT INTO {{QuarantineTable.Name}} (id, pipeline, source_table, row_key, column_name, value_bytes, reason, quarantined_at)
        VALUES ('{{Id(key, pipeline)}}', '{{pipeline}}', 'public.fruits', '{"id":"{{key}}"}', 'name', 20, 'left', '2026-01-01 00:00:00')
        """, CancellationToken.None);

    /// <summary>Pipeline and key of what is there.</summary>
    private async Task<string[]> RowsAsync()
    {
        SqlResult rows = await _target.Sql.QueryAsync($"SELECT pipeline, row_key FROM {QuarantineTable.Name} ORDER BY pipeline, row_key", CancellationToken.None);
        return [.. rows.Rows.Select(static row => $"{row[0]} {row[1]![7..^2]}")];
    }
}
