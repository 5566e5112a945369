using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>What the resolver has to say.</summary>
internal sealed partial class TypeResolver
{
    private const string TextChoice = "StarRocksType = \"VARCHAR(1048576)\" (the text that Postgres prints)";
    private const string JsonChoice = "StarRocksType = \"JSON\"";
    private const string AnotherKey = TypeFinding.AnotherKey;
    private const string IgnoreChoice = "Ignore = true";

    private TypeMapping? CheckKey(TypeReference type, TypeMapping mapping)
    {
        if (choice.Policy is OutsidePolicy.Null or OutsidePolicy.Clamp && mapping.Outside != Outside.None)
        {
            return Decide(
                TypeFindingKind.KeyIllegal, type,
                choice.Policy == OutsidePolicy.Null ? "a key column can't be NULL, so its policy can't be Null" : "Clamp would make one key of several",
                "Policy = ValuePolicy.Error", "Policy = ValuePolicy.Quarantine");
        }

        if (TypeContract.IsLegalKey(mapping.StarRocksType))
            return mapping;
        if (mapping.Codec is WireCodec.Float4 or WireCodec.Float8)
            return Decide(TypeFindingKind.KeyIllegal, type, "a floating-point column can't be a StarRocks key column", AnotherKey);
        string what = mapping.Codec == WireCodec.Array ? "an array" : mapping.StarRocksType;
        return Decide(
            TypeFindingKind.KeyIllegal, type, $"{what} can't be a StarRocks primary key column (it takes BOOLEAN, integers, LARGEINT, VARCHAR, DATE and DATETIME)",
            "StarRocksType = \"VARCHAR(n)\" (the text that Postgres prints; the whole key has 128 bytes)", AnotherKey);
    }

    /// <summary>Choices of the column itself that change nothing: somebody relies on what will not happen.</summary>
    private void CheckChoices(TypeReference type, TypeMapping mapping)
    {
        if (choice.Trim && !mapping.Parts().Any(static part => part.Trim))
            Unused(type, "Trim", "Trim = true takes the padding off char(n), and this is none");
        Outside outside = mapping.Parts().Aggregate(Outside.None, static (sum, part) => sum | part.Outside);
        switch (choice.Policy)
        {
            case OutsidePolicy.Null or OutsidePolicy.Clamp or OutsidePolicy.Quarantine when outside == Outside.None:
                Unused(type, "Policy", $"{mapping.StarRocksType} holds every value, so Policy = ValuePolicy.{choice.Policy} never applies");
                break;
            case OutsidePolicy.Clamp when (outside & Outside.CanClamp) == 0:
                Unused(type, "Policy", "the values that the column can't hold have no nearest one, so Policy = ValuePolicy.Clamp stops at them as Error does");
                break;
            case OutsidePolicy.Text when choice.StarRocksType is not null && !mapping.StarRocksType.StartsWith("VARCHAR", StringComparison.Ordinal):
                Decide(TypeFindingKind.TargetUnsuitable, type, $"Policy = ValuePolicy.Text needs a VARCHAR column, and StarRocksType is {choice.StarRocksType}", "StarRocksType = \"VARCHAR(n)\"", "another policy");
                break;
            case OutsidePolicy.Text when mapping.Codec is not (WireCodec.AsText or WireCodec.NumericText or WireCodec.JsonText or WireCodec.JsonbText or WireCodec.ByteaHex):
                Unused(type, "Policy", $"{mapping.StarRocksType} holds every value that VARCHAR(1048576) does, so Policy = ValuePolicy.Text changes nothing");
                break;
        }
    }

    private TypeMapping? Decide(TypeFindingKind kind, TypeReference type, string reason, params string[] choices)
    {
        _findings.Add(new TypeFinding(kind, TypeFindingSeverity.Decision, $"{Name(type)}: {reason}", Choices(choices)));
        return null;
    }

    private TypeMapping? Unsuitable(TypeReference type, string reason) => Decide(TypeFindingKind.TargetUnsuitable, type, reason, "another StarRocksType");

    private void Unused(TypeReference type, string argument, string reason) =>
        _findings.Add(new TypeFinding(TypeFindingKind.ChoiceUnused, TypeFindingSeverity.Warning, $"{Name(type)}: {reason}", default) { Argument = argument });

    private void Note(TypeFindingKind kind, TypeReference type, string message, params string[] choices) => Note(kind, TypeFindingSeverity.Warning, type, message, choices);

    private void Note(TypeFindingKind kind, TypeFindingSeverity severity, TypeReference type, string message, params string[] choices) =>
        _findings.Add(new TypeFinding(kind, severity, $"{Name(type)}: {message}", Choices(choices)));

    /// <summary>A key column can't be left out.</summary>
    private EquatableArray<string> Choices(string[] choices) => (choice.IsKey ? choices : choices.Append(IgnoreChoice)).ToEquatableArray();

    private static string Name(TypeReference type) => CatalogFormat.WriteType(type);
}
