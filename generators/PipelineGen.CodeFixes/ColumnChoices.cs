using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.CodeFixes;

/// <summary>The choices of a diagnostic as arguments of [Column(...)]; those that leave a part open get a usual one.</summary>
internal static class ColumnChoices
{
    public const string Ignore = "Ignore = true";

    /// <summary>Room for what numbers without a declared precision usually are; others meet the policy.</summary>
    private const string UsualDecimal = "StarRocksType = \"DECIMAL(38,9)\", Policy = ValuePolicy.Error";

    /// <summary>As long as a whole key can be (STARROCKS.md 4).</summary>
    private const string KeyText = "StarRocksType = \"VARCHAR(128)\"";

    private const string TypeArgument = "StarRocksType = ";

    /// <summary>The argument; what follows it explains.</summary>
    private static readonly Regex Argument = new("^(StarRocksType = \"[^\"]+\"|Policy = ValuePolicy\\.[A-Za-z]+|Ignore = true)(?![A-Za-z0-9.,])", RegexOptions.CultureInvariant);

    /// <summary>Policies of which one is to be chosen: <c>(Policy = ValuePolicy.Clamp, Null or Quarantine)</c>.</summary>
    private static readonly Regex Policies = new(@"\(Policy = ValuePolicy\.([A-Za-z, ]+)\)", RegexOptions.CultureInvariant);

    private static readonly string[] PolicySeparators = [", ", " or "];

    /// <param name="canIgnore">Whether the place allows the column to be left out.</param>
    public static IEnumerable<string> Of(Diagnostic diagnostic, bool canIgnore)
    {
        if (!diagnostic.Properties.TryGetValue(ProblemFacts.Choices, out string? choices) || choices is null)
            return [];
        bool isKey = diagnostic.Properties.ContainsKey(ProblemFacts.Key);
        return choices.Split('\n')
            .SelectMany(Arguments)
            .Select(choice => Concrete(choice, isKey))
            .OfType<string>()
            .Where(choice => choice != Ignore || (canIgnore && !isKey))
            .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Arguments(string choice)
    {
        if (Argument.Match(choice) is { Success: true } argument)
            return [argument.Value];
        return Policies.Match(choice) is { Success: true } policies
            ? policies.Groups[1].Value.Split(PolicySeparators, StringSplitOptions.None).Select(static policy => "Policy = ValuePolicy." + policy)
            : [];
    }

    private static string? Concrete(string choice, bool isKey)
    {
        // Of two keys either would make one.
        if (isKey && choice is ("Policy = ValuePolicy.Null" or "Policy = ValuePolicy.Clamp"))
            return null;
        if (!choice.StartsWith(TypeArgument, StringComparison.Ordinal))
            return choice;
        if (isKey)
            return choice.IndexOf("VARCHAR(", StringComparison.Ordinal) >= 0 ? KeyText : null;
        if (choice.IndexOf("DECIMAL(p,s)", StringComparison.Ordinal) >= 0)
            return UsualDecimal;
        return choice.IndexOf("(n)", StringComparison.Ordinal) >= 0 ? null : choice;
    }
}
