using System.Globalization;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>
/// The type contract (TYPES.md) in code: from a Postgres type, the user types of its catalog file and the user's choice
/// to the one way the column is carried. Decoder, encoder, DDL, diagnostics and documentation all come from here.
/// </summary>
public static class TypeContract
{
    private const int Max = StarRocksTypeName.MaxVarcharBytes;

    /// <summary>Enum labels and names have at most NAMEDATALEN - 1 bytes.</summary>
    private const int MaxLabelBytes = 63;

    /// <summary>Types that Postgres prints as text which is their VARCHAR value; with the byte limit of that text.</summary>
    private static readonly Dictionary<string, int> TextTypes = new(StringComparer.Ordinal)
    {
        ["pg_lsn"] = 17, ["tid"] = 24, ["txid_snapshot"] = Max, ["pg_snapshot"] = Max,
        ["inet"] = 49, ["cidr"] = 49, ["macaddr"] = 17, ["macaddr8"] = 23,
        ["timetz"] = 24, ["interval"] = 64, ["xml"] = Max, ["char"] = 4, ["jsonpath"] = Max,
        ["point"] = 64, ["line"] = 96, ["lseg"] = 128, ["box"] = 128, ["circle"] = 96, ["path"] = Max, ["polygon"] = Max,
        ["tsvector"] = Max, ["tsquery"] = Max,
        ["int4range"] = 32, ["int8range"] = 48, ["daterange"] = 64, ["numrange"] = Max, ["tsrange"] = 96, ["tstzrange"] = 96,
        ["int4multirange"] = Max, ["int8multirange"] = Max, ["datemultirange"] = Max, ["nummultirange"] = Max, ["tsmultirange"] = Max, ["tstzmultirange"] = Max,
    };

    /// <summary>Extension types, in whatever schema the extension lives, that are carried as their text.</summary>
    private static readonly HashSet<string> TextExtensionTypes = new(StringComparer.Ordinal) { "citext", "ltree", "lquery", "sparsevec" };

    /// <summary>Types that the contract maps to more than text and that this version does not carry yet.</summary>
    private static readonly HashSet<string> NotCarriedYet = new(StringComparer.Ordinal) { "money", "hstore", "vector", "halfvec", "geometry", "geography" };

    /// <summary>Decides how a column is carried.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="file">The catalog file, for the user types that it defines.</param>
    /// <param name="chosenType">The user's StarRocks type, or null for the contract's default.</param>
    /// <param name="isKey">Whether the column is part of the StarRocks primary key.</param>
    public static TypeResolution Resolve(TypeReference type, CatalogFile file, string? chosenType = null, bool isKey = false)
    {
        TypeReference plain = StripDomains(type, file);
        uint oid = type.IsBuiltIn ? BuiltInTypes.OidOf(type.Name.Name, type.IsArray) : 0;
        if (chosenType is not null)
            return Finish(Choose(plain, file, chosenType), plain, oid, isKey);
        if (plain.IsArray)
            return isKey ? Refuse(plain, "an array can't be a StarRocks key column") : Array(plain, file, oid);
        return Finish(isKey ? Key(plain, file) : Scalar(plain, file), plain, oid, isKey);
    }

    /// <summary>The base type under domains, with the innermost modifiers; an array of a domain becomes an array of its base.</summary>
    public static TypeReference StripDomains(TypeReference type, CatalogFile file)
    {
        // A domain can't be recursive, but a catalog file can lie: bounded by the number of its domains.
        for (int depth = 0; depth <= file.Domains.Count; depth++)
        {
            CatalogDomain? domain = file.Domains.FirstOrDefault(d => d.Name == type.Name);
            if (domain is null || (type.IsArray && domain.BaseType.IsArray))
                return type;
            type = domain.BaseType with { IsArray = domain.BaseType.IsArray || type.IsArray };
        }

        return type;
    }

    private static TypeResolution Finish(TypeResolution resolution, TypeReference type, uint oid, bool isKey)
    {
        if (resolution.Mapping is not { } mapping)
            return resolution;
        mapping = mapping with { TypeOid = oid };
        if (isKey && !IsLegalKey(mapping.StarRocksType))
            return Refuse(type, $"{mapping.StarRocksType} can't be a StarRocks primary key column (it takes BOOLEAN, integers, LARGEINT, VARCHAR, DATE and DATETIME)");
        return TypeResolution.Mapped(mapping, resolution.Warning);
    }

