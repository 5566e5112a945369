using System.Text;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A change applier over two lanes that are loaded, and hand-made messages for it.</summary>
internal sealed class AppliedStream
{
    /// <summary>The OIDs under which <see cref="Describe"/> names the tables.</summary>
    public const uint Items = 7;
    public const uint Photos = 8;
    public const uint Unknown = 9;
    public const uint Hits = 10;

    public static readonly TransactionSnapshot Nothing = TransactionSnapshot.Parse("1:1:", isRecovery: false);

    public AppliedStream(long resumeAt = 0, long hardLimit = 1L << 30, bool loaded = true)
    {
        State = NewState();
        Applier = new ChangeApplier(State, hardLimit, new XidEpoch(1000), new Lsn((ulong)resumeAt), firstSerial: 0, Bound.Add);
        if (loaded)
        {
            foreach (TableLane lane in State.Lanes)
                lane.CompleteChunk(Nothing, new Lsn(1));
        }
    }

    private AppliedStream(PipelineState state, long firstSerial)
    {
        State = state;
        Applier = new ChangeApplier(State, 1L << 30, new XidEpoch(1000), state.Durable, firstSerial, Bound.Add);
    }

    public PipelineState State { get; }

    /// <summary>What the same process receives over its next connection.</summary>
    public AppliedStream Reconnect()
    {
        foreach (TableLane lane in State.Lanes)
            lane.ForgetWaiting();
        return new AppliedStream(State, Applier.LastSerial + 1);
    }

    /// <summary>The test pipeline's state as a start leaves it: the tables' OIDs are known.</summary>
    public static PipelineState NewState()
    {
        var state = new PipelineState(TestPipeline.Definition);
        state.Lanes[0].SourceOid = Items;
        state.Lanes[1].SourceOid = Photos;
        state.Lanes[2].SourceOid = Hits;
        return state;
    }

    public ChangeApplier Applier { get; }

    public List<RelationBinding> Bound { get; } = [];

    public TableLane Item => State.Lanes[0];

    public TableLane Photo => State.Lanes[1];

    public TableLane Hit => State.Lanes[2];

    /// <summary>RELATION messages of both tables, and of one that the build doesn't know.</summary>
    public static byte[][] Describe =>
    [
        Wal.Relation(Items, "public", "items", 'd', ("id", 20, true), ("name", 25, false), ("body", 25, false), ("size", 23, false)),
        Wal.Relation(Photos, "public", "photos", 'd', ("id", 20, true), ("bytes", 17, false)),
        Wal.Relation(Unknown, "public", "others", 'd', ("id", 20, true)),
    ];

    /// <summary>The relations and the messages, in one transaction.</summary>
    public static byte[][] Transaction(long commitLsn, uint xid, params byte[][] changes) =>
        [Wal.Begin(commitLsn, xid), .. Describe, .. changes, Wal.Commit(commitLsn, commitLsn + 10)];

    public ApplyStop Apply(params byte[][] messages)
    {
        using WalBatch batch = Wal.Batch(messages);
        int next = 0;
        return Applier.Apply(batch, ref next, stopAtTransactionEnd: false);
    }

    /// <summary>What waits for a lane: the columns of each step and its rows, a TRUNCATE as such.</summary>
    public static string[] Waiting(TableLane lane) => [.. lane.Pending().Steps.SelectMany(static step => step.Rows is null
        ? (string[])["TRUNCATE"]
        : [(step.Columns!.IsPartial ? "partial " : "full ") + step.Columns.Columns, .. Encoding.UTF8.GetString(step.Rows.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)])];
}
