using System.Buffers.Binary;
using System.Globalization;

namespace PipelineGen.Tests.Rows;

/// <summary>Values in the binary formats of PostgreSQL's send functions, made independently of the codecs under test.</summary>
internal static class PgBinary
{
    public static byte[] Int16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Int32(long value) => [.. Int16((int)(value >> 16)), .. Int16((int)value)];

    public static byte[] Int64(long value) => [.. Int32(value >> 32), .. Int32(value)];

    public static byte[] Float(float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Double(double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }

    /// <summary>numeric_send of a number in plain notation, or of NaN and the infinities.</summary>
    public static byte[] Numeric(string text)
    {
        switch (text)
        {
            case "NaN": return Header(0, 0, 0xC000, 0);
            case "Infinity": return Header(0, 0, 0xD000, 0x20);
            case "-Infinity": return Header(0, 0, 0xF000, 0x20);
        }

        bool negative = text.StartsWith('-');
        string[] parts = text.TrimStart('-').Split('.');
        string fraction = parts.Length > 1 ? parts[1] : "";
        string whole = parts[0].PadLeft((parts[0].Length + 3) / 4 * 4, '0');
        string digits = whole + fraction.PadRight((fraction.Length + 3) / 4 * 4, '0');
        List<int> groups = [.. digits.Chunk(4).Select(static g => int.Parse(g, CultureInfo.InvariantCulture))];
        int weight = (whole.Length / 4) - 1;
        while (groups.Count > 0 && groups[0] == 0)
        {
            groups.RemoveAt(0);
            weight--;
        }

        while (groups.Count > 0 && groups[^1] == 0)
            groups.RemoveAt(groups.Count - 1);
        return [.. Header(groups.Count, groups.Count == 0 ? 0 : weight, negative ? 0x4000 : 0, fraction.Length), .. groups.SelectMany(Int16)];
    }

    /// <summary>array_send of one dimension; a null element is NULL.</summary>
    public static byte[] Array(params byte[]?[] elements) => Array(1, 1, elements);

    public static byte[] Array(int dimensions, int lowerBound, params byte[]?[] elements)
    {
        List<byte> bytes = [.. Int32(dimensions), .. Int32(elements.Contains(null) ? 1 : 0), .. Int32(25)];
        for (int i = 0; i < dimensions; i++)
        {
            bytes.AddRange(Int32(i == 0 ? elements.Length : 1));
            bytes.AddRange(Int32(lowerBound));
        }

        foreach (byte[]? element in elements)
        {
            bytes.AddRange(Int32(element?.Length ?? -1));
            bytes.AddRange(element ?? []);
        }

        return [.. bytes];
    }

    private static byte[] Header(int count, int weight, int sign, int scale) => [.. Int16(count), .. Int16(weight), .. Int16(sign), .. Int16(scale)];
}
