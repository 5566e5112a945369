using System.Globalization;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The time zone that functions in <c>columns</c> and <c>where</c> see (STARROCKS.md, 1.3). Plain date-time columns never do.</summary>
internal sealed record LoadClock(string Zone)
{
    /// <summary>The session default of a cluster that nobody configured.</summary>
    public static readonly LoadClock Default = new("Asia/Shanghai");

    /// <exception cref="LoadFailure">No such zone.</exception>
    public static LoadClock Of(string? zone)
    {
        if (zone is null)
        {
            return Default;
        }

        var clock = new LoadClock(zone);
        return clock.Find() is null ? throw new LoadFailure($"Unknown or incorrect time zone: '{zone}'") : clock;
    }

    public DateTime Now(TimeProvider time) => TimeZoneInfo.ConvertTime(time.GetUtcNow(), Find()!).DateTime;

    public DateTime FromUnix(long seconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), Find()!).DateTime;

    private TimeZoneInfo? Find()
    {
        if (Zone.Length > 1 && Zone[0] is '+' or '-')
        {
            return TimeSpan.TryParseExact(Zone[1..], ["h\\:mm", "hh\\:mm"], CultureInfo.InvariantCulture, out TimeSpan offset) && offset <= TimeSpan.FromHours(14)
                ? TimeZoneInfo.CreateCustomTimeZone(Zone, Zone[0] == '-' ? -offset : offset, null, null)
                : null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out TimeZoneInfo? found))
        {
            return found;
        }

        // Machines without a time zone database still have the default, which has had no summer time since 1991.
        return Zone == "Asia/Shanghai" ? TimeZoneInfo.CreateCustomTimeZone(Zone, TimeSpan.FromHours(8), null, null) : null;
    }
}
