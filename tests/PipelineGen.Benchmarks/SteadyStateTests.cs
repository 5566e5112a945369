using Xunit;

namespace PipelineGen.Benchmarks;

/// <summary>What holds on any machine: no allocation a row, and less work than mapping by reflection. No absolute times.</summary>
public sealed class SteadyStateTests : IDisposable
{
    private const int Rows = 100_000;

    private readonly RowOperations _rows = new();

    public void Dispose() => _rows.Dispose();

    [Fact]
    public void All_operations_give_the_same_values() => SameValues.Require(_rows);

    [Fact]
    public void The_recorded_row_is_of_the_size_that_the_yardsticks_were_measured_with() => Assert.Equal(326, _rows.ColumnBytes);

    [Theory]
    [InlineData("pgoutput, binary")]
    [InlineData("pgoutput, text")]
    [InlineData("COPY")]
    public void Decoding_and_encoding_allocates_nothing_a_row(string from)
    {
        Func<int> operation = from switch
        {
            "pgoutput, binary" => _rows.DecodeAndEncode,
            "pgoutput, text" => _rows.DecodeAndEncodeText,
            _ => _rows.DecodeAndEncodeCopyRow,
        };
        Assert.Equal(0, AllocatedBy(operation));
    }

    /// <summary>The measurement above can fail: it sees what the other operations allocate.</summary>
    [Fact]
    public void Materialising_a_row_allocates_the_row() => Assert.True(AllocatedBy(() => _rows.MaterialiseRow().Quantity) > Rows * 100L);

    [Fact]
    public void Decoding_and_encoding_is_faster_than_mapping_by_reflection()
    {
        IReadOnlyList<Measurement> measured = Measurement.Of(
            [("generated", () => _rows.DecodeAndEncode()), ("reflection", () => _rows.RowObjectByReflection())],
            rounds: 9,
            roundLength: TimeSpan.FromMilliseconds(30),
            warmUp: TimeSpan.FromMilliseconds(300));
        double ratio = measured[1].NanosecondsPerRow / measured[0].NanosecondsPerRow;
        Assert.True(ratio > 1, $"mapping by reflection takes {ratio:F2} of the time of generated code");
    }

    private static long AllocatedBy(Func<int> operation)
    {
        // Two bodies' worth: every block has been rented once, and the pool has them from then on.
        for (int i = 0; i < 5_000; i++)
            operation();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rows; i++)
            operation();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
