using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>A numeric beyond <see cref="decimal"/>'s 28 digits, or NaN or an infinity, as the text that Postgres prints.</summary>
/// <remarks>Equality is of the text: 1.0 and 1.00 are two values, as their numeric scales are.</remarks>
public readonly record struct PgNumeric(string Text)
{
    public bool IsNaN => Text == "NaN";

    public bool IsInfinite => Text is "Infinity" or "-Infinity";

    /// <summary>The value as a decimal where it fits without rounding.</summary>
    public bool TryToDecimal(out decimal value) =>
        decimal.TryParse(Text, NumberStyles.Number, CultureInfo.InvariantCulture, out value) &&
        value.ToString(CultureInfo.InvariantCulture) == Text;

    public override string ToString() => Text;
}
