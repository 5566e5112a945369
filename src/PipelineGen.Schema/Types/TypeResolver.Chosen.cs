using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>The user's StarRocks type, where it can carry every value exactly or stops at the ones it can't.</summary>
internal sealed partial class TypeResolver
{
    /// <param name="own">The policy of this value, the nearest choice.</param>
    /// <param name="policy">The column's own, which what the value is made of has too.</param>
    private TypeMapping? Chosen(TypeReference type, string text, OutsidePolicy own, OutsidePolicy policy, int depth)
    {
        if (!StarRocksTypeName.TryParse(text, out StarRocksTypeName chosen))
            return Unsuitable(type, $"'{text}' is not a StarRocks type that a column can have");
        switch (chosen.Name)
        {
            case "VARCHAR":
                return ChosenText(type, chosen.Arguments[0], own, depth);
            case "ARRAY" when type.IsArray && chosen.Element is { } element:
                return Array(type, element.ToString(), policy, depth, ValueUse.Stored);
            case "JSON" when type.IsArray:
                return Quietly(type, policy, depth, ValueUse.InJson) is { } array
                    ? array with { Codec = WireCodec.ArrayJson, StarRocksType = "JSON" }
                    : null;
        }

        if (type.IsArray)
            return Unsuitable(type, $"{chosen} can't hold an array");
        if (type.IsBuiltIn && type.Name.Name == "numeric")
            return ChosenNumber(type, chosen, own);
        if (chosen.Name == "JSON" && Quietly(type, policy, depth, ValueUse.InJson) is { Codec: WireCodec.Composite or WireCodec.Hstore } document)
            return document with { StarRocksType = "JSON", KeyBytes = 0 };
        if (Quietly(type, policy, depth) is not { } natural)
            return null;
        if (natural.StarRocksType == chosen.ToString())
            return natural;
        switch (chosen.Name, natural.Codec)
        {
            case ("VARBINARY", WireCodec.Bytea):
                return natural with { StarRocksType = chosen.ToString(), MaxBytes = chosen.Arguments.Count == 1 ? chosen.Arguments[0] : BaseTypes.Max };
            case ("VARBINARY", WireCodec.Ewkb) when depth == 0:
                return natural with
                {
                    Codec = WireCodec.EwkbBinary, StarRocksType = chosen.ToString(), MaxBytes = chosen.Arguments.Count == 1 ? chosen.Arguments[0] : BaseTypes.Max, KeyBytes = 0,
                };
            case ("STRUCT", WireCodec.Composite):
                return natural;
            case ("STRUCT", WireCodec.Range):
                return RangeStruct(type, policy, depth);
            case ("STRUCT", WireCodec.Point):
                return PointStruct(natural, own is OutsidePolicy.Default or OutsidePolicy.Text ? OutsidePolicy.Error : own);
            case ("MAP", WireCodec.Hstore):
                return natural;
            case ("BIGINT", WireCodec.Time):
                return natural with { Codec = WireCodec.TimeMicroseconds, StarRocksType = "BIGINT", MaxBytes = 0, Filler = "0", KeyBytes = 8 };
            case ("BIGINT", WireCodec.Interval):
                return natural with
                {
                    Codec = WireCodec.IntervalMicroseconds, StarRocksType = "BIGINT", MaxBytes = 0, Filler = "0", KeyBytes = 8, Outside = Outside.Exists | Outside.CanClamp,
                };
            case ("BOOLEAN", WireCodec.Bit) when type.Name.Name == "bit" && type.Modifiers.Count == 1 && type.Modifiers[0] == 1:
                return natural with { Codec = WireCodec.BitBoolean, CSharpType = "bool", IsCSharpValueType = true, StarRocksType = "BOOLEAN", MaxBytes = 0, Filler = "false", KeyBytes = 1 };
            case ("DECIMAL", WireCodec.Money) when chosen.Arguments[1] >= natural.Scale && chosen.Arguments[0] - chosen.Arguments[1] >= natural.Precision - natural.Scale && chosen.Arguments[0] <= MaxDigits:
                return natural with { StarRocksType = chosen.ToString() };
        }

        bool widens = (natural.StarRocksType, chosen.Name) is
            ("SMALLINT", "INT" or "BIGINT" or "LARGEINT") or ("INT", "BIGINT" or "LARGEINT") or ("BIGINT", "LARGEINT") or ("FLOAT", "DOUBLE");
        if (widens)
            return natural with { StarRocksType = chosen.Name, KeyBytes = chosen.Name switch { "INT" => 4, "BIGINT" => 8, "LARGEINT" => 16, _ => 0 } };
        bool narrows = (natural.StarRocksType, chosen.Name) is
            ("SMALLINT", "TINYINT") or ("INT", "TINYINT" or "SMALLINT") or ("BIGINT", "TINYINT" or "SMALLINT" or "INT") or ("LARGEINT", "TINYINT" or "SMALLINT" or "INT" or "BIGINT") or ("DOUBLE", "FLOAT");
        return narrows
            ? Decide(TypeFindingKind.TargetTooSmall, type, $"{chosen} can't hold every value of it; the contract's type is {natural.StarRocksType}", $"StarRocksType = \"{natural.StarRocksType}\"")
            : Unsuitable(type, $"{chosen} can't hold every value of it; the contract's type is {natural.StarRocksType}");
    }

