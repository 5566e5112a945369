using System.Globalization;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>The results of many seeds in a line.</summary>
internal sealed class OracleSummary
{
    private readonly Lock _lock = new();
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private readonly SortedDictionary<FaultKind, int> _faults = [];
    private readonly SortedDictionary<string, int> _points = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _different = [];
    private readonly SortedSet<int> _broken = [];
    private long _transactions;
    private int _starts;
    private int _cuts;
    private long _samples;

    /// <summary>Seeds that were run to their end.</summary>
    public int Seeds { get; private set; }

    public bool IsPassed => _different.Count == 0 && _broken.Count == 0 && Seeds > 0;

    public void Add(OracleResult result)
    {
        lock (_lock)
        {
            Seeds++;
            _transactions += result.Committed;
            _starts += result.Starts;
            _cuts += result.Cuts;
            _samples += result.Samples;
            Count(_faults, result.Faults);
            Count(_points, result.Points);
            if (!result.IsPassed)
                _different.Add(result.Seed);
        }
    }

    /// <summary>A seed that the oracle itself could not run.</summary>
    public void AddBroken(int seed)
    {
        lock (_lock)
            _broken.Add(seed);
    }

    public override string ToString()
    {
        lock (_lock)
        {
            string seeds = $"{Seeds} seeds, {Print("with differences", _different)}{(_broken.Count > 0 ? $", {Print("not run", _broken)}" : "")}";
            return string.Create(CultureInfo.InvariantCulture,
                $"{seeds}; {_transactions} transactions, {_starts} starts of the pipeline, {_cuts} connections cut, slot and position compared {_samples} times, ") +
                string.Create(CultureInfo.InvariantCulture,
                $"{_faults.Values.Sum()} faults in {TimeProvider.System.GetElapsedTime(_begun).TotalMinutes:0.0} minutes: {OracleResult.List(_faults)}{(_points.Count > 0 ? $"; died at {OracleResult.List(_points)}" : "")}");
        }
    }

    private static string Print(string what, SortedSet<int> seeds) => $"{seeds.Count} {what}{(seeds.Count > 0 ? $" ({string.Join(", ", seeds)})" : "")}";

    private static void Count<TName>(SortedDictionary<TName, int> sum, IReadOnlyDictionary<TName, int> more)
        where TName : notnull
    {
        foreach ((TName name, int count) in more)
            sum[name] = sum.GetValueOrDefault(name) + count;
    }
}
