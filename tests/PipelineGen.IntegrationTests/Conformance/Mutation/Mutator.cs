namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>Messages as a torn wire, a buggy client or a hostile one would send them. The seed makes them the same ones again.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly byte[][] Odd =
    [
        "\0"u8.ToArray(), [0xFF], [0xC3], [0xED, 0xA0, 0x80], "\""u8.ToArray(), "\\"u8.ToArray(), "'"u8.ToArray(), "`"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(),
        "("u8.ToArray(), ")"u8.ToArray(), ","u8.ToArray(), ";"u8.ToArray(), "\n"u8.ToArray(), "\t"u8.ToArray(), "\\N"u8.ToArray(), "null"u8.ToArray(), "1e999"u8.ToArray(), "-"u8.ToArray(), "/*"u8.ToArray(), "--"u8.ToArray(),
        "99999999999999999999999999999999999999999999"u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "__op"u8.ToArray(), "2024-13-45 99:99:99"u8.ToArray(), "="u8.ToArray(), "$"u8.ToArray(), "%"u8.ToArray(), ":"u8.ToArray(),
    ];

    public Random Random { get; } = new(seed);

    public T Any<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];

    /// <summary>One to four changes: bits, bytes, cuts, doubles, odd things in between.</summary>
    public byte[] Break(byte[] sample)
    {
        List<byte> bytes = [.. sample];
        for (int times = Random.Next(1, 5); times > 0; times--)
        {
            int at = Random.Next(bytes.Count + 1);
            switch (Random.Next(8))
            {
                case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << Random.Next(8)); break;
                case 1 when at < bytes.Count: bytes[at] = (byte)Random.Next(256); break;
                case 2 when Random.Next(3) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3 when at < bytes.Count: bytes.RemoveRange(at, Math.Min(Random.Next(1, 6), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, 16))); break;
                case 5 when Random.Next(50) == 0: bytes.InsertRange(at, Enumerable.Repeat((byte)'x', 5000)); break;
                default: bytes.InsertRange(at, Any(Odd)); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The same for a header's value: no line ends, so that it stays one header.</summary>
    public string BreakHeader(string value) =>
        new([.. Break(System.Text.Encoding.Latin1.GetBytes(value)).Where(static b => b is >= 0x20 and < 0x7F).Select(static b => (char)b)]);
}