    private TypeMapping? ChosenNumber(TypeReference type, StarRocksTypeName chosen, OutsidePolicy policy)
    {
        (int precision, int scale) = chosen.Name switch
        {
            "DECIMAL" => (chosen.Arguments[0], chosen.Arguments[1]),
            "BIGINT" => (18, 0),
            "LARGEINT" => (MaxDecimalDigits, 0),
            _ => (0, 0),
        };
        if (precision == 0)
            return Unsuitable(type, $"{chosen} can't hold a numeric exactly");
        if (precision > MaxDigits)
            return Unsuitable(type, $"DECIMAL above {MaxDecimalDigits} digits needs StarRocks 4.0: say which the DDL is for, <PipelineGenStarRocksVersion>4.0</PipelineGenStarRocksVersion>");
        if (type.Modifiers.Count > 0 && policy == OutsidePolicy.Default)
        {
            int declaredScale = type.Modifiers.Count > 1 ? type.Modifiers[1] : 0;
            if (Math.Max(declaredScale, 0) > scale || type.Modifiers[0] - declaredScale > precision - scale)
            {
                return Decide(
                    TypeFindingKind.TargetTooSmall, type, $"{chosen} can't hold every value of it", "a StarRocksType with as many digits before and behind the point",
                    "a policy for values that do not fit (Policy = ValuePolicy.Error, Clamp, Null or Quarantine)");
            }
        }

        TypeMapping mapping = Decimal(precision, scale, Outside.Exists | Outside.CanClamp);
        return chosen.Name == "DECIMAL" ? mapping : mapping with { StarRocksType = chosen.Name, KeyBytes = chosen.Name == "BIGINT" ? 8 : 16 };
    }

