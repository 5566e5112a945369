using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>numeric and money.</summary>
internal sealed partial class TypeResolver
{
    private TypeMapping? Numeric(TypeReference type)
    {
        const TypeFindingKind undecided = TypeFindingKind.NumericUndecided;
        const string text = "StarRocksType = \"VARCHAR(1048576)\" (kept digit for digit)";
        if (type.Modifiers.Count == 0)
            return Decide(undecided, type, "numeric without precision has no StarRocks type that holds every value", "StarRocksType = \"DECIMAL(p,s)\" (a value that does not fit meets the policy)", text);
        int precision = type.Modifiers[0];
        int scale = type.Modifiers.Count > 1 ? type.Modifiers[1] : 0;
        int digits = MaxDigits;
        if (scale < 0)
            return Decide(undecided, type, "a negative scale has no StarRocks type", $"StarRocksType = \"DECIMAL({Number(Math.Min(precision - scale, digits))},0)\"", text);
        if (scale > precision)
            return Decide(undecided, type, "a scale above the precision has no StarRocks type", $"StarRocksType = \"DECIMAL({Number(Math.Min(scale, digits))},{Number(Math.Min(scale, digits))})\"", text);
        if (precision > MaxWideDecimalDigits)
            return Decide(undecided, type, $"more than {MaxWideDecimalDigits} digits have no StarRocks type", text);
        // numeric(p,s) holds NaN, no infinity.
        return precision <= digits ? Decimal(precision, scale, Outside.Exists) : NumericText(precision + 3) with { Outside = Outside.None };
    }

    /// <summary>A key can't be a DECIMAL: an integer where the scale is 0, else the canonical text (TYPES.md, Keys).</summary>
    private TypeMapping? NumericKey(TypeReference type)
    {
        if (Numeric(type) is not { } mapping || mapping.Codec == WireCodec.NumericText)
            return _findings.Count > 0 ? null : NumericText(type.Modifiers[0] + 3) with { Outside = Outside.None };
        if (mapping.Scale > 0 || mapping.Precision > MaxDecimalDigits)
            return NumericText(mapping.Precision + 3) with { Outside = Outside.None };
        bool isLong = mapping.Precision <= 18;
        return mapping with { StarRocksType = isLong ? "BIGINT" : "LARGEINT", KeyBytes = isLong ? 8 : 16 };
    }

    private int MaxDigits => choice.Defaults.TargetMajorVersion >= 4 ? MaxWideDecimalDigits : MaxDecimalDigits;

    private static TypeMapping Decimal(int precision, int scale, Outside outside) => new()
    {
        Codec = precision <= MaxCSharpDecimalDigits ? WireCodec.Numeric : WireCodec.WideNumeric,
        CSharpType = precision <= MaxCSharpDecimalDigits ? "decimal" : NumericType,
        IsCSharpValueType = true, StarRocksType = $"DECIMAL({Number(precision)},{Number(scale)})", Precision = precision, Scale = scale, Filler = "0", Outside = outside,
    };

    private static TypeMapping NumericText(int bytes) => BaseTypes.Varchar(WireCodec.NumericText, NumericType, bytes, isValueType: true);

    /// <summary>money is an int64 of its smallest unit: 19 digits, as many behind the point as lc_monetary says.</summary>
    private static TypeMapping Money(int fractionDigits) => Decimal(19, fractionDigits, Outside.None) with { Codec = WireCodec.Money };
}
