using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>How a seed ended.</summary>
internal sealed record OracleResult
{
    public required int Seed { get; init; }

    public required OracleDraws Draws { get; init; }

    /// <summary>What is wrong; empty: nothing.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public required IReadOnlyDictionary<FaultKind, int> Faults { get; init; }

    /// <summary>Fail points at which the pipeline has died.</summary>
    public required IReadOnlyDictionary<string, int> Points { get; init; }

    public required int Committed { get; init; }

    public required int RolledBack { get; init; }

    public required int Failed { get; init; }

    /// <summary>Starts of the pipeline's process.</summary>
    public required int Starts { get; init; }

    /// <summary>Connections that the proxies have reset.</summary>
    public required int Cuts { get; init; }

    /// <summary>Comparisons of slot and stored position.</summary>
    public required int Samples { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>The timeline and the pipeline's last words, for people; only of a failure.</summary>
    public required string Report { get; init; }

    public bool IsPassed => Problems.Count == 0;

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"seed {Seed,-5} {(IsPassed ? "same" : "DIFFERENT")}  {Elapsed.TotalSeconds:0.0} s, {Committed} transactions (+{RolledBack} rolled back, {Failed} failed), {Starts} starts, {Cuts} cuts, {Faults.Values.Sum()} faults: {List(Faults)}{(Points.Count > 0 ? $"; died at {List(Points)}" : "")}  [{Draws}]");

    /// <summary>Names with their counts.</summary>
    public static string List<TName>(IEnumerable<KeyValuePair<TName, int>> counts) => string.Join(' ', counts.Select(static one => $"{one.Key}:{one.Value}"));

    /// <summary>Everything about a failure.</summary>
    public string Describe()
    {
        var text = new StringBuilder().AppendLine(ToString());
        foreach (string problem in Problems)
            text.Append("  ").AppendLine(problem);
        return text.Append(Report).ToString();
    }
}
