namespace PipelineGen.Tests.Rows;

/// <summary>Bytes as a torn or hostile wire would have them.</summary>
internal static class Mutation
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)',', (byte)'-', (byte)'+', (byte)'9'];

    public static byte[] Of(byte[] sample, Random random)
    {
        List<byte> bytes = [.. sample];
        for (int times = random.Next(0, 4); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = Extremes[random.Next(Extremes.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.Insert(at, Extremes[random.Next(Extremes.Length)]);
                    break;
                case 4 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, 8)));
                    break;
            }
        }

        return [.. bytes];
    }
}
