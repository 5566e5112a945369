using PipelineGen.Generators.Model;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>C# types and codecs of mappings, with the types that are generated for users' ones.</summary>
internal sealed class CSharpTypes(List<UserTypeModel> userTypes)
{
    private const string Rows = "global::PipelineGen.Rows.";

    /// <summary>The value's C# type, without '?' of its own.</summary>
    public string ValueType(TypeMapping mapping) => mapping.Codec switch
    {
        WireCodec.Enum or WireCodec.Composite => UserType(mapping).FullName,
        WireCodec.Array or WireCodec.ArrayJson => ValueType(mapping.Element!) + "?[]",
        WireCodec.Range or WireCodec.RangeStruct => $"{Rows}PgRange<{ValueType(mapping.Element!)}>",
        WireCodec.Multirange => $"{Rows}PgRange<{ValueType(mapping.Element!)}>[]",
        _ => mapping.CSharpType,
    };

    /// <summary>The codec's C# type.</summary>
    public string Codec(TypeMapping mapping) => mapping.Codec switch
    {
        WireCodec.Enum or WireCodec.Composite => UserType(mapping).Codec,
        WireCodec.Array => $"{Rows}{Kind(mapping.Element!)}ArrayCodec<{Codec(mapping.Element!)}, {ValueType(mapping.Element!)}>",
        WireCodec.ArrayJson => $"{Rows}{Kind(mapping.Element!)}ArrayJsonCodec<{Codec(mapping.Element!)}, {ValueType(mapping.Element!)}>",
        WireCodec.Range or WireCodec.RangeStruct or WireCodec.Multirange => $"{Rows}{mapping.Codec}Codec<{Codec(mapping.Element!)}, {ValueType(mapping.Element!)}>",
        WireCodec.AsText => $"{Rows}AsTextCodec<{Codec(mapping.Element!)}>",
        _ => $"{Rows}{mapping.Codec}Codec",
    };

    public static bool IsReference(TypeMapping mapping) => !mapping.IsCSharpValueType;

    private static string Kind(TypeMapping element) => element.IsCSharpValueType ? "Value" : "Reference";

    private UserTypeModel UserType(TypeMapping mapping) => userTypes.First(t => t.PostgresName == CatalogFormat.WriteName(mapping.UserType!));
}
