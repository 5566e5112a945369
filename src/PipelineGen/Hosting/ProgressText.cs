using System.Globalization;
using PipelineGen.Pipeline;

namespace PipelineGen.Hosting;

/// <summary>The progress of a copy in words.</summary>
internal static class ProgressText
{
    /// <summary><c>12 of 50 ranges, 1,200,000 of 5,000,000 rows, 310,000 rows/s, 98.1 MB/s, 12 s left</c></summary>
    public static string Of(CopyFigures copy)
    {
        string rows = copy.EstimatedRows > copy.Rows ? string.Create(CultureInfo.InvariantCulture, $"{copy.Rows:N0} of {copy.EstimatedRows:N0} rows") : string.Create(CultureInfo.InvariantCulture, $"{copy.Rows:N0} rows");
        string left = copy.TimeLeft is { } time && time > TimeSpan.Zero ? $", {Duration(time)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{copy.RangesDone:N0} of {copy.RangesOfAll:N0} ranges, {rows}, {copy.RowsPerSecond:N0} rows/s, {Units.Bytes((long)copy.BytesPerSecond)}/s{left}");
    }

    private static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h"),
    };
}
