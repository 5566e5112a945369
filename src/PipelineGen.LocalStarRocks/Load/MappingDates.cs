using System.Globalization;
using System.Numerics;
using System.Text;
using PipelineGen.LocalStarRocks.Values;
using static PipelineGen.LocalStarRocks.Load.MappingTypes;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Dates and times in a load's expressions. The load's time zone shows in these and nowhere else (STARROCKS.md, 1.3).</summary>
internal static class MappingDates
{
    private const string Seconds = "yyyy-MM-dd HH:mm:ss";

    public static Mapping? TryBind(string name, Mapping[] arguments) => (name, arguments) switch
    {
        ("now" or "current_timestamp" or "localtime" or "localtimestamp", []) => new(MapType.DateTime, static row => Time(row.Now)),
        ("utc_timestamp", []) => new(MapType.DateTime, static row => Time(row.UtcNow)),
        ("curdate" or "current_date", []) => new(MapType.Date, static row => Date(row.Now)),
        ("date" or "to_date", [var time]) => To(time, MapType.Date),
        ("year", [var time]) => Part(time, 0, 4),
        ("month", [var time]) => Part(time, 5, 2),
        ("day" or "dayofmonth", [var time]) => Part(time, 8, 2),
        ("hour", [var time]) => Part(time, 11, 2),
        ("minute", [var time]) => Part(time, 14, 2),
        ("second", [var time]) => Part(time, 17, 2),
        ("from_unixtime", [var seconds]) => FromUnix(seconds),
        ("unix_timestamp", []) => new(MapType.Integer, static row => MapValue.Of((BigInteger)(long)(row.UtcNow - DateTime.UnixEpoch).TotalSeconds)),
        ("str_to_date", [var text, var format]) => Parse(MappingFunctions.Text(name, text), MappingFunctions.ConstantText(name, format)),
        _ => null,
    };

    private static MapValue Time(DateTime time) => MapValue.Of(MapType.DateTime, Encoding.ASCII.GetBytes(time.ToString(Seconds, CultureInfo.InvariantCulture)));

    private static MapValue Date(DateTime time) => MapValue.Of(MapType.Date, Encoding.ASCII.GetBytes(time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    private static Mapping Part(Mapping time, int start, int length) =>
        MappingFunctions.Of(MapType.Integer, To(time, MapType.DateTime), v => MapValue.Of((BigInteger)int.Parse(v.Bytes.AsSpan(start, length), CultureInfo.InvariantCulture)));

    // A VARCHAR.
    private static Mapping FromUnix(Mapping seconds)
    {
        Mapping number = To(seconds, MapType.Integer);
        return new(MapType.Text, row =>
        {
            MapValue value = number.Value(row);
            // BE: TIMESTAMP_VALID_MAX
            return value.IsNull || value.Number < 0 || value.Number > 253_402_243_199 ? MapValue.Null : MapValue.Of(MapType.Text, Time(row.Clock.FromUnix((long)value.Number)).Bytes);
        });
    }

    // MySQL's specifiers with fixed digits.
    private static Mapping Parse(Mapping text, string format)
    {
        var pattern = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                pattern.Append('\\').Append(format[i]);
                continue;
            }

            pattern.Append((i + 1 < format.Length ? format[++i] : ' ') switch
            {
                'Y' => "yyyy",
                'y' => "yy",
                'm' or 'c' => "M",
                'd' or 'e' => "d",
                'H' or 'k' => "H",
                'i' => "m",
                's' or 'S' => "s",
                'f' => "FFFFFF",
                'T' => "H\\:m\\:s",
                '%' => "\\%",
                _ => throw LoadFailure.NotInStandIn($"str_to_date with the format {format}"),
            });
        }

        string exact = pattern.Length == 1 ? "%" + pattern : pattern.ToString();
        return MappingFunctions.Of(MapType.DateTime, text, v =>
            DateTime.TryParseExact(Encoding.UTF8.GetString(v.Bytes).Trim(), exact, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out DateTime time)
                ? MapValue.Of(MapType.DateTime, Canonical(time))
                : MapValue.Null);
    }

    private static byte[] Canonical(DateTime time)
    {
        Span<byte> output = stackalloc byte[32];
        byte[] text = Encoding.ASCII.GetBytes(time.ToString(Seconds + ".ffffff", CultureInfo.InvariantCulture));
        DateTimeText.TryNormalise(text, dateOnly: false, output, out int written);
        return output[..written].ToArray();
    }
}
