using System.Buffers.Text;

namespace PipelineGen.Rows;

/// <summary>Intervals as interval_out prints them (PostgreSQL source, datetime.c, EncodeInterval).</summary>
internal static class IntervalText
{
    private const long Hour = 3_600_000_000;
    private const long Minute = 60_000_000;
    private const long Second = 1_000_000;

    /// <summary>IntervalStyle iso_8601: each part has its own sign, and parts that are zero are left out.</summary>
    public static void Print(PgInterval interval, ref PgTextWriter text)
    {
        if (interval.IsInfinite)
        {
            text.Raw(interval.Months < 0 ? "-infinity"u8 : "infinity"u8);
            return;
        }

        if (interval == default)
        {
            text.Raw("PT0S"u8);
            return;
        }

        text.Raw((byte)'P');
        Part(interval.Months / 12, (byte)'Y', ref text);
        Part(interval.Months % 12, (byte)'M', ref text);
        Part(interval.Days, (byte)'D', ref text);
        long time = interval.Microseconds;
        if (time == 0)
            return;
        text.Raw((byte)'T');
        Part(time / Hour, (byte)'H', ref text);
        Part(time % Hour / Minute, (byte)'M', ref text);
        long rest = time % Minute;
        if (rest == 0)
            return;
        if (rest < 0)
            text.Raw((byte)'-');
        (long seconds, long fraction) = Math.DivRem(Math.Abs(rest), Second);
        text.Number(seconds);
        if (fraction != 0)
        {
            text.Raw((byte)'.');
            for (long unit = Second / 10; fraction != 0; unit /= 10)
            {
                text.Raw((byte)('0' + (fraction / unit)));
                fraction %= unit;
            }
        }

        text.Raw((byte)'S');
    }

    /// <summary>Reads either style; numbers that overflow an interval's parts are no interval.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out PgInterval interval)
    {
        interval = default;
        if (text.SequenceEqual("infinity"u8) || text.SequenceEqual("-infinity"u8))
        {
            interval = text[0] == '-' ? PgInterval.NegativeInfinity : PgInterval.Infinity;
            return true;
        }

        return text.Length > 1 && text[0] == 'P' ? TryParseIso(text[1..], out interval) : TryParsePostgres(text, out interval);
    }

    private static void Part(long value, byte unit, ref PgTextWriter text)
    {
        if (value == 0)
            return;
        text.Number(value);
        text.Raw(unit);
    }

    private static bool TryParseIso(ReadOnlySpan<byte> text, out PgInterval interval)
    {
        interval = default;
        ReadOnlySpan<byte> units = "YMD"u8;
        Int128 months = 0;
        Int128 days = 0;
        Int128 time = 0;
        bool inTime = false;
        while (!text.IsEmpty)
        {
            if (text[0] == 'T' && !inTime && text.Length > 1)
            {
                inTime = true;
                units = "HMS"u8;
                text = text[1..];
                continue;
            }

            if (!TryNumber(ref text, out long whole, out long fraction, out bool hasFraction) || text.IsEmpty)
                return false;
            // The units come in order, each once.
            int unit = units.IndexOf(text[0]);
            bool isSeconds = inTime && text[0] == 'S';
            if (unit < 0 || (hasFraction && !isSeconds))
                return false;
            switch (units[unit], inTime)
            {
                case ((byte)'Y', _): months += (Int128)whole * 12; break;
                case ((byte)'M', false): months += whole; break;
                case ((byte)'D', _): days = whole; break;
                case ((byte)'H', _): time += (Int128)whole * Hour; break;
                case ((byte)'M', true): time += (Int128)whole * Minute; break;
                default: time += ((Int128)whole * Second) + fraction; break;
            }

            units = units[(unit + 1)..];
            text = text[1..];
        }

        return TryMake(months, days, time, out interval);
    }

    private static bool TryParsePostgres(ReadOnlySpan<byte> text, out PgInterval interval)
    {
        interval = default;
        Int128 months = 0;
        Int128 days = 0;
        int lastUnit = 0;
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            int space = text.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = space < 0 ? text : text[..space];
            if (word.IndexOf((byte)':') >= 0)
                return space < 0 && TryTime(word, out Int128 time) && TryMake(months, days, time, out interval);
            if (space < 0 || !TryNumber(ref word, out long number, out _, out bool hasFraction) || hasFraction || !word.IsEmpty)
                return false;
            text = text[(space + 1)..];
            space = text.IndexOf((byte)' ');
            word = space < 0 ? text : text[..space];
            text = space < 0 ? default : text[(space + 1)..];
            if (space >= 0 && text.IsEmpty)
                return false;
            if (word.Length > 1 && word[^1] == 's')
                word = word[..^1];
            int unit = word.SequenceEqual("year"u8) ? 1 : word.SequenceEqual("mon"u8) ? 2 : word.SequenceEqual("day"u8) ? 3 : 0;
            if (unit <= lastUnit)
                return false;
            lastUnit = unit;
            if (unit == 3)
                days = number;
            else
                months += unit == 1 ? (Int128)number * 12 : number;
        }

        return TryMake(months, days, 0, out interval);
    }

    /// <summary><c>[+-]HH:MM:SS[.ffffff]</c> with any number of hours.</summary>
    private static bool TryTime(ReadOnlySpan<byte> text, out Int128 time)
    {
        time = 0;
        bool negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        int colon = text.IndexOf((byte)':');
        if (colon is < 2 or > 18 || text[..colon].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 ||
            !Utf8Parser.TryParse(text[..colon], out long hours, out int read) || read != colon)
            return false;
        // A clock of less than an hour has the form of a time of day.
        Span<byte> clock = stackalloc byte[15];
        ReadOnlySpan<byte> rest = text[colon..];
        if (rest.Length > 13)
            return false;
        "00"u8.CopyTo(clock);
        rest.CopyTo(clock[2..]);
        if (!PgCalendar.TryParseTime(clock[..(rest.Length + 2)], out long below))
            return false;
        time = ((Int128)hours * Hour) + below;
        if (negative)
            time = -time;
        return true;
    }

    /// <summary>Takes <c>[+-]digits[.ffffff]</c> off the text; the fraction is in microseconds and has the number's sign.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> text, out long whole, out long fraction, out bool hasFraction)
    {
        whole = 0;
        fraction = 0;
        hasFraction = false;
        bool negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        int digits = DigitsAt(text);
        if (digits is 0 or > 18)
            return false;
        Utf8Parser.TryParse(text[..digits], out whole, out _);
        text = text[digits..];
        if (!text.IsEmpty && text[0] == '.')
        {
            text = text[1..];
            digits = DigitsAt(text);
            if (digits is 0 or > 6)
                return false;
            Utf8Parser.TryParse(text[..digits], out fraction, out _);
            for (int i = digits; i < 6; i++)
                fraction *= 10;
            hasFraction = true;
            text = text[digits..];
        }

        if (negative)
        {
            whole = -whole;
            fraction = -fraction;
        }

        return true;
    }

    private static int DigitsAt(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    private static bool TryMake(Int128 months, Int128 days, Int128 time, out PgInterval interval)
    {
        interval = default;
        if (months < int.MinValue || months > int.MaxValue || days < int.MinValue || days > int.MaxValue || time < long.MinValue || time > long.MaxValue)
            return false;
        interval = new PgInterval((int)months, (int)days, (long)time);
        return true;
    }
}
