using System.Globalization;
using System.Text.Json;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Whether what the target prints is what Postgres computed.</summary>
internal static class MatrixComparison
{
    public static string? Found(SqlRow row, int ordinal, Comparison comparison) =>
        comparison == Comparison.Hex && !row.IsNull(ordinal) ? Convert.ToHexStringLower(row.GetBytes(ordinal).Span) : row[ordinal];

    public static bool AreSame(string? expected, string? found, Comparison comparison)
    {
        if (expected is null || found is null)
            return expected is null && found is null;
        switch (comparison)
        {
            // Equal, not the same bits: SQLite, which the stand-in keeps its rows in, has no negative zero, and to Postgres it is 0 too.
            case Comparison.Single:
                return float.TryParse(expected, CultureInfo.InvariantCulture, out float single) && float.TryParse(found, CultureInfo.InvariantCulture, out float foundSingle) &&
                    single.Equals(foundSingle);
            case Comparison.Double:
                return double.TryParse(expected, CultureInfo.InvariantCulture, out double number) && double.TryParse(found, CultureInfo.InvariantCulture, out double foundNumber) &&
                    number.Equals(foundNumber);
            case Comparison.Json:
                try
                {
                    return JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(found));
                }
                catch (JsonException)
                {
                    return false;
                }

            default:
                return expected == found;
        }
    }
}