    private static TypeResolution Array(TypeReference type, CatalogFile file, uint oid)
    {
        TypeResolution element = Scalar(type.Element, file);
        if (element.Mapping is not { } mapping)
            return element;
        if (mapping.Codec == WireCodec.Bytea)
            return Refuse(type, "the elements of a JSON load can't be bytes");
        return TypeResolution.Mapped(
            mapping with { IsArray = true, StarRocksType = $"ARRAY<{mapping.StarRocksType}>", TypeOid = oid, Filler = "[]", KeyBytes = 0 },
            element.Warning);
    }

    private static TypeResolution Scalar(TypeReference type, CatalogFile file)
    {
        string name = type.Name.Name;
        int Modifier(int index) => index < type.Modifiers.Count ? type.Modifiers[index] : -1;
        if (!type.IsBuiltIn)
            return UserType(type, file);
        switch (name)
        {
            case "bool": return Value(WireCodec.Bool, "bool", "BOOLEAN", "false", 1);
            case "int2": return Value(WireCodec.Int2, "short", "SMALLINT", "0", 2);
            case "int4": return Value(WireCodec.Int4, "int", "INT", "0", 4);
            case "int8": return Value(WireCodec.Int8, "long", "BIGINT", "0", 8);
            case "oid" or "xid" or "cid": return Value(WireCodec.Oid, "uint", "BIGINT", "0", 8);
            case "float4": return Value(WireCodec.Float4, "float", "FLOAT", "0", 0);
            case "float8": return Value(WireCodec.Float8, "double", "DOUBLE", "0", 0);
            case "numeric": return Numeric(type, Modifier(0), Math.Max(Modifier(1), 0));
            case "xid8": return Value(WireCodec.Numeric, "decimal", "LARGEINT", "0", 16, precision: 20, readsBinary: false);
            case "text": return Varchar(WireCodec.Text, "string", Max);
            case "name": return Varchar(WireCodec.Text, "string", 256);
            case "varchar" or "bpchar":
                int length = Modifier(0) < 0 ? Max : (int)Math.Min(Modifier(0) * 4L, Max);
                return Varchar(WireCodec.Text, "string", length);
            case "bit" or "varbit":
                return Varchar(WireCodec.Text, "string", Modifier(0) > 0 ? Math.Min(Modifier(0), Max) : Max, readsBinary: false);
            case "bytea": return Value(WireCodec.Bytea, "global::System.ReadOnlyMemory<byte>", "VARBINARY", "\"\"", 0, maxBytes: Max);
            case "date": return Value(WireCodec.Date, "global::System.DateOnly", "DATE", "\"1970-01-01\"", 4);
            case "time": return Varchar(WireCodec.Time, "global::System.TimeOnly", 15, isValueType: true);
            case "timestamp": return Value(WireCodec.Timestamp, "global::System.DateTime", "DATETIME", "\"1970-01-01 00:00:00\"", 8);
            case "timestamptz": return Value(WireCodec.TimestampTz, "global::System.DateTime", "DATETIME", "\"1970-01-01 00:00:00\"", 8);
            case "uuid": return Varchar(WireCodec.Uuid, "global::System.Guid", 36, isValueType: true);
            case "json": return Value(WireCodec.Json, "global::PipelineGen.Rows.PgJson", "JSON", "{}", 0);
            case "jsonb": return Value(WireCodec.Jsonb, "global::PipelineGen.Rows.PgJson", "JSON", "{}", 0);
        }

        if (TextTypes.TryGetValue(name, out int bytes))
            return Varchar(WireCodec.Text, "string", bytes, readsBinary: false);
        return NotCarriedYet.Contains(name) ? RefuseForNow(type) : Unknown(type);
    }

    private static TypeResolution UserType(TypeReference type, CatalogFile file)
    {
        if (file.Enums.Any(e => e.Name == type.Name))
        {
            return TypeResolution.Mapped(new TypeMapping
            {
                Codec = WireCodec.Enum, CSharpType = "", IsCSharpValueType = true, ReadsBinary = true, Enum = type.Name,
                StarRocksType = $"VARCHAR({MaxLabelBytes})", MaxBytes = MaxLabelBytes, Filler = "\"\"", KeyBytes = MaxLabelBytes + 2,
            });
        }

        if (file.Domains.Any(d => d.Name == type.Name))
            return Refuse(type, "an array of a domain over an array has no StarRocks type");
        if (file.Composites.Any(c => c.Name == type.Name) || NotCarriedYet.Contains(type.Name.Name))
            return RefuseForNow(type);
        return TextExtensionTypes.Contains(type.Name.Name) ? Varchar(WireCodec.Text, "string", Max, readsBinary: false) : Unknown(type);
    }

