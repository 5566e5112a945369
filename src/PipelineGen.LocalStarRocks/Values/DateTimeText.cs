namespace PipelineGen.LocalStarRocks.Values;

/// <summary>
/// Date-time text as loads and literals take it (STARROCKS.md, 1.6): space or T, compact forms, two-digit years, one to six
/// fraction digits with the rest cut, and an offset that is accepted and ignored without conversion.
/// </summary>
internal static class DateTimeText
{
    /// <summary>Writes canonical text into <paramref name="output"/> (26 bytes at least).</summary>
    public static bool TryNormalise(ReadOnlySpan<byte> text, bool dateOnly, Span<byte> output, out int written)
    {
        written = 0;
        text = text.Trim(" \t\r\n"u8);
        if (!TryDate(ref text, out int year, out int month, out int day, out bool compact))
        {
            return false;
        }

        int hour = 0, minute = 0, second = 0, micros = 0;
        if (text.Length > 0 && !TryTime(text, compact, out hour, out minute, out second, out micros))
        {
            return false;
        }

        if (year > 9999 || month is < 1 or > 12 || day < 1 || day > DaysIn(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        Put(output, 0, year, 4);
        output[4] = (byte)'-';
        Put(output, 5, month, 2);
        output[7] = (byte)'-';
        Put(output, 8, day, 2);
        written = 10;
        if (dateOnly)
        {
            return true;
        }

        output[10] = (byte)' ';
        Put(output, 11, hour, 2);
        output[13] = (byte)':';
        Put(output, 14, minute, 2);
        output[16] = (byte)':';
        Put(output, 17, second, 2);
        written = 19;
        if (micros != 0)
        {
            output[19] = (byte)'.';
            Put(output, 20, micros, 6);
            written = 26;
        }

        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<byte> text, out int year, out int month, out int day, out bool compact)
    {
        compact = false;
        month = day = 0;
        int length = DigitRun(text);
        if (length is 8 or 14 or 6 or 12)
        {
            compact = true;
            int yearDigits = length is 8 or 14 ? 4 : 2;
            year = Year(Number(text[..yearDigits]), yearDigits);
            month = Number(text.Slice(yearDigits, 2));
            day = Number(text.Slice(yearDigits + 2, 2));
            text = text[(yearDigits + 4)..];
            return true;
        }

        year = 0;
        if (length is not (2 or 4) || text.Length <= length || text[length] != '-')
        {
            return false;
        }

        year = Year(Number(text[..length]), length);
        text = text[(length + 1)..];
        return TakeNumber(ref text, out month) && Take(ref text, (byte)'-') && TakeNumber(ref text, out day);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, bool compact, out int hour, out int minute, out int second, out int micros)
    {
        hour = minute = second = micros = 0;
        if (compact && DigitRun(text) == 6)
        {
            hour = Number(text[..2]);
            minute = Number(text.Slice(2, 2));
            second = Number(text.Slice(4, 2));
            text = text[6..];
        }
        else
        {
            if (!Take(ref text, (byte)' ') && !Take(ref text, (byte)'T'))
            {
                return false;
            }

            text = text.TrimStart((byte)' ');
            if (compact && DigitRun(text) == 6)
            {
                hour = Number(text[..2]);
                minute = Number(text.Slice(2, 2));
                second = Number(text.Slice(4, 2));
                text = text[6..];
            }
            else if (!TakeNumber(ref text, out hour) ||
                !Take(ref text, (byte)':') || !TakeNumber(ref text, out minute) ||
                !Take(ref text, (byte)':') || !TakeNumber(ref text, out second))
            {
                return false;
            }
        }

        if (Take(ref text, (byte)'.'))
        {
            int digits = DigitRun(text);
            if (digits == 0)
            {
                return false;
            }

            micros = Number(text[..Math.Min(digits, 6)]);
            for (int i = digits; i < 6; i++)
            {
                micros *= 10;
            }

            text = text[digits..];
        }

        return IsOffset(text.Trim((byte)' '));
    }

    // Accepted and ignored: "2024-01-01 00:00:00+02" is stored as midnight (the first of the twelve things most likely to bite).
    private static bool IsOffset(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text is [(byte)'Z'])
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        text = text[1..];
        foreach (byte b in text)
        {
            if (b is not ((>= (byte)'0' and <= (byte)'9') or (byte)':'))
            {
                return false;
            }
        }

        return text.Length is >= 1 and <= 8;
    }

    private static int Year(int number, int digits) => digits == 4 ? number : number < 70 ? 2000 + number : 1900 + number;

    // DateTime.DaysInMonth has no year 0; StarRocks has.
    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static int DigitRun(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            value = value * 10 + (digit - '0');
        }

        return value;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> text, out int value)
    {
        int length = DigitRun(text);
        value = length is 1 or 2 ? Number(text[..length]) : 0;
        text = text[length..];
        return length is 1 or 2;
    }

    private static bool Take(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static void Put(Span<byte> output, int at, int value, int digits)
    {
        for (int i = at + digits - 1; i >= at; i--)
        {
            output[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }
}
