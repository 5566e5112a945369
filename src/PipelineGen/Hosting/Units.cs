using System.Globalization;

namespace PipelineGen.Hosting;

/// <summary>Durations and sizes as people write them: <c>500ms</c>, <c>2s</c>, <c>1m</c>, <c>00:00:02</c>; <c>512KB</c>, <c>32MB</c>, <c>10GB</c> (powers of 1024).</summary>
internal static class Units
{
    public static bool TryParseDuration(string text, out TimeSpan value)
    {
        (string Suffix, double Milliseconds)[] units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
        foreach ((string suffix, double milliseconds) in units)
        {
            if (TrySplit(text, suffix, out double count) && count * milliseconds < TimeSpan.MaxValue.TotalMilliseconds / 2)
            {
                value = TimeSpan.FromMilliseconds(count * milliseconds);
                return true;
            }
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);
    }

    public static bool TryParseSize(string text, out long bytes)
    {
        (string Suffix, double Bytes)[] units = [("KB", 1024), ("MB", 1024 * 1024), ("GB", 1024.0 * 1024 * 1024), ("TB", 1024.0 * 1024 * 1024 * 1024)];
        foreach ((string suffix, double size) in units)
        {
            if (TrySplit(text, suffix, out double count) && count * size < long.MaxValue)
            {
                bytes = (long)(count * size);
                return true;
            }
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bytes);
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024 / 1024:0.0} GB"),
    };

    private static bool TrySplit(string text, string suffix, out double count)
    {
        count = 0;
        return text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) &&
            double.TryParse(text.AsSpan(0, text.Length - suffix.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out count) &&
            double.IsFinite(count);
    }
}