    private static TypeResolution Numeric(TypeReference type, int precision, int scale)
    {
        if (precision < 0)
            return Refuse(type, "numeric without precision has no StarRocks type that holds every value", "StarRocksType = \"DECIMAL(p,s)\" (a value that does not fit stops the pipeline) or \"VARCHAR(1048576)\" (kept digit for digit)");
        if (type.Modifiers.Count > 1 && type.Modifiers[1] < 0)
            return Refuse(type, "a negative scale has no StarRocks type", $"StarRocksType = \"DECIMAL({Math.Min(precision - type.Modifiers[1], 38)},0)\" or \"VARCHAR(1048576)\"");
        if (scale > precision)
            return Refuse(type, "a scale above the precision has no StarRocks type", $"StarRocksType = \"DECIMAL({Math.Min(scale, 38)},{Math.Min(scale, 38)})\" or \"VARCHAR(1048576)\"");
        if (precision > 76)
            return Refuse(type, "more than 76 digits have no StarRocks type", "StarRocksType = \"VARCHAR(1048576)\"");
        // DECIMAL above 38 digits needs 4.0; the generated DDL must be legal from 3.3 on.
        return precision > 38 ? Varchar(WireCodec.NumericText, "global::PipelineGen.Rows.PgNumeric", precision + 3, isValueType: true) : Decimal(precision, scale);
    }

    private static TypeResolution Decimal(int precision, int scale)
    {
        string text = string.Format(CultureInfo.InvariantCulture, "DECIMAL({0},{1})", precision, scale);
        return precision <= 28
            ? Value(WireCodec.Numeric, "decimal", text, "0", 0, precision: precision, scale: scale)
            : Value(WireCodec.WideNumeric, "global::PipelineGen.Rows.PgNumeric", text, "0", 0, precision: precision, scale: scale);
    }

    /// <summary>Keys: where the ordinary mapping is no legal key, the one that TYPES.md gives.</summary>
    private static TypeResolution Key(TypeReference type, CatalogFile file)
    {
        TypeResolution ordinary = Scalar(type, file);
        if (ordinary.Mapping is not { } mapping)
            return ordinary;
        switch (mapping.Codec)
        {
            case WireCodec.Numeric or WireCodec.WideNumeric when mapping.Scale == 0 && mapping.Precision > 0 && type.Name.Name == "numeric":
                bool isLong = mapping.Precision <= 18;
                return TypeResolution.Mapped(mapping with { StarRocksType = isLong ? "BIGINT" : "LARGEINT", KeyBytes = isLong ? 8 : 16 });
            case WireCodec.Numeric or WireCodec.WideNumeric when type.Name.Name == "numeric":
                return Varchar(WireCodec.NumericText, "global::PipelineGen.Rows.PgNumeric", mapping.Precision + 3, isValueType: true);
            case WireCodec.Bytea:
                return Varchar(WireCodec.ByteaHex, mapping.CSharpType, 256, isValueType: true);
            case WireCodec.Float4 or WireCodec.Float8:
                return Refuse(type, "a floating-point column can't be a StarRocks key column");
            default:
                return ordinary;
        }
    }

    /// <summary>The user's StarRocks type, where it can carry every value exactly or stops at the ones it can't.</summary>
    private static TypeResolution Choose(TypeReference type, CatalogFile file, string chosenType)
    {
        if (!StarRocksTypeName.TryParse(chosenType, out StarRocksTypeName chosen))
            return Refuse(type, $"'{chosenType}' is not a scalar StarRocks type that a column can have");
        if (chosen.Name == "VARCHAR")
            return ChosenText(type, file, chosen.Arguments[0]);
        if (type.IsArray)
            return Refuse(type, $"{chosen} can't hold an array");
        if (type.IsBuiltIn && type.Name.Name == "numeric" && chosen.Name == "DECIMAL")
            return chosen.Arguments[0] <= 38 ? Decimal(chosen.Arguments[0], chosen.Arguments[1]) : Refuse(type, "DECIMAL above 38 digits needs StarRocks 4.0");
        TypeResolution ordinary = Scalar(type, file);
        if (ordinary.Mapping is not { } mapping)
            return ordinary;
        if (mapping.StarRocksType == chosen.ToString())
            return ordinary;
        if (chosen.Name == "VARBINARY" && mapping.Codec == WireCodec.Bytea)
            return TypeResolution.Mapped(mapping with { StarRocksType = chosen.ToString(), MaxBytes = chosen.Arguments.Count == 1 ? chosen.Arguments[0] : Max });
        bool widens = (mapping.StarRocksType, chosen.Name) is
            ("SMALLINT", "INT" or "BIGINT" or "LARGEINT") or ("INT", "BIGINT" or "LARGEINT") or ("BIGINT", "LARGEINT") or ("FLOAT", "DOUBLE");
        return widens
            ? TypeResolution.Mapped(mapping with { StarRocksType = chosen.Name, KeyBytes = chosen.Name switch { "INT" => 4, "BIGINT" => 8, "LARGEINT" => 16, _ => 0 } })
            : Refuse(type, $"{chosen} can't hold every value of it; the contract's type is {mapping.StarRocksType}");
    }

