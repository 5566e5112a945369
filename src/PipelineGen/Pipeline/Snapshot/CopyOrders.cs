namespace PipelineGen.Pipeline;

/// <summary>What the copy of a table is told, beside where its ranges stand. Touched under <see cref="PipelineState.Gate"/> only.</summary>
internal sealed class CopyOrders
{
    /// <summary>The table is to be copied again, from nothing.</summary>
    public bool IsRestartWanted { get; set; }

    /// <summary>A TRUNCATE waits for the chunks that are under way.</summary>
    public bool IsTruncateWaiting { get; set; }

    /// <summary>No chunk begins.</summary>
    public bool IsHeld => IsRestartWanted || IsTruncateWaiting;

    /// <summary>A decision about the table's changes is being written down: no checkpoint passes until it is.</summary>
    public bool HoldsCheckpoint { get; set; }

    /// <summary>A worker is at the table as a whole, or cuts its next range.</summary>
    public bool IsTaken { get; set; }

    /// <summary>The table's row in the progress table says that it is copied.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>The pieces of an append table that are being copied under one snapshot.</summary>
    public SharedSnapshotCopy? Shared { get; set; }

    /// <summary>When its copying began.</summary>
    public DateTimeOffset Started { get; set; }

    /// <summary>Who wished for its restart; null where nobody did.</summary>
    public StoredRequest? Request { get; set; }

    /// <summary>Of the clock: until then nothing of it is begun, after a failure or while a snapshot is too early.</summary>
    public long NotUntil { get; set; }

    /// <summary>The pause after the next failure.</summary>
    public TimeSpan Pause { get; set; } = ShortestPause;

    /// <summary>The pause while a snapshot is too early: short at first, for a commit that is about to become visible.</summary>
    public TimeSpan VisibilityPause { get; set; } = ShortestVisibilityPause;

    public static TimeSpan ShortestVisibilityPause { get; } = TimeSpan.FromMilliseconds(50);

    public static TimeSpan ShortestPause { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Ranges that have a row in the progress table.</summary>
    public HashSet<int> StoredNumbers { get; } = [];

    /// <summary>The lowest number that no range had yet.</summary>
    public int NextNumber { get; set; }

    /// <summary>Numbers of stored ranges that came to nothing: their rows are written over.</summary>
    public Queue<int> FreeNumbers { get; } = [];

    public int TakeNumber()
    {
        int number = FreeNumbers.TryDequeue(out int free) ? free : NextNumber++;
        StoredNumbers.Add(number);
        return number;
    }
}
