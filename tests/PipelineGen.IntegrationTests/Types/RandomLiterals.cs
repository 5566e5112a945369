using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Types;

/// <summary>Input texts of Postgres types, made from a seed.</summary>
internal sealed class RandomLiterals(Random random)
{
    private static readonly DateTime Earliest = new(1, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    public string Of(string type) => type switch
    {
        "bool" => random.Next(2) == 0 ? "true" : "false",
        "int2" => Whole(16),
        "int4" => Whole(32),
        "int8" => Whole(64),
        "oid" or "xid" or "cid" => ((uint)random.NextInt64() >> random.Next(32)).ToString(CultureInfo.InvariantCulture),
        "xid8" => Unsigned().ToString(CultureInfo.InvariantCulture),
        "float4" => Single(),
        "float8" => Double(),
        "numeric" => Numeric(),
        "money" => $"{(random.Next(2) == 0 ? "-" : "")}{random.NextInt64() >> random.Next(8, 63)}.{random.Next(100):00}",
        "date" => Date(5_874_000),
        "time" => Time(),
        "timetz" => Time() + Offset(),
        "timestamp" => Timestamp(""),
        "timestamptz" => Timestamp(Offset()),
        "interval" => Interval(),
        "uuid" => Guid().ToString(),
        "bytea" => "\\x" + Hex(random.Next(40)),
        "json" => Json(0),
        "jsonb" => Json(0),
        "inet" => Address(cidr: false),
        "cidr" => Address(cidr: true),
        "macaddr" => Hex(6),
        "macaddr8" => Hex(8),
        "bit(1)" => random.Next(2) == 0 ? "0" : "1",
        "bit(13)" => Bits(13),
        "varbit" => Bits(random.Next(70)),
        "pg_lsn" => $"{Unsigned() >> 32:X}/{(uint)Unsigned():X}",
        "tid" => $"({(uint)Unsigned()},{random.Next(65536)})",
        "pg_snapshot" or "txid_snapshot" => Snapshot(),
        "\"char\"" => ((char)random.Next(1, 128)).ToString(),
        "text" or "varchar" => Text(random.Next(30)),
        "bpchar(9)" => Text(random.Next(10)),
        "name" => Text(random.Next(16)),
        "jsonpath" => $"$.a{random.Next(100)}[*] ? (@ > {random.Next(100)})",
        "ltree" => $"a{random.Next(100)}.b_{random.Next(100)}.C",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no literals"),
    };

    private ulong Unsigned() => (((ulong)random.NextInt64() << 1) ^ (ulong)random.Next(2)) >> random.Next(64);

    private string Whole(int bits) => (((long)Unsigned() << (64 - bits)) >> (64 - bits)).ToString(CultureInfo.InvariantCulture);

    private string Single()
    {
        switch (random.Next(4))
        {
            case 0: return Number(8);
            case 1: return MathF.ScaleB(random.Next(1, 64), random.Next(-140, 120)).ToString("R", CultureInfo.InvariantCulture);
            default:
                float any = BitConverter.Int32BitsToSingle((int)random.NextInt64());
                return float.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "NaN";
        }
    }

    private string Double()
    {
        switch (random.Next(4))
        {
            case 0: return Number(17);
            // Few significant bits: numbers whose shortest digits may lie halfway to a neighbour.
            case 1: return Math.ScaleB(random.Next(1, 64), random.Next(-1070, 1010)).ToString("R", CultureInfo.InvariantCulture);
            default:
                double any = BitConverter.Int64BitsToDouble(random.NextInt64() ^ (random.NextInt64() << 1));
                return double.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "NaN";
        }
    }

    private string Number(int digits) => $"{(random.Next(2) == 0 ? "-" : "")}{random.Next(1, 10)}.{Digits(random.Next(1, digits))}e{random.Next(-8, 20)}";

    private string Numeric()
    {
        string sign = random.Next(2) == 0 ? "-" : "";
        return random.Next(5) switch
        {
            0 => $"{sign}{Digits(random.Next(1, 60))}",
            1 => $"{sign}0.{new string('0', random.Next(20))}{Digits(random.Next(1, 30))}",
            2 => $"{sign}{Digits(random.Next(1, 20))}e{random.Next(-40, 60)}",
            _ => $"{sign}{Digits(random.Next(1, 40))}.{Digits(random.Next(1, 40))}",
        };
    }

    private string Date(int lastYear)
    {
        DateTime day = Earliest.AddDays(random.Next(3_652_059));
        return random.Next(6) switch
        {
            0 => $"{random.Next(1, 4713):0000}-{day.Month:00}-{Math.Min(day.Day, 28):00} BC",
            1 => $"{random.Next(10_000, lastYear)}-{day.Month:00}-{Math.Min(day.Day, 28):00}",
            _ => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }

    private string Time() => TimeSpan.FromMicroseconds(random.NextInt64(86_400_000_000)).ToString(random.Next(3) == 0 ? "hh':'mm':'ss" : "hh':'mm':'ss'.'ffffff", CultureInfo.InvariantCulture);

    private string Offset()
    {
        string sign = random.Next(2) == 0 ? "-" : "+";
        return random.Next(3) switch
        {
            0 => $"{sign}{random.Next(16):00}",
            1 => $"{sign}{random.Next(16):00}:{random.Next(60):00}",
            _ => $"{sign}{random.Next(16):00}:{random.Next(60):00}:{random.Next(60):00}",
        };
    }

    private string Timestamp(string offset)
    {
        string date = Date(294_000);
        bool bc = date.EndsWith(" BC", StringComparison.Ordinal);
        return $"{(bc ? date[..^3] : date)} {Time()}{offset}{(bc ? " BC" : "")}";
    }

    private string Interval()
    {
        int part = random.Next(1, 8);
        string months = (part & 1) == 0 ? "" : $"{random.Next() >> random.Next(31)} months ";
        string days = (part & 2) == 0 ? "" : $"{-(random.Next() >> random.Next(31))} days ";
        string time = (part & 4) == 0 ? "" : $"{(random.Next(2) == 0 ? "-" : "")}{random.NextInt64(1L << 50) >> random.Next(50)} microseconds";
        string all = months + days + time;
        return random.Next(2) == 0 ? all : all.Replace("-", "", StringComparison.Ordinal);
    }

    private Guid Guid()
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private string Json(int depth) => random.Next(depth > 2 ? 4 : 6) switch
    {
        0 => "null",
        1 => Number(20),
        2 => "\"" + Text(8).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        3 => "true",
        4 => $"[{Json(depth + 1)} ,{Json(depth + 1)}]",
        _ => $"{{\"b\": {Json(depth + 1)}, \"a\":{Json(depth + 1)}, \"b\":{Json(depth + 1)}}}",
    };

    private string Address(bool cidr)
    {
        byte[] bytes = new byte[random.Next(3) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        // Runs of zero groups, and the prefix of mapped addresses.
        if (bytes.Length == 16)
        {
            for (int runs = random.Next(4); runs > 0; runs--)
                bytes.AsSpan(random.Next(16) & ~1).Slice(0, 2 + (random.Next(8) * 0)).Clear();
            if (random.Next(3) == 0)
                bytes.AsSpan(0, random.Next(17) & ~1).Clear();
            if (random.Next(6) == 0)
                bytes[10] = bytes[11] = 255;
        }

        int bits = random.Next(2) == 0 ? bytes.Length * 8 : random.Next((bytes.Length * 8) + 1);
        if (cidr)
        {
            for (int i = bits; i < bytes.Length * 8; i++)
                bytes[i / 8] &= (byte)~(0x80 >> (i % 8));
        }

        var address = new System.Net.IPAddress(bytes);
        return $"{address}/{bits}";
    }

    private string Bits(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
            text.Append(random.Next(2));
        return text.ToString();
    }

    private string Snapshot()
    {
        ulong xmin = (Unsigned() >> 2) + 1;
        List<ulong> xips = [.. Enumerable.Range(0, random.Next(5)).Select(_ => xmin + (ulong)random.Next(100)).Distinct().Order()];
        return $"{xmin}:{xmin + 200}:{string.Join(',', xips)}";
    }

    private string Text(int length)
    {
        string[] characters = ["a", "Z", " ", "\"", "\\", "'", "\n", "\t", "é", "漢", "😀", ",", "{", "}", "\u0001"];
        return string.Concat(Enumerable.Range(0, length).Select(_ => characters[random.Next(characters.Length)])).Replace("\u0001", "x", StringComparison.Ordinal).Replace("\n", "n", StringComparison.Ordinal).Replace("\t", "t", StringComparison.Ordinal);
    }

    private string Hex(int bytes)
    {
        byte[] all = new byte[bytes];
        random.NextBytes(all);
        return Convert.ToHexStringLower(all);
    }

    private string Digits(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
            text.Append(random.Next(3) == 0 ? 0 : random.Next(10));
        return text.ToString();
    }
}
