using System.Globalization;
using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>
/// The labels of loads. They are functions of what is durable, so that a restarted pipeline can name every load that its
/// predecessor may have left under way, and settle it before it loads anything itself.
/// </summary>
/// <remarks>
/// A label of changes is <c>stem_checkpoint_n</c>: the n-th load of the table after that checkpoint. It does not name the
/// WAL range of its rows on purpose: a restarted run cuts its batches elsewhere, and skipping a load because an equal range
/// was loaded once, after having replayed older changes over it, would leave the older ones standing. So a finished label
/// of an earlier run is never taken for ours; its number is skipped, and rows are loaded again, which upserts in order make
/// harmless.
/// </remarks>
internal static class Labels
{
    /// <summary>Pipeline (at most 63), readable part of the table (24) and hash (8) leave room for 128 in all.</summary>
    private const int MaxTablePart = 24;

    public static string Stem(string pipeline, string table)
    {
        string readable = new([.. table.Take(MaxTablePart).Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        return string.Create(CultureInfo.InvariantCulture, $"{pipeline}_{readable}-{Hash(table):x8}");
    }

    public static string OfChanges(TableLane lane, Lsn checkpoint) => OfChanges(lane.LabelStem, checkpoint, lane.LoadsSinceCheckpoint);

    public static string OfChanges(string stem, Lsn checkpoint, int loads) =>
        string.Create(CultureInfo.InvariantCulture, $"{stem}_{checkpoint.Value:X}_{loads}");

    /// <param name="attempt">For people, who look for a load in StarRocks.</param>
    /// <param name="nonce">What makes it the only one of its kind.</param>
    public static string OfChunk(TableLane lane, int attempt, Guid nonce) =>
        string.Create(CultureInfo.InvariantCulture, $"{lane.LabelStem}_chunk_{attempt}_{nonce.ToString("N")[..12]}");

    /// <summary>Of the load that brings a chunk's rejected rows into quarantine: the chunk's label names it, and it is written down.</summary>
    public static string OfChunkQuarantine(string pipeline, string chunkLabel) => $"{pipeline}_quarantine_{chunkLabel[(chunkLabel.LastIndexOf('_') + 1)..]}";

    /// <summary>Of the load that takes these rows out again, when the chunk came to nothing.</summary>
    public static string OfChunkUndo(string pipeline, string chunkLabel) => $"{pipeline}_undo_{chunkLabel[(chunkLabel.LastIndexOf('_') + 1)..]}";

    /// <summary>Of the load that takes all rows of a table out of quarantine, before it is copied again.</summary>
    public static string OfClearing(string pipeline, Guid nonce) => $"{pipeline}_clearing_{nonce.ToString("N")[..12]}";

    /// <summary>What the labels of an append table's copy begin with; they are numbered, and written down as a whole.</summary>
    public static string StemOfPieces(TableLane lane, Guid nonce) => $"{lane.LabelStem}_copy_{nonce.ToString("N")[..10]}";

    public static string OfPiece(string stem, int piece) => string.Create(CultureInfo.InvariantCulture, $"{stem}p{piece}");

    /// <summary>Of a load into an append table. As with a chunk's, it needs no rule: it is written down before it is used.</summary>
    public static string OfAppend(TableLane lane, Guid nonce) =>
        string.Create(CultureInfo.InvariantCulture, $"{lane.LabelStem}_append_{nonce.ToString("N")[..12]}");

    /// <summary>Of the n-th transaction over several tables that was begun after this checkpoint.</summary>
    public static string OfTransaction(string pipeline, Lsn checkpoint, int begun) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}_txn_{checkpoint.Value:X}_{begun}");

    /// <summary>Of the load that writes an intent down.</summary>
    public static string OfIntent(string pipeline, Guid nonce) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}_intent_{nonce.ToString("N")[..12]}");

    /// <summary>FNV-1a: tells apart the tables whose readable parts are the same, the same on every run and machine.</summary>
    public static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = unchecked((hash ^ c) * 16777619);
        return hash;
    }
}