    private TypeMapping? ChosenText(TypeReference type, int bytes, OutsidePolicy policy, int depth)
    {
        // money itself is carried by its digits; only inside other values is it printed.
        ValueUse use = type is { IsBuiltIn: true, IsArray: false, Name.Name: "money" } ? ValueUse.Stored : ValueUse.Printed;
        if (Quietly(type, policy, depth, use) is not { } natural)
            return null;
        switch (natural.Codec)
        {
            case WireCodec.NumericText:
                return NumericText(bytes) with { Outside = BaseTypes.TooLongWhole };
            case WireCodec.Json:
                return BaseTypes.Varchar(WireCodec.JsonText, natural.CSharpType, bytes, isValueType: true) with { Outside = BaseTypes.TooLongWhole };
            case WireCodec.Jsonb:
                return BaseTypes.Varchar(WireCodec.JsonbText, natural.CSharpType, bytes, isValueType: true) with { Outside = BaseTypes.TooLongWhole };
            case WireCodec.Bytea:
                return BaseTypes.Varchar(WireCodec.ByteaHex, natural.CSharpType, bytes, isValueType: true) with { Outside = BaseTypes.TooLong };
            case WireCodec.Money:
                // StarRocks takes a JSON number's digits for a VARCHAR (STARROCKS.md 1.7); Postgres' text has the locale in it.
                return natural with { StarRocksType = BaseTypes.VarcharText(bytes), KeyBytes = BaseTypes.KeyBytesOf(bytes), Filler = "\"\"", MaxBytes = bytes, Outside = BaseTypes.TooLongWhole };
        }

        // A type that is VARCHAR anyway keeps its codec and gets another limit; all others are printed as Postgres prints them.
        if (natural.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal))
        {
            bool isShorter = bytes < natural.MaxBytes;
            if (isShorter && natural.MaxBytes < BaseTypes.Max && policy == OutsidePolicy.Default)
            {
                Note(
                    TypeFindingKind.TargetTooSmall, type, $"VARCHAR({Number(bytes)}) counts bytes, and its values can have {Number(natural.MaxBytes)}: a longer one stops the pipeline",
                    $"StarRocksType = \"{natural.StarRocksType}\"", "a policy for longer values (Policy = ValuePolicy.Error, Clamp, Null or Quarantine)");
            }

            return natural with
            {
                StarRocksType = BaseTypes.VarcharText(bytes), MaxBytes = bytes, KeyBytes = BaseTypes.KeyBytesOf(bytes),
                Outside = isShorter || natural.MaxBytes == BaseTypes.Max ? BaseTypes.TooLongFor(natural.Codec) : Outside.None,
            };
        }

        return BaseTypes.Varchar(WireCodec.AsText, "string", bytes) with { Element = Named(natural, type), ReadsBinary = natural.ReadsBinary, Outside = BaseTypes.TooLongWhole };
    }

    private TypeMapping? RangeStruct(TypeReference type, OutsidePolicy policy, int depth)
    {
        TypeReference subtype = file.Ranges.FirstOrDefault(r => r.Name == type.Name)?.Subtype ?? BuiltIn(BaseTypes.Ranges[type.Name.Name].Subtype);
        if (Value(subtype, null, policy, depth + 1, ValueUse.Stored) is not { } bound)
            return null;
        return new TypeMapping
        {
            Codec = WireCodec.RangeStruct, Element = bound, CSharpType = "", IsCSharpValueType = true, ReadsBinary = bound.ReadsBinary,
            StarRocksType = $"STRUCT<`lower` {bound.StarRocksType},`upper` {bound.StarRocksType},`lower_inc` BOOLEAN,`upper_inc` BOOLEAN,`empty` BOOLEAN>",
            Filler = "{}", Outside = bound.Outside & ~Outside.OnlyLength,
        };
    }

    private static TypeMapping PointStruct(TypeMapping point, OutsidePolicy policy)
    {
        TypeMapping coordinate = BaseTypes.BuiltIn["float8"] with { PostgresType = "float8", TypeOid = BuiltInTypes.OidOf("float8", isArray: false), Policy = policy };
        return point with
        {
            Codec = WireCodec.PointStruct, StarRocksType = "STRUCT<`x` DOUBLE,`y` DOUBLE>", MaxBytes = 0, KeyBytes = 0, Filler = "{}", Outside = coordinate.Outside,
            Fields = new[] { new FieldMapping("x", coordinate), new FieldMapping("y", coordinate) }.ToEquatableArray(),
        };
    }

    /// <summary>The natural mapping of a type that the user has decided about: nothing about defaults is worth saying.</summary>
    private TypeMapping? Quietly(TypeReference type, OutsidePolicy policy, int depth, ValueUse use = ValueUse.Stored)
    {
        int before = _findings.Count;
        TypeMapping? natural = Natural(type, policy, depth, use);
        for (int i = _findings.Count - 1; i >= before; i--)
        {
            if (_findings[i].Severity != TypeFindingSeverity.Decision)
                _findings.RemoveAt(i);
        }

        return natural;
    }
}
