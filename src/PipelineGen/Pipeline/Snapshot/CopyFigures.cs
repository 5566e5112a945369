namespace PipelineGen.Pipeline;

/// <summary>How far the copy of a table is, for people and programs.</summary>
/// <param name="RangesDone">Ranges in the target; pieces of an append table.</param>
/// <param name="RangesOfAll">Ranges in all; an estimate while the last ones are not cut yet.</param>
/// <param name="Rows">Rows in the target or on their way there.</param>
/// <param name="EstimatedRows">The planner's estimate of the table; -1 when it has none.</param>
/// <param name="Bytes">Encoded bytes of <paramref name="Rows"/>.</param>
/// <param name="Elapsed">The time in which <paramref name="RowsOfElapsed"/> and <paramref name="BytesOfElapsed"/> were copied.</param>
public sealed record CopyFigures(int RangesDone, int RangesOfAll, long Rows, long EstimatedRows, long Bytes, TimeSpan Elapsed, long RowsOfElapsed, long BytesOfElapsed)
{
    public static CopyFigures None { get; } = new(0, 0, 0, -1, 0, TimeSpan.Zero, 0, 0);

    public double RowsPerSecond => Rate(RowsOfElapsed);

    public double BytesPerSecond => Rate(BytesOfElapsed);

    /// <summary>At the rate so far; null where that or the number of rows is not known.</summary>
    public TimeSpan? TimeLeft => RangesDone >= RangesOfAll ? TimeSpan.Zero
        : EstimatedRows < 0 || RowsPerSecond < 1 ? null
        : TimeSpan.FromSeconds(Math.Min(Math.Max(0, EstimatedRows - Rows) / RowsPerSecond, TimeSpan.FromDays(1000).TotalSeconds));

    /// <summary>Ranges in all of a table that is cut as it is copied.</summary>
    internal static int EstimateRanges(int known, bool isCut, long rows, long estimatedRows, int chunkRows) =>
        isCut ? known : known + (int)Math.Min(int.MaxValue / 2, Math.Max(0, estimatedRows - rows) / chunkRows);

    private double Rate(long count) => Elapsed > TimeSpan.Zero ? count / Elapsed.TotalSeconds : 0;
}