    private static TypeResolution ChosenText(TypeReference type, CatalogFile file, int bytes)
    {
        string name = type.IsBuiltIn && !type.IsArray ? type.Name.Name : "";
        switch (name)
        {
            case "numeric": return Varchar(WireCodec.NumericText, "global::PipelineGen.Rows.PgNumeric", bytes, isValueType: true);
            case "json": return Varchar(WireCodec.JsonText, "global::PipelineGen.Rows.PgJson", bytes, isValueType: true);
            case "jsonb": return Varchar(WireCodec.JsonbText, "global::PipelineGen.Rows.PgJson", bytes, isValueType: true);
            case "bytea": return Varchar(WireCodec.ByteaHex, "global::System.ReadOnlyMemory<byte>", bytes, isValueType: true);
        }

        // A type that is VARCHAR anyway keeps its codec and gets another limit; all others are carried as Postgres' text.
        if (!type.IsArray && Scalar(type, file).Mapping is { } mapping && mapping.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal))
            return TypeResolution.Mapped(mapping with { StarRocksType = VarcharText(bytes), MaxBytes = bytes, KeyBytes = KeyBytesOf(bytes) });
        return Varchar(WireCodec.Text, "string", bytes, readsBinary: false);
    }

    private static TypeResolution Unknown(TypeReference type)
    {
        TypeResolution text = Varchar(WireCodec.Text, "string", Max, readsBinary: false);
        return TypeResolution.Mapped(text.Mapping!, $"the type contract does not know {CatalogFormatName(type)}: the column is carried as the text that Postgres prints");
    }

    private static TypeResolution RefuseForNow(TypeReference type) =>
        Refuse(type, "this version does not carry the type", "StarRocksType = \"VARCHAR(1048576)\" (the text that Postgres prints)");

    private static TypeResolution Refuse(TypeReference type, string reason, string? choice = null) =>
        TypeResolution.Refused($"{CatalogFormatName(type)}: {reason}. Choose {(choice is null ? "" : choice + ", or ")}Ignore = true, in [Column(...)]");

    private static string CatalogFormatName(TypeReference type)
    {
        string modifiers = type.Modifiers.Count == 0 ? "" : $"({string.Join(",", type.Modifiers.Select(static m => m.ToString(CultureInfo.InvariantCulture)))})";
        return $"{(type.IsBuiltIn ? type.Name.Name : type.Name.ToString())}{modifiers}{(type.IsArray ? "[]" : "")}";
    }

    private static bool IsLegalKey(string starRocksType) =>
        starRocksType is "BOOLEAN" or "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "DATE" or "DATETIME" ||
        starRocksType.StartsWith("VARCHAR(", StringComparison.Ordinal);

    private static string VarcharText(int bytes) => string.Format(CultureInfo.InvariantCulture, "VARCHAR({0})", bytes);

    /// <summary>A string that is not the last key column is terminated by two bytes (STARROCKS.md 4).</summary>
    private static int KeyBytesOf(int varcharBytes) => varcharBytes + 2;

    private static TypeResolution Varchar(WireCodec codec, string csharp, int bytes, bool isValueType = false, bool readsBinary = true) =>
        TypeResolution.Mapped(new TypeMapping
        {
            Codec = codec, CSharpType = csharp, IsCSharpValueType = isValueType, ReadsBinary = readsBinary,
            StarRocksType = VarcharText(bytes), MaxBytes = bytes, Filler = "\"\"", KeyBytes = KeyBytesOf(bytes),
        });

    private static TypeResolution Value(
        WireCodec codec, string csharp, string starRocks, string filler, int keyBytes, int precision = 0, int scale = 0, int maxBytes = 0, bool readsBinary = true) =>
        TypeResolution.Mapped(new TypeMapping
        {
            Codec = codec, CSharpType = csharp, IsCSharpValueType = true, ReadsBinary = readsBinary,
            StarRocksType = starRocks, Precision = precision, Scale = scale, MaxBytes = maxBytes, Filler = filler, KeyBytes = keyBytes,
        });
}
