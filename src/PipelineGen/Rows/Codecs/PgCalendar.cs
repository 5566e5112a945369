using System.Buffers.Text;

namespace PipelineGen.Rows;

/// <summary>
/// Postgres' dates and times: days and microseconds since 2000-01-01, with the extremes of int32 and int64 for the
/// infinities, and the ISO texts of DateStyle=ISO.
/// </summary>
internal static class PgCalendar
{
    public const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>0001-01-01 and 9999-12-31 as days since 2000-01-01: what both DateOnly and a StarRocks DATE hold.</summary>
    public const int MinDay = -730_119;
    public const int MaxDay = 2_921_939;

    /// <summary>Days between 0001-01-01 and 2000-01-01: DateOnly's day numbers start at the former.</summary>
    public const int EpochDayNumber = 730_119;

    /// <summary>4714-11-24 BC, Postgres' first day, and 5874897-12-31, the last of a date (datatype/timestamp.h).</summary>
    private const int FirstDay = -2_451_545;
    private const int LastDay = 2_145_031_948;

    /// <summary>294276-12-31, the last day of Postgres' timestamps; microseconds of much later ones overflow int64.</summary>
    private const int LastTimestampDay = 106_751_982;

    /// <summary>4714-11-24 00:00:00 BC and 294276-12-31 23:59:59.999999 (datatype/timestamp.h).</summary>
    private const long FirstTimestamp = FirstDay * MicrosecondsPerDay;
    private const long LastTimestamp = ((LastTimestampDay + 1L) * MicrosecondsPerDay) - 1;

    /// <summary>The first and last microsecond that fit.</summary>
    public const long MinTimestamp = MinDay * MicrosecondsPerDay;
    public const long MaxTimestamp = ((MaxDay + 1L) * MicrosecondsPerDay) - 1;

    /// <summary>Whether Postgres can have sent it: a day of its calendar, or an infinity.</summary>
    public static bool IsDate(int day) => day is (>= FirstDay and <= LastDay) or int.MinValue or int.MaxValue;

    /// <inheritdoc cref="IsDate"/>
    public static bool IsTimestamp(long microseconds) => microseconds is (>= FirstTimestamp and <= LastTimestamp) or long.MinValue or long.MaxValue;

    /// <summary>Splits by floor division: the time of day counts up from midnight before 2000 too.</summary>
    public static int DayOf(long microseconds, out long ofDay)
    {
        long day = Math.DivRem(microseconds, MicrosecondsPerDay, out ofDay);
        if (ofDay < 0)
        {
            day--;
            ofDay += MicrosecondsPerDay;
        }

        return (int)day;
    }

    /// <summary>Prints any date of Postgres as date_out does.</summary>
    public static void PrintDate(int day, ref PgTextWriter text)
    {
        if (day is int.MinValue or int.MaxValue)
        {
            text.Raw(day < 0 ? "-infinity"u8 : "infinity"u8);
            return;
        }

        if (PrintDay(day, ref text))
            text.Raw(" BC"u8);
    }

    /// <summary>Prints any timestamp of Postgres as timestamp_out does, and timestamptz_out in UTC.</summary>
    public static void PrintTimestamp(long microseconds, bool withOffset, ref PgTextWriter text)
    {
        if (microseconds is long.MinValue or long.MaxValue)
        {
            text.Raw(microseconds < 0 ? "-infinity"u8 : "infinity"u8);
            return;
        }

        bool bc = PrintDay(DayOf(microseconds, out long ofDay), ref text);
        text.Raw((byte)' ');
        PrintTime(ofDay, ref text);
        if (withOffset)
            text.Raw("+00"u8);
        if (bc)
            text.Raw(" BC"u8);
    }

    /// <summary>Prints <c>HH:MM:SS</c> and a fraction without trailing zeros.</summary>
    public static void PrintTime(long microseconds, ref PgTextWriter text)
    {
        int length = FormatTime(microseconds, text.Reserve(15));
        text.Advance(length);
        if (length > 8)
            text.Truncate(text.Written.TrimEnd((byte)'0').Length);
    }

