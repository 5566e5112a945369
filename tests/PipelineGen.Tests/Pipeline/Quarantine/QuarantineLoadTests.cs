using System.Globalization;
using Microsoft.Extensions.Logging;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>The quarantine in the target: what is loaded when, and what a start finds.</summary>
public sealed class QuarantineLoadTests : IAsyncLifetime
{
    private const string Bad = QuarantinedStream.Bad;

    private TargetUnderTest _target = null!;
    private QuarantinedStream _stream = null!;

    public async Task InitializeAsync()
    {
        _target = await TargetUnderTest.StartAsync(version: "4.1");
        _stream = New();
    }

    public async Task DisposeAsync() => await _target.DisposeAsync();

    [Fact]
    public async Task Rows_go_there_and_leave_it_with_their_table()
    {
        _stream.Receive(100, Insert("a", "apple"), Insert("b", Bad), Wal.Insert(QuarantinedStream.Tags, Bad), Wal.Insert(QuarantinedStream.Tags, "red"));
        await FlushAsync(_target.Loader(_stream.State), 110);
        Assert.Equal(["a|apple"], await FruitsAsync());
        Assert.Equal(["""public.fruits|{"id":"b"}|name|much too long a name|20|is longer than 10 bytes|0/64|5""", "public.tags|NULL|label|much too long a name|20|is longer than 10 bytes|0/64|5"], await QuarantineAsync());
        Assert.Equal("1", (await _target.Sql.QueryAsync("SELECT count(*) FROM tags", CancellationToken.None)).Scalar);

        _stream.Receive(200, Update("b", "berry"), Update("a", Bad));
        await FlushAsync(_target.Loader(_stream.State), 210);
        Assert.Equal(["b|berry"], await FruitsAsync());
        Assert.Equal("""public.fruits|{"id":"a"}|name|much too long a name|20|is longer than 10 bytes|0/C8|5""", (await QuarantineAsync())[0]);
        Assert.Equal(2, (await QuarantineAsync()).Length);
    }

    [Fact]
    public async Task Rejected_rows_are_durable_before_an_append_load_that_counts_them()
    {
        _stream.Receive(100, Wal.Insert(QuarantinedStream.Tags, Bad), Wal.Insert(QuarantinedStream.Tags, "red"));
        // The rows' own load fails for good.
        await _target.Sql.ExecuteAsync("DROP TABLE tags", CancellationToken.None);
        await Assert.ThrowsAsync<StarRocksLoadException>(() => FlushAsync(_target.Loader(_stream.State), 110));
        Assert.Single(await QuarantineAsync());
    }

    [Fact]
    public async Task A_row_leaves_the_quarantine_when_its_good_version_is_in_the_table_and_not_before()
    {
        _stream.Receive(100, Insert("a", Bad));
        await FlushAsync(_target.Loader(_stream.State), 110);
        // a leaves, c comes, b comes and leaves: and the rows' own load fails for good.
        _stream.Receive(200, Update("a", "apple"), Insert("b", Bad), Update("b", "berry"), Insert("c", Bad));
        await _target.Sql.ExecuteAsync("DROP TABLE fruits", CancellationToken.None);
        await Assert.ThrowsAsync<StarRocksLoadException>(() => FlushAsync(_target.Loader(_stream.State), 210));
        // A start that finds neither row nor id would let a change that leaves values out build on nothing.
        Assert.Equal(3, (await QuarantineAsync()).Length);
    }

