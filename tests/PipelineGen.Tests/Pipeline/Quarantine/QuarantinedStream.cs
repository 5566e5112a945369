using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A change applier over tables with the policy Quarantine: fruits (with a key) and tags (without).</summary>
internal sealed class QuarantinedStream
{
    public const uint Fruits = 7;
    public const uint Tags = 8;
    public const string Bad = "much too long a name";

    public QuarantinedStream(bool loaded = true, int limit = 100, ILogger? logger = null, TimeProvider? time = null)
    {
        State = new PipelineState(new PipelineDefinition("shop", [TableCodec.For<Fruit>(), TableCodec.For<Tag>()]), limit, time ?? new StoppedTime(), logger);
        State.Lanes[0].SourceOid = Fruits;
        State.Lanes[1].SourceOid = Tags;
        Begin(firstSerial: 0);
        if (!loaded)
            return;
        foreach (TableLane lane in State.Lanes)
            lane.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
    }

    public PipelineState State { get; }

    public ChangeApplier Applier { get; private set; } = null!;

    public TableLane Fruit => State.Lanes[0];

    public TableLane Tag => State.Lanes[1];

    public void Begin(long firstSerial) => Applier = new ChangeApplier(State, 1L << 30, new XidEpoch(1000), State.Durable, firstSerial, static _ => { });

    /// <summary>The connection broke: everything after the position comes again.</summary>
    public void Reconnect()
    {
        foreach (TableLane lane in State.Lanes)
            lane.ForgetWaiting();
        Begin(Applier.LastSerial + 1);
    }

    public static byte[][] Transaction(long commitLsn, params byte[][] changes) =>
    [
        Wal.Begin(commitLsn, 5),
        Wal.Relation(Fruits, "public", "fruits", 'd', ("id", 25, true), ("name", 25, false), ("body", 25, false)),
        Wal.Relation(Tags, "public", "tags", 'f', ("label", 25, false)),
        .. changes,
        Wal.Commit(commitLsn, commitLsn + 10),
    ];

    public void Receive(long commitLsn, params byte[][] changes)
    {
        using WalBatch batch = Wal.Batch(Transaction(commitLsn, changes));
        int next = 0;
        Assert.Equal(ApplyStop.BatchEnd, Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
    }

    /// <summary>Receives a transaction whose row needs a point read, and answers it.</summary>
    public void ReceiveAndSupply(long commitLsn, byte[] change, object?[]? row)
    {
        using WalBatch batch = Wal.Batch(Transaction(commitLsn, change));
        int next = 0;
        Assert.Equal(ApplyStop.PointRead, Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        ColumnSlot[] slots = new ColumnSlot[3];
        byte[]? message = null;
        if (row is not null)
        {
            message = Wal.Insert(Fruits, row);
            var reader = new WireReader(message);
            reader.Skip(6);
            PgOutputTuple.Read(ref reader, [0, 1, 2], slots);
        }

        Applier.Supply(new SuppliedRow(message, slots));
        Assert.Equal(ApplyStop.BatchEnd, Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
    }

    /// <summary>What waits for the table, without the columns of a step.</summary>
    public static string[] Rows(TableLane lane) => [.. AppliedStream.Waiting(lane).Where(static line => !line.StartsWith("full", StringComparison.Ordinal))];

    /// <summary>What waits for the quarantine, in short: <c>+ key column value</c> and <c>- id</c>, the id as the key that it belongs to.</summary>
    public static string[] Waiting(TableLane lane, params string[] keys)
    {
        if (!lane.Pending().HasQuarantine)
            return [];
        Dictionary<string, string> names = keys.ToDictionary(static k => QuarantineId.OfKey("shop", "public.fruits", Encoding.UTF8.GetBytes($$"""{"id":"{{k}}"}""")).ToString(), static k => k, StringComparer.Ordinal);
        return [.. Lines(lane).Select(line =>
        {
            string id = line.GetProperty("id").GetString()!;
            return line.GetProperty("__op").GetInt32() == 1
                ? $"- {names.GetValueOrDefault(id, id)}"
                : string.Create(CultureInfo.InvariantCulture, $"+ {line.GetProperty("row_key").GetString() ?? "log"} {line.GetProperty("column_name").GetString()} {line.GetProperty("value").GetString()}");
        })];
    }

    public static List<JsonElement> Lines(TableLane lane) =>
        [.. Encoding.UTF8.GetString(lane.Pending().Quarantine.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>A clock that stands.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(678_901);
    }
}
