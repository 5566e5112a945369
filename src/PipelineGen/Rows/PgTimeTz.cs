using System.Text;

namespace PipelineGen.Rows;

/// <summary>A timetz: a time of day, up to 24:00:00, and its offset from UTC, to the second.</summary>
/// <remarks>Ordered as Postgres does it: by the moment in UTC, then by the offset; equal only when both parts are.</remarks>
public readonly struct PgTimeTz : IEquatable<PgTimeTz>, IComparable<PgTimeTz>
{
    /// <summary>An offset is smaller than 16 hours (datatype/timestamp.h, TZDISP_LIMIT).</summary>
    private const int OffsetLimit = 16 * 3600;

    /// <param name="microseconds">Since midnight, 0 to 86400000000.</param>
    /// <param name="offsetSeconds">East of UTC is positive; less than 16 hours either way.</param>
    /// <exception cref="ArgumentOutOfRangeException">Postgres has no such time or offset.</exception>
    public PgTimeTz(long microseconds, int offsetSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(microseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microseconds, PgCalendar.MicrosecondsPerDay);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offsetSeconds, -OffsetLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offsetSeconds, OffsetLimit);
        Microseconds = microseconds;
        OffsetSeconds = offsetSeconds;
    }

    /// <summary>Since midnight, by the local clock.</summary>
    public long Microseconds { get; }

    /// <summary>Seconds east of UTC.</summary>
    public int OffsetSeconds { get; }

    /// <exception cref="FormatException">It is no timetz as Postgres prints it.</exception>
    public static PgTimeTz Parse(string text) => TryParse(text, out PgTimeTz time) ? time : throw new FormatException($"'{text}' is not a timetz.");

    /// <summary>Reads what Postgres prints: <c>04:05:06.789-08</c>, <c>24:00:00+05:30</c>, <c>12:00:00+00:19:32</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PgTimeTz time)
    {
        Span<byte> ascii = stackalloc byte[32];
        time = default;
        return text.Length <= ascii.Length && Ascii.FromUtf16(text, ascii, out int length) == System.Buffers.OperationStatus.Done && TryParse(ascii[..length], out time);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out PgTimeTz)"/>
    public static bool TryParse(ReadOnlySpan<byte> text, out PgTimeTz time)
    {
        time = default;
        int sign = text.IndexOfAny((byte)'+', (byte)'-');
        if (sign < 0 || !PgCalendar.TryParseTime(text[..sign], out long microseconds) || !PgCalendar.TryParseOffset(text[(sign + 1)..], out long offset) || offset >= OffsetLimit)
            return false;
        time = new PgTimeTz(microseconds, (int)(text[sign] == '-' ? -offset : offset));
        return true;
    }

    public int CompareTo(PgTimeTz other)
    {
        long moment = Microseconds - (OffsetSeconds * 1_000_000L);
        int order = moment.CompareTo(other.Microseconds - (other.OffsetSeconds * 1_000_000L));
        // Postgres counts offsets westward, so that the more eastern one comes first (timetz_cmp_internal).
        return order != 0 ? order : other.OffsetSeconds.CompareTo(OffsetSeconds);
    }

    public bool Equals(PgTimeTz other) => Microseconds == other.Microseconds && OffsetSeconds == other.OffsetSeconds;

    public override bool Equals(object? obj) => obj is PgTimeTz other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Microseconds, OffsetSeconds);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString()
    {
        var text = new PgTextWriter(stackalloc byte[32]);
        Print(ref text);
        string printed = text.ToString();
        text.Dispose();
        return printed;
    }

    public static bool operator ==(PgTimeTz left, PgTimeTz right) => left.Equals(right);

    public static bool operator !=(PgTimeTz left, PgTimeTz right) => !left.Equals(right);

    public static bool operator <(PgTimeTz left, PgTimeTz right) => left.CompareTo(right) < 0;

    public static bool operator >(PgTimeTz left, PgTimeTz right) => left.CompareTo(right) > 0;

    public static bool operator <=(PgTimeTz left, PgTimeTz right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PgTimeTz left, PgTimeTz right) => left.CompareTo(right) >= 0;

    internal static bool IsOffset(int seconds) => seconds is > -OffsetLimit and < OffsetLimit;

    internal void Print(ref PgTextWriter text)
    {
        PgCalendar.PrintTime(Microseconds, ref text);
        text.Raw(OffsetSeconds < 0 ? (byte)'-' : (byte)'+');
        int seconds = Math.Abs(OffsetSeconds);
        Span<byte> clock = text.Reserve(15);
        PgCalendar.FormatTime(seconds * 1_000_000L, clock);
        // Minutes and seconds only where there are some (datetime.c, EncodeTimezone).
        text.Advance(seconds % 60 != 0 ? 8 : seconds % 3600 != 0 ? 5 : 2);
    }
}
