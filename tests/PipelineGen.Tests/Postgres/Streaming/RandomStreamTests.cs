using PipelineGen.Postgres.Streaming;

namespace PipelineGen.Tests.Postgres.Streaming;

public sealed class RandomStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_histories_are_handed_out_as_protocol_1_would_have_brought_them(int series)
    {
        for (int seed = series * 1000; seed < series * 1000 + 60; seed++)
        {
            var random = new Random(seed);
            var limits = new SpillLimits
            {
                BlockSize = (int[])[64, 200, 1000, 256 * 1024] is { } sizes ? sizes[random.Next(sizes.Length)] : 0,
                HeldBytes = random.Next(2) == 0 ? 1000 : 16 * 1024 * 1024,
                OpenFiles = random.Next(4),
            };
            var workload = new RandomStreamedWorkload(random, forgetsAtRollback: random.Next(2) == 0);
            await using var test = new SpillingStreamUnderTest(limits, encrypted: random.Next(3) == 0);
            var handedOut = new List<string>();
            for (int i = 0; i < 150; i++)
            {
                test.Send(workload.Step());
                if (random.Next(10) == 0)
                    handedOut.AddRange(await test.ReadAllAsync());
            }

            test.Send(workload.Finish());
            handedOut.AddRange(await test.ReadAllAsync());

            Verify(seed, workload.Expected, handedOut);
            Assert.True(workload.Rollbacks > 0, $"seed {seed} has rolled nothing back");
            Assert.True(test.Files.Length == 0, $"seed {seed} left {test.Files.Length} files");
            Assert.True(test.Stream.HeldBytes == 0, $"seed {seed} holds {test.Stream.HeldBytes} bytes");
        }
    }

    /// <summary>The same transactions and rows, and each row read by the description that it is written in.</summary>
    private static void Verify(int seed, List<string> expected, List<string> handedOut)
    {
        var shapes = new Dictionary<string, string>(StringComparer.Ordinal);
        int next = 0;
        foreach (string message in handedOut)
        {
            string[] words = message.Split(' ');
            if (words[0] == "R")
            {
                shapes[words[1]] = words[2];
                continue;
            }

            Assert.True(next < expected.Count && expected[next] == message, $"seed {seed}, message {next}: {message} where {(next < expected.Count ? expected[next] : "nothing")} is expected");
            next++;
            if (words[0] == "I")
            {
                string shape = words[2].Split('@')[1].TrimEnd('x');
                Assert.True(shapes.TryGetValue(words[1], out string? known) && known == shape, $"seed {seed}: {message} is read as {known}");
            }
        }

        Assert.True(next == expected.Count, $"seed {seed}: {expected.Count - next} messages are missing, the first is {(next < expected.Count ? expected[next] : "")}");
    }
}