    /// <summary>Prints the date without its era; returns whether it lies before Christ.</summary>
    private static bool PrintDay(int day, ref PgTextWriter text)
    {
        // The inverse of DaysFromCivil; years count from March.
        long days = day + 730_425L;
        long era = (days >= 0 ? days : days - 146_096) / 146_097;
        long dayOfEra = days - (era * 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int shifted = (int)(((5 * dayOfYear) + 2) / 153);
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        long year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        bool bc = year <= 0;
        if (bc)
            year = 1 - year;
        for (int width = 1000; year < width && width > 1; width /= 10)
            text.Raw((byte)'0');
        text.Number(year);
        Span<byte> rest = text.Reserve(6);
        rest[0] = (byte)'-';
        TwoDigits(month, rest[1..]);
        rest[3] = (byte)'-';
        TwoDigits((int)(dayOfYear - (((153L * shifted) + 2) / 5) + 1), rest[4..]);
        text.Advance(6);
        return bc;
    }

    /// <summary>Writes <c>YYYY-MM-DD</c>: 10 bytes.</summary>
    public static void FormatDate(int day, Span<byte> destination)
    {
        DateOnly.FromDayNumber(day + EpochDayNumber).Deconstruct(out int year, out int month, out int dayOfMonth);
        FourDigits(year, destination);
        destination[4] = (byte)'-';
        TwoDigits(month, destination[5..]);
        destination[7] = (byte)'-';
        TwoDigits(dayOfMonth, destination[8..]);
    }

    /// <summary>Writes <c>HH:MM:SS</c> and, unless it is zero, a six-digit fraction; returns the length, 8 or 15.</summary>
    public static int FormatTime(long microseconds, Span<byte> destination)
    {
        (long seconds, long fraction) = Math.DivRem(microseconds, 1_000_000);
        TwoDigits((int)(seconds / 3600), destination);
        destination[2] = (byte)':';
        TwoDigits((int)(seconds / 60 % 60), destination[3..]);
        destination[5] = (byte)':';
        TwoDigits((int)(seconds % 60), destination[6..]);
        if (fraction == 0)
            return 8;
        destination[8] = (byte)'.';
        TwoDigits((int)(fraction / 10_000), destination[9..]);
        TwoDigits((int)(fraction / 100 % 100), destination[11..]);
        TwoDigits((int)(fraction % 100), destination[13..]);
        return 15;
    }

    /// <summary>Reads <c>[Y]YYYY-MM-DD</c> with an optional trailing ` BC`; infinities give the int32 extremes.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        if (text.SequenceEqual("infinity"u8))
        {
            day = int.MaxValue;
            return true;
        }

        if (text.SequenceEqual("-infinity"u8))
        {
            day = int.MinValue;
            return true;
        }

        bool bc = text.EndsWith(" BC"u8);
        if (bc)
            text = text[..^3];
        int dash = text.IndexOf((byte)'-');
        if (dash < 4 || text.Length != dash + 6 || text[dash + 3] != '-' ||
            !Digits(text[..dash], out int year) || !Digits(text.Slice(dash + 1, 2), out int month) || !Digits(text.Slice(dash + 4, 2), out int dayOfMonth) ||
            month is < 1 or > 12 || dayOfMonth < 1 || year < 1 || year > 6_000_000)
            return false;
        // Postgres' year 1 BC is the proleptic year 0.
        int civil = bc ? 1 - year : year;
        bool leap = civil % 4 == 0 && (civil % 100 != 0 || civil % 400 == 0);
        if (dayOfMonth > (month == 2 ? leap ? 29 : 28 : month is 4 or 6 or 9 or 11 ? 30 : 31))
            return false;
        day = DaysFromCivil(civil, month, dayOfMonth);
        return day is >= FirstDay and <= LastDay;
    }

