using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;
using static PipelineGen.LocalStarRocks.Load.MappingTypes;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The functions that expressions of a load may call; dates and times are in <see cref="MappingDates"/>.</summary>
internal static class MappingFunctions
{
    public static Mapping Bind(string name, Mapping[] arguments) => (name, arguments) switch
    {
        ("if", [var condition, var yes, var no]) => If(condition, yes, no),
        ("ifnull" or "nvl", [_, _]) or ("coalesce", [_, ..]) => Coalesce(name, arguments),
        ("nullif", [var value, var unwanted]) => NullIf(value, unwanted),
        ("concat", [_, ..]) => new(MapType.Text, Concat(Texts(name, arguments))),
        ("concat_ws", [_, _, ..]) => new(MapType.Text, ConcatWith(Texts(name, arguments))),
        ("upper" or "ucase", [var text]) => OfText(name, text, static b => Map(b, Ascii.ToUpper)),
        ("lower" or "lcase", [var text]) => OfText(name, text, static b => Map(b, Ascii.ToLower)),
        ("trim", [var text]) => OfText(name, text, static b => b.AsSpan().Trim((byte)' ').ToArray()),
        ("ltrim", [var text]) => OfText(name, text, static b => b.AsSpan().TrimStart((byte)' ').ToArray()),
        ("rtrim", [var text]) => OfText(name, text, static b => b.AsSpan().TrimEnd((byte)' ').ToArray()),
        ("substr" or "substring" or "mid", [_, _] or [_, _, _]) => Substring(name, arguments),
        ("left" or "strleft", [var text, var count]) => Part(name, text, Constant(MapType.Integer, MapValue.Of(BigInteger.One)), count),
        ("right" or "strright", [var text, var count]) => Right(name, text, count),
        ("replace", [_, _, _]) => Replace(Texts(name, arguments)),
        ("length", [var text]) => Of(MapType.Integer, Text(name, text), static v => MapValue.Of((BigInteger)v.Bytes.Length)),
        ("char_length" or "character_length", [var text]) => Of(MapType.Integer, Text(name, text), static v => MapValue.Of((BigInteger)RuneCount(v.Bytes))),
        ("hex", [{ Type: MapType.Text or MapType.Binary or MapType.Null } text]) => Of(MapType.Text, text, static v => MapValue.OfText(Convert.ToHexString(v.Bytes))),
        ("unhex", [var text]) => Of(MapType.Text, Text(name, text), static v => Unhex(v.Bytes) is { } b ? MapValue.Of(MapType.Text, b) : MapValue.Null),
        ("md5", [var text]) => OfText(name, text, static b => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(MD5.HashData(b)))),
        ("to_base64", [{ Type: MapType.Text or MapType.Binary or MapType.Null } text]) => Of(MapType.Text, text, static v => v.Bytes.Length == 0 ? MapValue.Null : MapValue.OfText(Convert.ToBase64String(v.Bytes))),
        ("from_base64", [var text]) => Of(MapType.Text, Text(name, text), static v => SqliteFunctions.Decode(v.Bytes) is { } b ? MapValue.Of(MapType.Text, b) : MapValue.Null),
        ("base64_decode_binary", [var text]) => Of(MapType.Binary, Text(name, text), static v => SqliteFunctions.Decode(v.Bytes) is { } b ? MapValue.Of(MapType.Binary, b) : MapValue.Null),
        ("to_binary", [var text]) => ToBinary(Text(name, text), "hex"),
        ("to_binary", [var text, var format]) => ToBinary(Text(name, text), ConstantText(name, format)),
        ("parse_json", [var text]) => Of(MapType.Json, Text(name, text), static v => JsonText.TryParse(v.Bytes, out string json) ? MapValue.Of(MapType.Json, Encoding.UTF8.GetBytes(json)) : MapValue.Null),
        ("uuid", []) => new(MapType.Text, static _ => MapValue.OfText(Guid.NewGuid().ToString())),
        ("abs", [{ Type: MapType.Integer or MapType.Decimal } number]) => Of(number.Type, number, static v => v with { Number = BigInteger.Abs(v.Number) }),
        ("abs", [var number]) => Of(MapType.Double, To(number, MapType.Double), static v => MapValue.Of(Math.Abs(v.Real))),
        ("mod", [var a, var b]) => Arithmetic("%", a, b),
        _ => MappingDates.TryBind(name, arguments) ?? throw NoMatch(name, arguments.Select(a => a.Type)),
    };

    public static Mapping Of(MapType type, Mapping operand, Func<MapValue, MapValue> of) => new(type, row =>
    {
        MapValue value = operand.Value(row);
        return value.IsNull ? value : of(value);
    });

    /// <summary>The argument as text, the way the FE casts it; bytes and JSON have no such cast.</summary>
    public static Mapping Text(string function, Mapping argument) =>
        argument.Type is MapType.Binary or MapType.Json ? throw NoMatch(function, argument.Type) : To(argument, MapType.Text);

    public static string ConstantText(string function, Mapping argument) =>
        argument is { Type: MapType.Text, Constant: { } text } ? Encoding.UTF8.GetString(text.Bytes) : throw LoadFailure.NotInStandIn($"{function} with a format that is not a constant");

    private static Mapping[] Texts(string function, Mapping[] arguments) => [.. arguments.Select(a => Text(function, a))];

    private static Mapping OfText(string function, Mapping argument, Func<byte[], byte[]> of) =>
        Of(MapType.Text, Text(function, argument), v => MapValue.Of(MapType.Text, of(v.Bytes)));

    private static Mapping If(Mapping condition, Mapping yes, Mapping no)
    {
        if (condition.Type is MapType.Binary or MapType.Json or MapType.Date or MapType.DateTime or MapType.Text)
        {
            throw NoMatch("if", condition.Type, yes.Type, no.Type);
        }

        MapType type;
        try
        {
            type = Common("if", yes.Type, no.Type);
        }
        catch (LoadFailure)
        {
            throw NoMatch("if", MapType.Boolean, yes.Type, no.Type);
        }

        Mapping a = To(yes, type);
        Mapping b = To(no, type);
        return new(type, row => condition.Value(row) is { IsNull: false, IsTrue: true } ? a.Value(row) : b.Value(row));
    }

    private static Mapping Coalesce(string name, Mapping[] arguments)
    {
        MapType type = arguments.Aggregate(MapType.Null, (t, a) => Common(name, t, a.Type));
        Mapping[] typed = [.. arguments.Select(a => To(a, type))];
        return new(type, row =>
        {
            foreach (Mapping argument in typed)
            {
                MapValue value = argument.Value(row);
                if (!value.IsNull)
                {
                    return value;
                }
            }

            return MapValue.Null;
        });
    }

    private static Mapping NullIf(Mapping value, Mapping unwanted)
    {
        MapType type = Comparison(value.Type, unwanted.Type, equality: true);
        Mapping a = To(value, type);
        Mapping b = To(unwanted, type);
        return new(value.Type, row =>
        {
            MapValue x = a.Value(row);
            MapValue y = b.Value(row);
            return !x.IsNull && !y.IsNull && Order(x, y) == 0 ? MapValue.Null : value.Value(row);
        });
    }

    private static Func<MappedRow, MapValue> Concat(Mapping[] texts) => row =>
    {
        var output = new ByteText();
        foreach (Mapping text in texts)
        {
            MapValue value = text.Value(row);
            if (value.IsNull)
            {
                return value;
            }

            output.Add(value.Bytes);
        }

        return MapValue.Of(MapType.Text, output.Written.ToArray());
    };

    private static Func<MappedRow, MapValue> ConcatWith(Mapping[] texts) => row =>
    {
        MapValue separator = texts[0].Value(row);
        if (separator.IsNull)
        {
            return separator;
        }

        var output = new ByteText();
        bool first = true;
        foreach (Mapping text in texts.AsSpan(1))
        {
            MapValue value = text.Value(row);
            if (value.IsNull)
            {
                continue;
            }

            output.Add(first ? [] : separator.Bytes);
            output.Add(value.Bytes);
            first = false;
        }

        return MapValue.Of(MapType.Text, output.Written.ToArray());
    };

    private static Mapping Substring(string name, Mapping[] arguments) =>
        Part(name, arguments[0], arguments[1], arguments.Length == 3 ? arguments[2] : Constant(MapType.Integer, MapValue.Of((BigInteger)int.MaxValue)));

    // By characters; a negative start counts from the end, and a start of 0 has nothing.
    private static Mapping Part(string name, Mapping text, Mapping start, Mapping count)
    {
        Mapping value = Text(name, text);
        Mapping from = To(start, MapType.Integer);
        Mapping length = To(count, MapType.Integer);
        return new(MapType.Text, row =>
        {
            MapValue v = value.Value(row);
            MapValue f = from.Value(row);
            MapValue l = length.Value(row);
            if (v.IsNull || f.IsNull || l.IsNull)
            {
                return MapValue.Null;
            }

            Rune[] runes = [.. Encoding.UTF8.GetString(v.Bytes).EnumerateRunes()];
            BigInteger first = f.Number < 0 ? runes.Length + f.Number : f.Number - 1;
            if (first < 0 || first >= runes.Length || l.Number <= 0)
            {
                return MapValue.OfText("");
            }

            return MapValue.OfText(string.Concat(runes.Skip((int)first).Take((int)BigInteger.Min(l.Number, runes.Length))));
        });
    }

    private static Mapping Right(string name, Mapping text, Mapping count)
    {
        Mapping value = Text(name, text);
        Mapping length = To(count, MapType.Integer);
        return new(MapType.Text, row =>
        {
            MapValue v = value.Value(row);
            MapValue l = length.Value(row);
            return v.IsNull || l.IsNull ? MapValue.Null
                : l.Number <= 0 ? MapValue.OfText("")
                : MapValue.OfText(string.Concat(Encoding.UTF8.GetString(v.Bytes).EnumerateRunes().TakeLast((int)BigInteger.Min(l.Number, v.Bytes.Length))));
        });
    }

    private static Mapping Replace(Mapping[] texts) => new(MapType.Text, row =>
    {
        MapValue[] values = [.. texts.Select(t => t.Value(row))];
        if (values.Any(v => v.IsNull))
        {
            return MapValue.Null;
        }

        string old = Encoding.UTF8.GetString(values[1].Bytes);
        return old.Length == 0 ? values[0] : MapValue.OfText(Encoding.UTF8.GetString(values[0].Bytes).Replace(old, Encoding.UTF8.GetString(values[2].Bytes), StringComparison.Ordinal));
    });

    private static Mapping ToBinary(Mapping text, string format) => format.ToLowerInvariant() switch
    {
        "utf8" => Of(MapType.Binary, text, static v => MapValue.Of(MapType.Binary, v.Bytes)),
        "encode64" => Of(MapType.Binary, text, static v => SqliteFunctions.Decode(v.Bytes) is { } b ? MapValue.Of(MapType.Binary, b) : MapValue.Null),
        "hex" => Of(MapType.Binary, text, static v => Unhex(v.Bytes) is { } b ? MapValue.Of(MapType.Binary, b) : MapValue.Null),
        _ => throw LoadFailure.NotInStandIn($"to_binary with the format {format}"),
    };

    private static byte[]? Unhex(byte[] text)
    {
        var output = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(Encoding.Latin1.GetString(text), output, out _, out _) == System.Buffers.OperationStatus.Done ? output : null;
    }

    private static int RuneCount(byte[] text) => text.Count(b => (b & 0xC0) != 0x80);

    private delegate System.Buffers.OperationStatus ByteMapping(ReadOnlySpan<byte> from, Span<byte> to, out int written);

    // ASCII letters only, as the server does by default.
    private static byte[] Map(byte[] text, ByteMapping mapping)
    {
        var output = new byte[text.Length];
        for (int at = 0; at < text.Length;)
        {
            mapping(text.AsSpan(at), output.AsSpan(at), out int written);
            at += written;
            for (; at < text.Length && text[at] > 127; at++)
            {
                output[at] = text[at];
            }
        }

        return output;
    }
}
