using System.Diagnostics;
using System.Globalization;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Where the copy of a pipeline under test is, and what its target has.</summary>
internal static class CopyUnderTest
{
    /// <summary>Ten ranges of <c>Pipeline:ChunkRows</c> = 40.</summary>
    public const string Notes = "INSERT INTO notes SELECT i, 'note ' || i, NULL, i, NULL FROM generate_series(1, 400) i; ANALYZE notes;";

    /// <summary>Ten ranges; the body is out of line, so that updates leave it out.</summary>
    public const string Documents = "INSERT INTO documents SELECT i, 'title ' || i, repeat(md5(i::text), 100), NULL, NULL FROM generate_series(1, 400) i; ANALYZE documents;";

    /// <summary>As many pieces, since a page has few of these rows.</summary>
    public const string Clicks = "INSERT INTO clicks SELECT timestamptz '2024-01-01 00:00:00+00' + i * interval '1 second', repeat('p', 800) || i, i, i FROM generate_series(1, 400) i; ANALYZE clicks;";

    /// <summary>Ranges or pieces of each of these.</summary>
    public const int Ranges = 10;

    public static CopyFigures Copy<T>(this PipelineUnderTest<T> test, string table)
        where T : IPipeline => test.Table(table).Copy;

    public static TableProgress Table<T>(this PipelineUnderTest<T> test, string table)
        where T : IPipeline => test.Running!.Progress.Tables.Single(t => t.Table == "public." + table);

    /// <summary>One worker, whose loads take their time: the copy is in its middle for seconds.</summary>
    public static void StartSlowly<T>(this PipelineUnderTest<T> test, params (string Key, string Value)[] settings)
        where T : IPipeline
    {
        test.Target.Faults.SlowAnswers = TimeSpan.FromMilliseconds(150);
        test.Start([("Pipeline:SnapshotWorkers", "1"), .. settings]);
    }

    public static async Task UntilRangesAsync<T>(this PipelineUnderTest<T> test, string table, int ranges)
        where T : IPipeline
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(test.Running!.Completion.IsCompleted || test.Copy(table).RangesDone >= ranges),
            $"{ranges} ranges of {table}",
            120);
        if (test.Running!.Completion.IsCompleted)
            await test.Running.Completion;
    }

    /// <summary>What has been done until now was done in the middle of the table's copy.</summary>
    public static int AssertInTheMiddle<T>(this PipelineUnderTest<T> test, string table)
        where T : IPipeline
    {
        int done = test.Copy(table).RangesDone;
        Assert.InRange(done, 1, Ranges - 1);
        return done;
    }

    public static async Task<string?> TargetAsync<T>(this PipelineUnderTest<T> test, string sql)
        where T : IPipeline
    {
        await using SqlClient client = test.OpenTarget();
        return (await client.QueryAsync(sql, CancellationToken.None)).Scalar;
    }

    public static Task UntilTargetAsync<T>(this PipelineUnderTest<T> test, string sql, string expected)
        where T : IPipeline => Eventually.TrueAsync(async () => await test.TargetAsync(sql) == expected, $"{sql} gives {expected}", 60);

    /// <summary>What the pipeline has kept of itself.</summary>
    public static async Task<StoredProgress> StoredAsync<T>(this PipelineUnderTest<T> test)
        where T : IPipeline
    {
        await using SqlClient client = test.OpenTarget();
        return await new ProgressStore(client, T.Definition.Name, TimeProvider.System).ReadAsync(CancellationToken.None);
    }

    public static async Task<TError> FailsAsync<TError>(this PipelineUnderTest<TestPipeline> test)
        where TError : Exception => await Assert.ThrowsAsync<TError>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(90)));

    public static async Task<int> WalSenderAsync<T>(this PipelineUnderTest<T> test)
        where T : IPipeline => await test.Database.ScalarAsync<int>($"SELECT active_pid FROM pg_replication_slots WHERE slot_name = '{test.Slot}'");

    /// <param name="signal">STOP or CONT.</param>
    public static async Task SignalAsync(int pid, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