    [Fact]
    public async Task What_left_the_quarantine_and_came_back_is_there()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad));
        await FlushAsync(_target.Loader(_stream.State), 110);
        _stream.Receive(200, Update("a", "apple"), Update("b", "berry"), Update("a", Bad));
        await FlushAsync(_target.Loader(_stream.State), 210);
        Assert.Equal(["b|berry"], await FruitsAsync());
        Assert.Equal(["""public.fruits|{"id":"a"}|name|much too long a name|20|is longer than 10 bytes|0/C8|5"""], await QuarantineAsync());
    }

    [Fact]
    public async Task A_batch_of_rejected_keys_loads_nothing_into_their_table()
    {
        _stream.Receive(100, Insert("pineapple", "fine"), Wal.Insert(QuarantinedStream.Tags, Bad));
        await FlushAsync(_target.Loader(_stream.State), 110);
        Assert.Equal(2, (await QuarantineAsync()).Length);
        Assert.Equal(LabelState.Unknown, await _target.Loads.GetLabelStateAsync(Labels.OfChanges(_stream.Fruit, new Lsn(50)), CancellationToken.None));
        Assert.Equal(new Lsn(110), _stream.State.Durable);
    }

    [Fact]
    public async Task With_whole_transactions_rows_and_quarantine_are_one()
    {
        TransactionLoader loader = _target.TransactionLoader(_stream.State);
        _stream.Receive(100, Insert("a", "apple"), Insert("b", Bad), Insert("pineapple", "p"));
        await FlushAsync(loader, null, endsInTransaction: true);
        Assert.Empty(await QuarantineAsync());
        _stream.Receive(200, Update("b", "berry"), Wal.Insert(QuarantinedStream.Tags, Bad));
        await FlushAsync(loader, 210);
        Assert.Equal(["a|apple", "b|berry"], await FruitsAsync());
        Assert.Equal(["""public.fruits|{"id":"pineapple"}|id|pineapple|9|is longer than 8 bytes|0/64|5""", "public.tags|NULL|label|much too long a name|20|is longer than 10 bytes|0/C8|5"], await QuarantineAsync());

        // Only the quarantine changes: a transaction all the same.
        _stream.Receive(300, Delete("pineapple"));
        await FlushAsync(loader, 310);
        Assert.Single(await QuarantineAsync());
        Assert.Equal(new Lsn(310), (await _target.PositionAsync())!.Position);
        await loader.DisposeAsync();
    }

    [Fact]
    public async Task A_start_knows_what_is_there_and_settles_the_loads_before_it()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad), Wal.Insert(QuarantinedStream.Tags, Bad));
        // No position comes behind this load.
        await FlushAsync(_target.Loader(_stream.State), null);
        QuarantinedStream next = New();
        next.State.Quarantine.TableExists = true;
        // As recovery leaves it, which has settled the table's own load.
        next.Fruit.LoadsSinceCheckpoint = 1;
        await _target.Quarantine(next.State).RestoreAsync(CancellationToken.None);
        Assert.Equal((2, 1, 3, 1), (next.Fruit.Watch()!.Count, next.Tag.Watch()!.Count, next.State.Quarantine.Count, next.State.Quarantine.LoadsSinceCheckpoint));
        next.Receive(100, Insert("a", Bad), Insert("b", Bad), Wal.Insert(QuarantinedStream.Tags, Bad));
        next.Receive(200, Update("a", "apple"));
        await FlushAsync(_target.Loader(next.State), 210, of: next);
        Assert.Equal(["a|apple"], await FruitsAsync());
        Assert.Equal(2, (await QuarantineAsync()).Length);
    }

    [Fact]
    public async Task A_start_finds_more_than_the_limit_and_stops_at_the_next_row_only()
    {
        _stream.Receive(100, Insert("a", Bad), Insert("b", Bad));
        await FlushAsync(_target.Loader(_stream.State), 110);
        var log = new Lines();
        var next = new QuarantinedStream(limit: 1, logger: log);
        next.State.AdvanceDurable(new Lsn(110));
        next.State.Quarantine.TableExists = true;
        await _target.Quarantine(next.State).RestoreAsync(CancellationToken.None);
        Assert.Equal("4005 2 rows of the pipeline are in quarantine, _pipelinegen_quarantine, and Pipeline:MaxQuarantinedRows allows 1: the next one stops it", Assert.Single(log.Written));
        next.Receive(200, Update("a", Bad));
        QuarantineLimitException stopped = Assert.Throws<QuarantineLimitException>(() => next.Receive(300, Insert("c", Bad)));
        Assert.Contains("more than 1 rows", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_another_process_used_is_a_second_copy_of_the_pipeline()
    {
        _stream.Receive(100, Insert("a", Bad));
        await FlushAsync(_target.Loader(_stream.State), null);
        QuarantinedStream second = New();
        second.Receive(100, Insert("a", Bad));
        SourceException stopped = await Assert.ThrowsAsync<SourceException>(() => FlushAsync(_target.Loader(second.State), null, of: second));
        Assert.Contains("another copy of pipeline 'shop'", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_tells_of_a_column_once_in_a_while_and_never_a_value()
    {
        var log = new Lines();
        var time = new ManualTime();
        var stream = new QuarantinedStream(logger: log, time: time);
        stream.Receive(100, Insert("a", Bad), Insert("b", Bad), Insert("pineapple", "p"), Insert("c", Bad));
        Assert.Equal(
        [
            "4003 public.fruits, column name: 1 row(s) to quarantine, _pipelinegen_quarantine; the last value is longer than 10 bytes",
            "4003 public.fruits, column id: 1 row(s) to quarantine, _pipelinegen_quarantine; the last value is longer than 8 bytes",
        ], log.Written);
        time.Advance(TimeSpan.FromMinutes(2));
        stream.Receive(200, Insert("d", Bad));
        Assert.Equal("4003 public.fruits, column name: 3 row(s) to quarantine, _pipelinegen_quarantine; the last value is longer than 10 bytes", log.Written[^1]);
    }

    private static QuarantinedStream New()
    {
        var stream = new QuarantinedStream();
        stream.State.AdvanceDurable(new Lsn(50));
        return stream;
    }

    private Task FlushAsync(IBatchLoader loader, long? checkpoint, bool endsInTransaction = false, QuarantinedStream? of = null) => loader.RunAsync(
        new FlushCycle(
            [.. (of ?? _stream).State.Lanes.Where(static l => !l.Pending().IsEmpty).Select(static l => new FlushWork(l, l.Appends?.Received ?? default, l.TakeQueue()))],
            checkpoint is { } lsn ? new StoredPosition(new Lsn((ulong)lsn), "1", new Dictionary<string, IReadOnlyList<ulong>>()) : null,
            endsInTransaction),
        CancellationToken.None);

    private async Task<string[]> FruitsAsync() => await _target.RowsAsync("fruits", "id, name");

    private async Task<string[]> QuarantineAsync()
    {
        string[] columns = ["source_table", "row_key", "column_name", "value", "value_bytes", "reason", "commit_lsn", "xid"];
        SqlResult rows = await _target.Sql.QueryAsync($"SELECT {string.Join(", ", columns)} FROM {QuarantineTable.Name} ORDER BY source_table, row_key", CancellationToken.None);
        return [.. rows.Rows.Select(row => string.Join('|', columns.Select((_, i) => row[i] ?? "NULL")))];
    }

    private static byte[] Insert(string id, string name) => Wal.Insert(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Update(string id, string name) => Wal.Update(QuarantinedStream.Fruits, id, name, null);

    private static byte[] Delete(string id) => Wal.Delete(QuarantinedStream.Fruits, 'K', id, null, null);

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(string.Create(CultureInfo.InvariantCulture, $"{eventId.Id} {formatter(state, exception)}"));
    }
}
