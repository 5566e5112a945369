using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Postgres;
using PipelineGen.Postgres.Streaming;
using PipelineGen.Tests.Pipeline;

namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>A spilling stream over a fake walsender, with a folder of its own.</summary>
internal sealed class SpillingStreamUnderTest : IAsyncDisposable
{
    private const long Marker = 0x7FFFFFFF;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _root = Directory.CreateTempSubdirectory("pipelinegen-spill-").FullName;
    private readonly WalBatch _batch = new();
    private long _position = 1_000_000;

    public SpillingStreamUnderTest(SpillLimits? limits = null, bool encrypted = false, Func<string, FileStreamOptions, Stream>? open = null, TimeProvider? time = null)
    {
        Folder = new SpillFolder(_root, "shop", "slot", "123", open);
        Pause = new StreamingPause(time ?? TimeProvider.System, NullLogger.Instance);
        Stream = new SpillingReplicationStream(Inner, Folder, BlockSeal.Create(encrypted), limits ?? new SpillLimits(), Pause, TimeProvider.System, NullLogger.Instance);
    }

    public FakeReplicationStream Inner { get; } = new();

    public SpillFolder Folder { get; }

    public StreamingPause Pause { get; }

    public SpillingReplicationStream Stream { get; }

    /// <summary>How many messages each read brought.</summary>
    public List<int> Reads { get; } = [];

    public string[] Files => Directory.Exists(Folder.Path) ? Directory.GetFiles(Folder.Path) : [];

    public void Send(params byte[][] messages) => Inner.Send(++_position, messages);

    /// <summary>One read, its messages as text.</summary>
    public async Task<List<string>> ReadAsync()
    {
        List<byte[]> messages = await ReadBytesAsync();
        return [.. messages.Select(static m => StreamedWal.Text(m))];
    }

    /// <summary>Everything that was sent, but what waits for the end of its transaction.</summary>
    public async Task<List<string>> ReadAllAsync()
    {
        // An ordinary transaction at the end tells when everything before it has come.
        Send(Wal.Begin(Marker, 1), Wal.Commit(Marker, Marker));
        var all = new List<string>();
        while (all.Count == 0 || all[^1] != $"C {Marker} {Marker}")
            all.AddRange(await ReadAsync());
        return all[..^2];
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().AsTask().WaitAsync(Limit);
        _batch.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private async Task<List<byte[]>> ReadBytesAsync()
    {
        _batch.Clear();
        await Stream.ReadAsync(_batch, CancellationToken.None).WaitAsync(Limit);
        Reads.Add(_batch.Count);
        return [.. Enumerable.Range(0, _batch.Count).Select(i => _batch[i].ToArray())];
    }
}
