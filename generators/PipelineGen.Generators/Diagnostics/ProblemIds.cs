namespace PipelineGen.Generators.Diagnostics;

/// <summary>Ids of the generator's diagnostics. An id never changes its meaning; each has a page in docs/.</summary>
internal static class ProblemIds
{
    public const string CatalogFileMissing = "PGEN0001";
    public const string CatalogFileUnreadable = "PGEN0002";
    public const string CatalogFileMisnamed = "PGEN0003";
    public const string TableNameInvalid = "PGEN0004";
    public const string ColumnUnknown = "PGEN0005";
    public const string PropertyTypeWrong = "PGEN0006";
    public const string PrimaryKeyMissing = "PGEN0007";
    public const string KeyColumnNullable = "PGEN0008";
    public const string KeyNotInReplicaIdentity = "PGEN0009";
    public const string KeyColumnIllegal = "PGEN0010";
    public const string KeyOversized = "PGEN0011";
    public const string TypeRefused = "PGEN0012";
    public const string TypeSurprising = "PGEN0013";
    public const string LanguageVersionTooOld = "PGEN0014";
    public const string TypeNotPartial = "PGEN0015";
    public const string RowTypeShape = "PGEN0016";
    public const string PipelineNameInvalid = "PGEN0017";
    public const string PipelineRowInvalid = "PGEN0018";
    public const string PipelineRowsCollide = "PGEN0019";
    public const string GeneratedColumnLeftOut = "PGEN0020";
    public const string EnumLabelsCollide = "PGEN0021";
    public const string UserTypeNamesCollide = "PGEN0022";
    public const string TargetNameIllegal = "PGEN0023";
    public const string StarRocksTypeUnreadable = "PGEN0024";
    public const string ColumnDecidedTwice = "PGEN0025";
    public const string TableKindUnsupported = "PGEN0026";
    public const string MemberNameTaken = "PGEN0027";
    public const string TargetOptionInvalid = "PGEN0028";
    public const string NumericUndecided = "PGEN0029";
    public const string TargetTooSmall = "PGEN0030";
    public const string TextLongerThanTarget = "PGEN0031";
    public const string TargetUnsuitable = "PGEN0032";
    public const string ChoiceUnused = "PGEN0033";
    public const string LengthLimit = "PGEN0034";
    public const string JsonPrecision = "PGEN0035";
    public const string ExtensionTypeUnknown = "PGEN0036";
    public const string PropertyNullabilityWrong = "PGEN0037";
    public const string CatalogFileNewer = "PGEN0038";
    public const string ProjectOptionInvalid = "PGEN0039";
    public const string AttributeUnused = "PGEN0040";
}
