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
}
