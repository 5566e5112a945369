using System.Globalization;

namespace PipelineGen.Pipeline;

/// <summary>Timestamps and times of day with always six fraction digits, a space before the time, and no zone.</summary>
internal static class CanonicalTime
{
    /// <summary>
    /// Normalises <c>2024-01-02 03:04:05.6</c>, <c>2024-01-02T03:04:05</c>, <c>03:04:05</c>. A zone of zero hours, which Postgres
    /// prints for UTC, goes; any other text comes back as it is.
    /// </summary>
    public static string Normalise(string text)
    {
        ReadOnlySpan<char> rest = text.EndsWith("+00", StringComparison.Ordinal) ? text.AsSpan(0, text.Length - 3) : text;
        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        ReadOnlySpan<char> fraction = point < 0 ? default : rest[(point + 1)..];
        // Words (infinity), BC and other zones end otherwise than a time does.
        if (whole.Length < 8 || whole[^3] != ':' || whole[^6] != ':' || fraction.Length > 6 || fraction.ContainsAnyExceptInRange('0', '9'))
            return text;
        return string.Concat(whole.ToString().Replace('T', ' '), ".", fraction.ToString().PadRight(6, '0'));
    }

    /// <summary>Microseconds of a time of day (<c>03:04:05.6</c>) or of an ISO 8601 interval of days and smaller (<c>P1DT2H</c>); other text comes back as it is.</summary>
    public static string Microseconds(string text)
    {
        if (text.Split(':') is [var hours, var minutes, var seconds])
            return Sum([(hours, Hour), (minutes, Minute), (seconds, Second)]) ?? text;
        if (!text.StartsWith('P'))
            return text;
        var parts = new List<(string, decimal)>();
        bool isTime = false;
        int start = 1;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] is '-' or '.')
                continue;
            decimal? unit = (text[i], isTime) switch { ('D', false) => Day, ('H', true) => Hour, ('M', true) => Minute, ('S', true) => Second, _ => null };
            if (text[i] == 'T' && !isTime && start == i)
                isTime = true;
            else if (unit is { } known)
                parts.Add((text[start..i], known));
            else
                return text;
            start = i + 1;
        }

        return Sum(parts) ?? text;
    }

    private const decimal Second = 1_000_000;

    private const decimal Minute = 60 * Second;

    private const decimal Hour = 60 * Minute;

    private const decimal Day = 24 * Hour;

    private static string? Sum(IEnumerable<(string Text, decimal Unit)> parts)
    {
        decimal sum = 0;
        foreach ((string text, decimal unit) in parts)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
                return null;
            sum += number * unit;
        }

        return decimal.Truncate(sum).ToString(CultureInfo.InvariantCulture);
    }
}
