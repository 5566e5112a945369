using Npgsql;

namespace PipelineGen.IntegrationTests.Postgres;

/// <summary>A pipeline whose server streams every transaction of more than 64 kB, with a spill folder of its own.</summary>
internal sealed class StreamedPipeline : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipelinegen-spill-").FullName;

    private StreamedPipeline(PipelineUnderTest<TestPipeline> test) => Test = test;

    public PipelineUnderTest<TestPipeline> Test { get; }

    public string[] SpillFiles => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    public static async Task<StreamedPipeline> StartAsync(PostgresFixture postgres, string sql = "", string? spillFolder = null, params (string Key, string Value)[] settings)
    {
        PipelineUnderTest<TestPipeline> test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, sql);
        await test.Database.ExecuteAsync($"ALTER DATABASE {test.Database.Name} SET logical_decoding_work_mem = '64kB'");
        var streamed = new StreamedPipeline(test);
        test.Start([("Pipeline:SpillFolder", spillFolder ?? streamed._folder), .. settings]);
        await test.CatchUpAsync();
        return streamed;
    }

    /// <summary>How many transactions the server has streamed; its statistics come a little later.</summary>
    public Task<long> StreamedTransactionsAsync() => Test.Database.ScalarAsync<long>($"SELECT coalesce(sum(stream_txns), 0)::int8 FROM pg_stat_replication_slots WHERE slot_name = '{Test.Slot}'");

    public Task UntilStreamedAsync(long transactions) => Eventually.TrueAsync(async () => await StreamedTransactionsAsync() >= transactions, $"{transactions} transactions are streamed");

    public Task UntilSpilledAsync(int files) => Eventually.TrueAsync(() => Task.FromResult(SpillFiles.Length == files), $"{files} spill files");

    /// <summary>Source and target are the same, and after a stop nothing is left in the folder.</summary>
    public async Task AssertSameAsync()
    {
        await Test.AssertSameAsync();
        Assert.Empty(SpillFiles);
        await Test.StopAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    /// <summary>A transaction that stays open.</summary>
    public async Task<NpgsqlConnection> BeginAsync(string sql)
    {
        NpgsqlConnection connection = await Test.Database.OpenAsync();
        await ExecuteAsync(connection, "BEGIN; " + sql);
        return connection;
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