    /// <summary>Reads <c>HH:MM:SS[.ffffff]</c>, up to 24:00:00.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' ||
            !Digits(text[..2], out int hours) || !Digits(text.Slice(3, 2), out int minutes) || !Digits(text.Slice(6, 2), out int seconds) ||
            hours > 24 || minutes > 59 || seconds > 60)
            return false;
        int fraction = 0;
        if (text.Length > 8)
        {
            ReadOnlySpan<byte> digits = text[9..];
            if (text[8] != '.' || digits.Length is 0 or > 6 || !Digits(digits, out fraction))
                return false;
            for (int i = digits.Length; i < 6; i++)
                fraction *= 10;
        }

        microseconds = ((((hours * 60L) + minutes) * 60) + seconds) * 1_000_000 + fraction;
        return microseconds <= MicrosecondsPerDay;
    }

    /// <summary>
    /// Reads <c>date time[+offset][ BC]</c>; the offset (hours, minutes, seconds) is taken off, so that the result is in UTC.
    /// Infinities give the int64 extremes.
    /// </summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, bool withOffset, out long microseconds)
    {
        microseconds = 0;
        if (text.SequenceEqual("infinity"u8))
        {
            microseconds = long.MaxValue;
            return true;
        }

        if (text.SequenceEqual("-infinity"u8))
        {
            microseconds = long.MinValue;
            return true;
        }

        bool bc = text.EndsWith(" BC"u8);
        if (bc)
            text = text[..^3];
        int space = text.IndexOf((byte)' ');
        if (space < 0)
            return false;
        ReadOnlySpan<byte> time = text[(space + 1)..];
        long offset = 0;
        if (withOffset)
        {
            int sign = time.IndexOfAny((byte)'+', (byte)'-');
            if (sign < 0 || !TryParseOffset(time[(sign + 1)..], out offset))
                return false;
            if (time[sign] == '-')
                offset = -offset;
            time = time[..sign];
        }

        Span<byte> dateText = stackalloc byte[16];
        if (space > 12)
            return false;
        text[..space].CopyTo(dateText);
        int length = space;
        if (bc)
        {
            " BC"u8.CopyTo(dateText[length..]);
            length += 3;
        }

        // A day more: an offset can lead back.
        if (!TryParseDate(dateText[..length], out int day) || day is > LastTimestampDay + 1 or int.MinValue || !TryParseTime(time, out long ofDay))
            return false;
        microseconds = (day * MicrosecondsPerDay) + ofDay - (offset * 1_000_000);
        return microseconds is >= FirstTimestamp and <= LastTimestamp;
    }

    private static bool TryParseOffset(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.Length is not (2 or 5 or 8) || !Digits(text[..2], out int hours))
            return false;
        int minutes = 0;
        int rest = 0;
        if (text.Length >= 5 && (text[2] != ':' || !Digits(text.Slice(3, 2), out minutes)))
            return false;
        if (text.Length == 8 && (text[5] != ':' || !Digits(text.Slice(6, 2), out rest)))
            return false;
        seconds = (hours * 3600L) + (minutes * 60L) + rest;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                value = 0;
                return false;
            }
        }

        return Utf8Parser.TryParse(text, out value, out int read) && read == text.Length;
    }

    /// <summary>Days since 2000-01-01 in the proleptic Gregorian calendar, for any year.</summary>
    private static int DaysFromCivil(int year, int month, int day)
    {
        // Counting years from March puts the leap day last, so that months have a closed form.
        long y = month <= 2 ? year - 1L : year;
        long era = (y >= 0 ? y : y - 399) / 400;
        long yearOfEra = y - (era * 400);
        long dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (int)((era * 146_097) + dayOfEra - 730_425);
    }

    private static void TwoDigits(int value, Span<byte> destination)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }

    private static void FourDigits(int value, Span<byte> destination)
    {
        TwoDigits(value % 100, destination[2..]);
        TwoDigits(value / 100, destination);
    }
}
