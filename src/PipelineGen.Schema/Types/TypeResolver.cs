using System.Globalization;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>Resolves one column: walks down its type, and notes what is worth saying on the way.</summary>
internal sealed partial class TypeResolver(CatalogFile file, ColumnChoice choice)
{
    private const string NumericType = "global::PipelineGen.Rows.PgNumeric";

    /// <summary>Enum labels and names have at most NAMEDATALEN - 1 bytes.</summary>
    private const int MaxLabelBytes = 63;

    /// <summary>StarRocks refuses types that are nested deeper (STARROCKS.md 4, ARRAY).</summary>
    private const int MaxDepth = 14;

    /// <summary>Of lc_monetary C, under which the pipeline's sessions print money.</summary>
    private const int PrintedMoneyDigits = 2;

    /// <summary>Of a damaged catalog file a type may be made of itself without end.</summary>
    private const int MaxPrintedDepth = 24;

    /// <summary>Digits of StarRocks' DECIMAL: up to 3.x, and from 4.0 on.</summary>
    private const int MaxDecimalDigits = 38;

    private const int MaxWideDecimalDigits = 76;

    /// <summary>Digits of a C# decimal that hold every value of so many.</summary>
    private const int MaxCSharpDecimalDigits = 28;

    private readonly List<TypeFinding> _findings = [];

    /// <summary>Whether the column itself is an array.</summary>
    private bool _isArray;

    public TypeResolution Resolve(TypeReference type)
    {
        _isArray = type.IsArray;
        TypeMapping? mapping = Value(type, choice.StarRocksType, choice.Policy, depth: 0, ValueUse.Stored);
        if (_findings.Exists(static f => f.Severity == TypeFindingSeverity.Decision))
            mapping = null;
        if (mapping is not null && choice.IsKey)
            mapping = CheckKey(type, mapping);
        if (mapping is not null)
            CheckChoices(type, mapping);
        return new TypeResolution(mapping, _findings.Distinct().ToEquatableArray());
    }

    /// <param name="chosen">The user's StarRocks type for this value, or null.</param>
    /// <param name="policy">The user's policy for the column.</param>
    /// <param name="use">What it is for.</param>
    private TypeMapping? Value(TypeReference type, string? chosen, OutsidePolicy policy, int depth, ValueUse use)
    {
        if (depth > (use == ValueUse.Stored ? MaxDepth : MaxPrintedDepth))
            return Decide(TypeFindingKind.NoFaithfulMapping, type, $"it is nested deeper than StarRocks' {MaxDepth} levels", TextChoice, JsonChoice);
        TypeReference plain = type;
        // Of its own: what the value is made of looks for its own nearest choice.
        OutsidePolicy own = policy;
        for (int domains = 0; ; domains++)
        {
            if (own == OutsidePolicy.Default)
                own = choice.Defaults.PolicyOf(plain);
            if (!plain.IsArray && use == ValueUse.Stored)
                chosen ??= DefaultOf(plain, depth);
            if (plain.IsArray || file.Domains.FirstOrDefault(d => d.Name == plain.Name) is not { } domain)
                break;
            // A domain can't be recursive, but a catalog file can lie.
            if (domains == file.Domains.Count)
                return Decide(TypeFindingKind.NoFaithfulMapping, type, "its domain is of itself: the catalog file is damaged", "to pull the catalog again");
            plain = domain.BaseType;
        }

        bool isText = own == OutsidePolicy.Text && chosen is null && use == ValueUse.Stored && NeedsText(plain, depth);
        TypeMapping? mapping = isText ? ChosenText(plain, BaseTypes.Max, own, depth)
            : chosen is not null ? Chosen(plain, chosen, own, policy, depth)
            : Natural(plain, policy, depth, use);
        if (mapping is null)
            return null;
        mapping = Named(mapping, plain);
        // The wire names a domain by an OID that differs from server to server, and carries its base type.
        if (plain != type)
            mapping = mapping with { TypeOid = 0, PostgresType = CatalogFormat.WriteType(type) };
        return mapping with
        {
            Policy = mapping.Outside == Outside.None || own is OutsidePolicy.Default or OutsidePolicy.Text ? OutsidePolicy.Error : PolicyOf(own),
        };
    }

