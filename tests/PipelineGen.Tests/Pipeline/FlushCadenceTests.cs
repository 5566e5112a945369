using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Slower while StarRocks is short of something, and back to what was set when it is not.</summary>
public class FlushCadenceTests
{
    private const long Megabyte = 1024 * 1024;

    private readonly FlushCadence _cadence = new(TimeSpan.FromSeconds(2), 32 * Megabyte, NullLogger.Instance);

    [Theory]
    [InlineData(Shortage.Versions)]
    [InlineData(Shortage.Transactions)]
    [InlineData(Shortage.None)]
    public void Too_many_loads_make_fewer_and_larger_ones(Shortage shortage)
    {
        Fail(shortage);
        Assert.Equal((4.0, 64 * Megabyte, true), (_cadence.Interval.TotalSeconds, _cadence.Bytes, _cadence.IsSlowed));
        for (int i = 0; i < 10; i++)
            Fail(shortage);
        Assert.Equal(60.0, _cadence.Interval.TotalSeconds);
    }

    [Fact]
    public void Too_little_memory_makes_smaller_ones()
    {
        Fail(Shortage.Memory);
        Assert.Equal((2.0, 16 * Megabyte, false), (_cadence.Interval.TotalSeconds, _cadence.Bytes, _cadence.IsSlowed));
        for (int i = 0; i < 10; i++)
            Fail(Shortage.Memory);
        Assert.Equal(Megabyte, _cadence.Bytes);
    }

    [Fact]
    public void Complaints_of_one_flush_count_once()
    {
        _cadence.Complain(Shortage.Versions);
        _cadence.Complain(Shortage.Versions);
        Fail(Shortage.Versions);
        Assert.Equal(4.0, _cadence.Interval.TotalSeconds);
    }

    [Fact]
    public void It_recovers_step_by_step()
    {
        Fail(Shortage.Versions);
        Fail(Shortage.Versions);
        Fail(Shortage.Memory);
        Assert.Equal(8.0, _cadence.Interval.TotalSeconds);
        Succeed(4);
        Assert.Equal(8.0, _cadence.Interval.TotalSeconds);
        Succeed(1);
        Assert.Equal(4.0, _cadence.Interval.TotalSeconds);
        // A new complaint begins the count anew.
        Succeed(4);
        Fail(Shortage.Versions);
        Succeed(4);
        Assert.Equal(8.0, _cadence.Interval.TotalSeconds);
        Succeed(20);
        Assert.Equal((2.0, 32 * Megabyte, false), (_cadence.Interval.TotalSeconds, _cadence.Bytes, _cadence.IsSlowed));
    }

    [Fact]
    public void An_interval_that_was_set_longer_is_never_shortened()
    {
        var patient = new FlushCadence(TimeSpan.FromMinutes(5), 1000, NullLogger.Instance);
        patient.Complain(Shortage.Versions);
        patient.FlushEnded();
        Assert.Equal(TimeSpan.FromMinutes(5), patient.Interval);
        patient.Complain(Shortage.Memory);
        patient.FlushEnded();
        Assert.Equal(1000, patient.Bytes);
    }

    private void Fail(Shortage shortage)
    {
        _cadence.Complain(shortage);
        _cadence.FlushEnded();
    }

    private void Succeed(int flushes)
    {
        for (int i = 0; i < flushes; i++)
            _cadence.FlushEnded();
    }
}
