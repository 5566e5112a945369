using System.Globalization;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>What happened in a run, and when; and of the faults, when anything of source or target was disturbed.</summary>
internal sealed class Timeline(TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly SortedDictionary<FaultKind, int> _faults = [];
    private readonly SortedDictionary<string, int> _points = new(StringComparer.Ordinal);
    private int _lasting;
    private long _lastDisturbed = long.MinValue;

    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    /// <summary>Faults by their kind.</summary>
    public IReadOnlyDictionary<FaultKind, int> Faults
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<FaultKind, int>(_faults);
        }
    }

    public void Add(string what)
    {
        lock (_lock)
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,7:0.000}  {what}"));
    }

    /// <summary>Fail points at which the pipeline has died.</summary>
    public IReadOnlyDictionary<string, int> Points
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, int>(_points, StringComparer.Ordinal);
        }
    }

    public void Reach(string point)
    {
        Add($"died at {point}");
        lock (_lock)
            _points[point] = _points.GetValueOrDefault(point) + 1;
    }

    public void Begin(FaultKind kind, string details)
    {
        Add($"{kind}{(details.Length > 0 ? $" ({details})" : "")}");
        lock (_lock)
        {
            _faults[kind] = _faults.GetValueOrDefault(kind) + 1;
            _lasting++;
            _lastDisturbed = time.GetTimestamp();
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _lasting--;
            _lastDisturbed = time.GetTimestamp();
        }
    }

    /// <summary>Whether a fault was there at any time since then, or is.</summary>
    public bool IsDisturbedSince(long timestamp)
    {
        lock (_lock)
            return _lasting > 0 || _lastDisturbed >= timestamp;
    }

    public string Tail(int lines)
    {
        lock (_lock)
            return string.Join(Environment.NewLine, _lines.TakeLast(lines));
    }
}