    /// <summary>The class's or project's type; one that no key can have is not meant for keys.</summary>
    private string? DefaultOf(TypeReference type, int depth)
    {
        string? chosen = choice.Defaults.StarRocksTypeOf(type);
        bool isIllegal = choice.IsKey && depth == 0 && chosen is not null && StarRocksTypeName.TryParse(chosen, out StarRocksTypeName name) && !TypeContract.IsLegalKey(name.ToString());
        return isIllegal ? null : chosen;
    }

    private static TypeMapping Named(TypeMapping mapping, TypeReference type) => mapping with
    {
        TypeOid = type.IsBuiltIn ? BuiltInTypes.OidOf(type.Name.Name, type.IsArray) : 0, PostgresType = CatalogFormat.WriteType(type),
        BaseType = type.IsArray ? "" : type.Name.Name,
    };

    /// <summary>Of a class's or project's policy a key takes only what keeps two keys two; the column's own is checked in <see cref="CheckKey"/>.</summary>
    private OutsidePolicy PolicyOf(OutsidePolicy policy) =>
        choice.IsKey && policy is OutsidePolicy.Null or OutsidePolicy.Clamp && choice.Policy == OutsidePolicy.Default ? OutsidePolicy.Error : policy;

    /// <summary>Whether the natural mapping lacks values that a text would have.</summary>
    private bool NeedsText(TypeReference type, int depth)
    {
        var probe = new TypeResolver(file, choice with { Policy = OutsidePolicy.Error, StarRocksType = null });
        TypeMapping? natural = probe.Value(type, null, OutsidePolicy.Error, depth, ValueUse.Stored);
        return natural is null || probe._findings.Exists(static f => f.Severity == TypeFindingSeverity.Decision)
            || (natural.Outside != Outside.None && !natural.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal));
    }

    private TypeMapping? Natural(TypeReference type, OutsidePolicy policy, int depth, ValueUse use)
    {
        if (type.IsArray)
            return Array(type, null, policy, depth, use);
        if (!type.IsBuiltIn)
            return UserType(type, policy, depth, use);
        string name = type.Name.Name;
        switch (name)
        {
            case "numeric" when use == ValueUse.InJson || (use == ValueUse.Printed && !IsDecided(type)):
                return NumericText(BaseTypes.Max);
            case "numeric" when use == ValueUse.Printed:
                return Numeric(type);
            case "money" when use == ValueUse.Printed && file.Server.MoneyFractionDigits != PrintedMoneyDigits:
                return Decide(TypeFindingKind.NoFaithfulMapping, type, $"as text it would be printed with {PrintedMoneyDigits} digits behind the point, and its lc_monetary has {Number(file.Server.MoneyFractionDigits)}", "StarRocksType = \"ARRAY<DECIMAL(19,f)>\" or another type that is no text");
            case "money" when use == ValueUse.InJson:
                return Decide(TypeFindingKind.NoFaithfulMapping, type, "inside a JSON document it would be a double", TextChoice);
            case "xid8" when use == ValueUse.InJson:
                return BaseTypes.Varchar(WireCodec.AsText, "string", BaseTypes.Max) with { Element = Named(Natural(type, policy, depth, ValueUse.Printed)!, type) };
            case "numeric":
                return choice.IsKey && depth == 0 ? NumericKey(type) : Numeric(type);
            case "money":
                return Money(file.Server.MoneyFractionDigits);
            case "varchar" or "bpchar":
                int length = type.Modifiers.Count == 0 ? BaseTypes.Max : (int)Math.Min(type.Modifiers[0] * 4L, BaseTypes.Max);
                return Unbounded(type, BaseTypes.Varchar(WireCodec.Text, "string", Math.Max(length, 1)) with { Trim = choice.Trim && name == "bpchar" }, policy, use);
            case "bit" or "varbit":
                int bits = type.Modifiers.Count == 0 ? BaseTypes.Max : Math.Min(type.Modifiers[0], BaseTypes.Max);
                return BaseTypes.Varchar(WireCodec.Bit, "string", Math.Max(bits, 1));
            case "bytea" when use == ValueUse.Stored && choice.IsKey && depth == 0:
                return BaseTypes.Varchar(WireCodec.ByteaHex, "global::System.ReadOnlyMemory<byte>", 256, isValueType: true) with { Outside = BaseTypes.TooLong };
            case "bytea" when use == ValueUse.InJson || (use == ValueUse.Stored && depth > 0):
                if (use == ValueUse.Stored)
                    Note(TypeFindingKind.Surprising, type, "inside an array or a composite the bytes are carried as hex digits: a JSON load has no bytes", _isArray ? ["StarRocksType = \"ARRAY<VARCHAR(1048576)>\""] : []);
                return BaseTypes.Varchar(WireCodec.ByteaHex, "global::System.ReadOnlyMemory<byte>", BaseTypes.Max, isValueType: true);
            case "json" or "jsonb" when use == ValueUse.Stored && !(choice.IsKey && depth == 0):
                Note(TypeFindingKind.JsonPrecision, type, "StarRocks' JSON keeps numbers as 64-bit integers and doubles, sorts the keys and keeps one of equal ones", "StarRocksType = \"JSON\"", "StarRocksType = \"VARCHAR(1048576)\"");
                return BaseTypes.BuiltIn[name];
        }

        if (BaseTypes.Ranges.TryGetValue(name, out (string Subtype, int MaxBytes) range))
            return Range(BuiltIn(range.Subtype), range.MaxBytes, policy, depth);
        if (BaseTypes.Multiranges.TryGetValue(name, out string? of))
            return Multirange(BuiltIn(of), BuiltIn(BaseTypes.Ranges[of].Subtype), policy, depth);
        return BaseTypes.BuiltIn.TryGetValue(name, out TypeMapping? mapping) ? Unbounded(type, mapping, policy, use) : Unknown(type, null, use);
    }

    private TypeMapping? UserType(TypeReference type, OutsidePolicy policy, int depth, ValueUse use)
    {
        if (file.Enums.Any(e => e.Name == type.Name))
        {
            return BaseTypes.Varchar(WireCodec.Enum, "", MaxLabelBytes, isValueType: true) with { UserType = type.Name };
        }

        if (file.Composites.FirstOrDefault(c => c.Name == type.Name) is { } composite)
            return Composite(type, composite, policy, depth, use);
        if (file.Ranges.FirstOrDefault(r => r.Name == type.Name) is { } range)
            return Range(range.Subtype, BaseTypes.Max, policy, depth);
        if (file.Ranges.FirstOrDefault(r => r.Multirange == type.Name) is { } multirange)
            return Multirange(new TypeReference(multirange.Name, default, IsArray: false), multirange.Subtype, policy, depth);
        string? extension = file.ExtensionTypes.FirstOrDefault(e => e.Name == type.Name)?.Extension;
        // A catalog file that says nothing about a type's owner is from a tool that did not ask; one that says 'none' is believed.
        bool isKnown = BaseTypes.Extensions.TryGetValue(type.Name.Name, out TypeMapping? mapping) &&
            (extension is not null || file.ExtensionTypes.All(e => e.Name != type.Name));
        return isKnown ? Unbounded(type, mapping!, policy, use) : Unknown(type, extension, use);
    }

    private TypeMapping? Array(TypeReference type, string? chosenElement, OutsidePolicy policy, int depth, ValueUse use)
    {
        if (Value(type.Element, chosenElement, policy, depth + 1, use) is not { } element)
            return null;
        return new TypeMapping
        {
            Codec = WireCodec.Array, Element = element, CSharpType = "", IsCSharpValueType = false,
            StarRocksType = $"ARRAY<{element.StarRocksType}>", Filler = "[]", ReadsBinary = element.ReadsBinary,
            // Several dimensions, or a lower bound other than 1.
            Outside = Outside.Exists | (element.Outside & Outside.CanClamp),
        };
    }

    private TypeMapping? Composite(TypeReference type, CatalogComposite composite, OutsidePolicy policy, int depth, ValueUse use)
    {
        var fields = new List<FieldMapping>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (CompositeAttribute attribute in composite.Attributes)
        {
            if (!names.Add(attribute.Name) && use == ValueUse.Stored)
                return Decide(TypeFindingKind.NoFaithfulMapping, type, $"a STRUCT's field names ignore letter case, and it has two attributes '{attribute.Name}'", JsonChoice, TextChoice);
            if (Value(attribute.Type, null, policy, depth + 1, use) is { } mapping)
                fields.Add(new FieldMapping(attribute.Name, mapping));
        }

        if (fields.Count < composite.Attributes.Count)
            return null;
        if (fields.Count == 0 && use == ValueUse.Stored)
            return Decide(TypeFindingKind.NoFaithfulMapping, type, "it has no attributes, and a STRUCT needs one", JsonChoice, TextChoice);
        return new TypeMapping
        {
            Codec = WireCodec.Composite, Fields = fields.ToEquatableArray(), CSharpType = "", IsCSharpValueType = true, UserType = type.Name,
            StarRocksType = $"STRUCT<{string.Join(",", fields.Select(static f => $"{StructField(f.Name)} {f.Mapping.StarRocksType}"))}>", Filler = "{}",
            ReadsBinary = fields.TrueForAll(static f => f.Mapping.ReadsBinary),
            Outside = fields.Aggregate(Outside.None, static (sum, f) => sum | f.Mapping.Outside) & ~Outside.OnlyLength,
        };
    }

    private TypeMapping? Range(TypeReference subtype, int bytes, OutsidePolicy policy, int depth) =>
        Value(subtype, null, policy, depth + 1, ValueUse.Printed) is { } bound
            ? BaseTypes.Varchar(WireCodec.Range, "", bytes, isValueType: true) with { Element = bound, ReadsBinary = bound.ReadsBinary }
            : null;

    private TypeMapping? Multirange(TypeReference range, TypeReference subtype, OutsidePolicy policy, int depth) =>
        Range(subtype, BaseTypes.Max, policy, depth) is { } mapping
            ? mapping with { Codec = WireCodec.Multirange, IsCSharpValueType = false, Element = Named(mapping, range) }
            : null;

    /// <summary>Notes that StarRocks' longest column is shorter than the type's longest value.</summary>
    private TypeMapping Unbounded(TypeReference type, TypeMapping mapping, OutsidePolicy policy, ValueUse use)
    {
        if (use == ValueUse.Stored && policy == OutsidePolicy.Default && choice.Defaults.PolicyOf(type) == OutsidePolicy.Default && (mapping.Outside & Outside.OnlyLength) != 0)
        {
            Note(
                TypeFindingKind.LengthLimit, TypeFindingSeverity.Information, type, "Postgres holds values up to 1 GB, StarRocks 1 MiB: a longer one stops the pipeline",
                "a policy for longer values (Policy = ValuePolicy.Clamp, Null or Quarantine)", $"StarRocksType = \"{(mapping.StarRocksType == "VARBINARY" ? "VARBINARY" : BaseTypes.VarcharText(BaseTypes.Max))}\" to say that it is meant so");
        }

        return mapping;
    }

    private TypeMapping Unknown(TypeReference type, string? extension, ValueUse use)
    {
        if (use == ValueUse.Stored && extension is not null)
            Note(TypeFindingKind.ExtensionTypeUnknown, type, $"the type contract does not know this type of the extension '{extension}': the column is carried as the text that Postgres prints", TextChoice);
        else if (use == ValueUse.Stored)
            Note(TypeFindingKind.TypeUnknown, type, "the type contract does not know it: the column is carried as the text that Postgres prints", TextChoice);
        return BaseTypes.Varchar(WireCodec.Text, "string", BaseTypes.Max) with { ReadsBinary = false };
    }

    private static TypeReference BuiltIn(string name) => new(new QualifiedName(QualifiedName.BuiltIn, name), default, IsArray: false);

    /// <summary>A field's name in a STRUCT: in backticks, so that no word is reserved.</summary>
    private static string StructField(string name) => "`" + name.Replace("`", "``") + "`";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
