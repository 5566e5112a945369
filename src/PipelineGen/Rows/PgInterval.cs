using System.Buffers;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>An interval: months, days and microseconds, which Postgres never converts into each other; from 17 on also the infinities.</summary>
/// <remarks>
/// Equality is of the three parts: 1 month, 30 days and 720 hours are three values, though Postgres' <c>=</c> calls them
/// equal. <see cref="CompareDuration"/> is Postgres' order.
/// </remarks>
public readonly struct PgInterval(int months, int days, long microseconds) : IEquatable<PgInterval>
{
    public int Months { get; } = months;

    public int Days { get; } = days;

    public long Microseconds { get; } = microseconds;

    /// <summary>All parts at their largest (PostgreSQL 17, INTERVAL_NOEND).</summary>
    public static PgInterval Infinity => new(int.MaxValue, int.MaxValue, long.MaxValue);

    /// <summary>All parts at their smallest (PostgreSQL 17, INTERVAL_NOBEGIN).</summary>
    public static PgInterval NegativeInfinity => new(int.MinValue, int.MinValue, long.MinValue);

    public bool IsInfinite => Equals(Infinity) || Equals(NegativeInfinity);

    /// <exception cref="FormatException">It is no interval as Postgres prints it.</exception>
    public static PgInterval Parse(string text) => TryParse(text, out PgInterval interval) ? interval : throw new FormatException($"'{text}' is not an interval.");

    /// <summary>
    /// Reads what Postgres prints with IntervalStyle iso_8601, <c>P1Y2M3DT4H5M6.789S</c>, or postgres,
    /// <c>1 year 2 mons 3 days 04:05:06.789</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PgInterval interval)
    {
        Span<byte> ascii = stackalloc byte[128];
        interval = default;
        return text.Length <= ascii.Length && Ascii.FromUtf16(text, ascii, out int length) == OperationStatus.Done && TryParse(ascii[..length], out interval);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out PgInterval)"/>
    public static bool TryParse(ReadOnlySpan<byte> text, out PgInterval interval) => IntervalText.TryParse(text, out interval);

    /// <summary>
    /// Compares as Postgres' operators do: a month is 30 days and a day 24 hours (interval_cmp). Two intervals that differ
    /// can compare as 0.
    /// </summary>
    public int CompareDuration(PgInterval other) => Duration.CompareTo(other.Duration);

    public bool Equals(PgInterval other) => Months == other.Months && Days == other.Days && Microseconds == other.Microseconds;

    public override bool Equals(object? obj) => obj is PgInterval other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Months, Days, Microseconds);

    /// <summary>As Postgres prints it with IntervalStyle iso_8601.</summary>
    public override string ToString()
    {
        var text = new PgTextWriter(stackalloc byte[128]);
        IntervalText.Print(this, ref text);
        string printed = text.ToString();
        text.Dispose();
        return printed;
    }

    public static bool operator ==(PgInterval left, PgInterval right) => left.Equals(right);

    public static bool operator !=(PgInterval left, PgInterval right) => !left.Equals(right);

    internal Int128 Duration => ((Int128)(((long)Months * 30) + Days) * PgCalendar.MicrosecondsPerDay) + Microseconds;
}
