using System.Globalization;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>Decodes pg_attribute.atttypmod into the numbers that were declared.</summary>
internal static class TypeModifier
{
    /// <summary>VARHDRSZ: numeric, varchar and bpchar add it to their modifiers.</summary>
    private const int HeaderSize = 4;

    private const int IntervalFullRange = 0x7FFF;
    private const int IntervalFullPrecision = 0xFFFF;
    private const int IntervalDefaultPrecision = 6;

    /// <param name="type">The element's type for an array: its modifier is the array's.</param>
    /// <param name="modifier">-1 when none was declared.</param>
    /// <param name="formatted">What format_type prints; asked for types that are not built in.</param>
    public static EquatableArray<int> Decode(QualifiedName type, int modifier, string? formatted)
    {
        if (modifier < 0)
            return EquatableArray<int>.Empty;
        if (type.Schema != QualifiedName.BuiltIn)
            return FromText(formatted);
        return type.Name switch
        {
            "numeric" => modifier < HeaderSize ? EquatableArray<int>.Empty : Of(Precision(modifier), Scale(modifier)),
            "varchar" or "bpchar" => Of(modifier - HeaderSize),
            "bit" or "varbit" or "time" or "timetz" or "timestamp" or "timestamptz" => Of(modifier),
            "interval" => Interval(modifier),
            _ => FromText(formatted),
        };
    }

    private static int Precision(int modifier) => ((modifier - HeaderSize) >> 16) & 0xFFFF;

    /// <summary>Eleven bits, signed: negative scales exist from 15 on, and earlier ones (0 to 1000) read the same.</summary>
    private static int Scale(int modifier) => (((modifier - HeaderSize) & 0x7FF) ^ 1024) - 1024;

    /// <summary>interval(3) is 3; interval day to second(3) is 3 and the mask of its fields.</summary>
    private static EquatableArray<int> Interval(int modifier)
    {
        int range = (modifier >> 16) & IntervalFullRange;
        int precision = modifier & IntervalFullPrecision;
        if (range != IntervalFullRange)
            return Of(precision == IntervalFullPrecision ? IntervalDefaultPrecision : precision, range);
        return precision == IntervalFullPrecision ? EquatableArray<int>.Empty : Of(precision);
    }

    /// <summary>The numbers of <c>public.vector(3)</c> or <c>public.geometry(Point,4326)</c>; words among them are left out.</summary>
    private static EquatableArray<int> FromText(string? formatted)
    {
        string text = formatted ?? "";
        if (text.EndsWith("[]", StringComparison.Ordinal))
            text = text[..^2];
        int open = text.LastIndexOf('(');
        if (open < 0 || !text.EndsWith(')'))
            return EquatableArray<int>.Empty;
        return text[(open + 1)..^1].Split(',')
            .Select(part => int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : (int?)null)
            .Where(number => number is not null)
            .Select(number => number!.Value)
            .ToEquatableArray();
    }

    private static EquatableArray<int> Of(params int[] modifiers) => modifiers.ToEquatableArray();
}
