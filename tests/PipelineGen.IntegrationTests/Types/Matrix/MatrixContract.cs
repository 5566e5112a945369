using PipelineGen.Schema.Types;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>What the contract's tables name (TYPES.md in code).</summary>
internal static class MatrixContract
{
    /// <summary>Types that the contract resolves by their modifiers, beside its tables.</summary>
    private static readonly string[] Modified = ["numeric", "money", "varchar", "bpchar", "bit", "varbit"];

    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(
        [.. BaseTypes.BuiltIn.Keys, .. BaseTypes.Extensions.Keys, .. BaseTypes.Ranges.Keys, .. BaseTypes.Multiranges.Keys, .. Modified], StringComparer.Ordinal);
}
