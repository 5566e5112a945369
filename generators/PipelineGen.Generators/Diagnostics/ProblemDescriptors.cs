using Microsoft.CodeAnalysis;

namespace PipelineGen.Generators.Diagnostics;

/// <summary>The generator's diagnostics. A message names the thing, what was expected, what was found and what to do.</summary>
internal static class ProblemDescriptors
{
    private const string Category = "PipelineGen";

    /// <summary>A path in the repository: it has no public address yet, and an invented one would lead to somebody else.</summary>
    private const string HelpRoot = "generators/PipelineGen.Generators/docs/";

    public static readonly DiagnosticDescriptor CatalogFileMissing = Error(
        ProblemIds.CatalogFileMissing, "A table has no catalog file",
        "No catalog file describes table '{0}': looked for '{1}' among the {2} catalog files of this project. Run `pipelinegen catalog pull --table {0}` and commit the file{3}");

    public static readonly DiagnosticDescriptor CatalogFileUnreadable = Error(
        ProblemIds.CatalogFileUnreadable, "A catalog file can't be read", "{0}. Run `pipelinegen catalog pull` to write the file anew.");

    public static readonly DiagnosticDescriptor CatalogFileMisnamed = Error(
        ProblemIds.CatalogFileMisnamed, "A catalog file's name is not its table's", "{0}. Run `pipelinegen catalog pull` instead of renaming or copying catalog files.");

    public static readonly DiagnosticDescriptor TableNameInvalid = Error(
        ProblemIds.TableNameInvalid, "A table name can't be read", "'{0}' is not a table name with its schema: expected 'schema.table', such as 'public.orders'");

    public static readonly DiagnosticDescriptor ColumnUnknown = Error(
        ProblemIds.ColumnUnknown, "A column does not exist", "{0} names column '{1}', which table '{2}' does not have in '{3}'{4}");

    public static readonly DiagnosticDescriptor PropertyTypeWrong = Error(
        ProblemIds.PropertyTypeWrong, "A declared property has another type than its column",
        "Property '{0}' of column '{1}' ({2}): expected '{3}', found '{4}'");

    public static readonly DiagnosticDescriptor PrimaryKeyMissing = Error(
        ProblemIds.PrimaryKeyMissing, "A table has no primary key",
        "Table '{0}' has no primary key, so PipelineGen can't tell which StarRocks row a change belongs to. Name the columns of a unique key: [StarRocksTable(Key = [...])]{1}. If rows are only ever added, [StarRocksTable(Model = TableModel.Append)] needs no key.");

    public static readonly DiagnosticDescriptor KeyColumnNullable = Error(
        ProblemIds.KeyColumnNullable, "A key column can be NULL",
        "Key column '{0}' of table '{1}' can be NULL; StarRocks key columns can't. Run ALTER TABLE ... ALTER COLUMN ... SET NOT NULL and pull the catalog, or choose another key.");

    public static readonly DiagnosticDescriptor KeyNotInReplicaIdentity = Error(
        ProblemIds.KeyNotInReplicaIdentity, "The replica identity does not cover the key",
        "Key column '{0}' of table '{1}' is not part of the replica identity ({2}), so deletes would not carry it. Run ALTER TABLE ... REPLICA IDENTITY {3} and pull the catalog, or choose another key.");

    public static readonly DiagnosticDescriptor KeyColumnIllegal = Error(
        ProblemIds.KeyColumnIllegal, "A column can't be part of the key", "Key column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor KeyOversized = Warning(
        ProblemIds.KeyOversized, "A key can be longer than StarRocks takes",
        "The key of table '{0}' ({1}) can be {2} bytes long, and StarRocks takes 128: a longer one stops the pipeline. Give the columns shorter types, or silence this where values are known to be short.");

    public static readonly DiagnosticDescriptor TypeRefused = Error(
        ProblemIds.TypeRefused, "A type can't be carried faithfully", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor TypeSurprising = Warning(
        ProblemIds.TypeSurprising, "A type is carried in a way that may surprise", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor LanguageVersionTooOld = Error(
        ProblemIds.LanguageVersionTooOld, "The C# version is too old", "Generated rows need C# 13, and this project has C# {0}: set <LangVersion>13</LangVersion> or later");

    public static readonly DiagnosticDescriptor TypeNotPartial = Error(
        ProblemIds.TypeNotPartial, "The type is not partial", "'{0}' has [{1}] and must be partial, and so must the types around it: PipelineGen adds members to it");

    public static readonly DiagnosticDescriptor RowTypeShape = Error(
        ProblemIds.RowTypeShape, "The type can't bear generated members", "'{0}' can't have [{1}]: {2}");

    public static readonly DiagnosticDescriptor PipelineNameInvalid = Error(
        ProblemIds.PipelineNameInvalid, "A pipeline's name can't name a slot",
        "'{0}' can't be a pipeline's name: it names a replication slot, so it has 1 to 63 lower-case letters, digits and underscores");

    public static readonly DiagnosticDescriptor PipelineRowInvalid = Error(
        ProblemIds.PipelineRowInvalid, "A pipeline's row type is no row type", "Pipeline '{0}': {1}");

    public static readonly DiagnosticDescriptor PipelineRowsCollide = Error(
        ProblemIds.PipelineRowsCollide, "Two row types of a pipeline share a table", "Pipeline '{0}': '{1}' and '{2}' both {3} '{4}'; a pipeline has one row type a table");

    public static readonly DiagnosticDescriptor GeneratedColumnLeftOut = Warning(
        ProblemIds.GeneratedColumnLeftOut, "A generated column is left out",
        "Column '{0}' of table '{1}' is generated by Postgres, which does not send such columns before version 18: it is left out. Say [Column(\"{0}\", Ignore = true)] to agree.");

    public static readonly DiagnosticDescriptor EnumLabelsCollide = Warning(
        ProblemIds.EnumLabelsCollide, "Two enum labels have one C# name",
        "Labels '{0}' and '{1}' of enum '{2}' both read '{3}' in C#: the second one became '{4}'");

    public static readonly DiagnosticDescriptor UserTypeNamesCollide = Error(
        ProblemIds.UserTypeNamesCollide, "A Postgres type's C# name is taken",
        "Type '{0}' of table '{1}' and {2} '{3}' of table '{4}' would both be '{5}'. {6}.");

    public static readonly DiagnosticDescriptor TargetNameIllegal = Error(
        ProblemIds.TargetNameIllegal, "StarRocks does not take a name",
        "'{0}' can't be the name of {1} in StarRocks: {2}. Choose another one with {3}.");

    public static readonly DiagnosticDescriptor StarRocksTypeUnreadable = Error(
        ProblemIds.StarRocksTypeUnreadable, "A StarRocks type can't be read",
        "'{0}' (column '{1}') is not a StarRocks type with legal arguments, such as DECIMAL(20,4), VARCHAR(64), BIGINT or ARRAY<INT>");

    public static readonly DiagnosticDescriptor ColumnDecidedTwice = Error(
        ProblemIds.ColumnDecidedTwice, "A column is decided twice", "Column '{0}': {1}");

    public static readonly DiagnosticDescriptor TableKindUnsupported = Error(
        ProblemIds.TableKindUnsupported, "This kind of table has no changes of its own", "'{0}' is {1}. {2}.");

    public static readonly DiagnosticDescriptor MemberNameTaken = Error(
        ProblemIds.MemberNameTaken, "A member has the name of a generated property",
        "'{0}' already has a member '{1}', the name of the property for column '{2}'. Declare it as `public partial {3} {1} {{ get; }}`, rename it, or leave the column out with [Column(\"{2}\", Ignore = true)].");

    public static readonly DiagnosticDescriptor TargetOptionInvalid = Error(
        ProblemIds.TargetOptionInvalid, "An option of the StarRocks table is invalid", "[StarRocksTable] of '{0}': {1}");

    public static readonly DiagnosticDescriptor NumericUndecided = Error(
        ProblemIds.NumericUndecided, "A numeric has no StarRocks type that holds every value", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor TargetTooSmall = Error(
        ProblemIds.TargetTooSmall, "The StarRocks type is too small for the Postgres type", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor TextLongerThanTarget = Warning(
        ProblemIds.TextLongerThanTarget, "A text can be longer than its StarRocks column", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor TargetUnsuitable = Error(
        ProblemIds.TargetUnsuitable, "The StarRocks type does not suit the Postgres type", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor ChoiceUnused = Warning(
        ProblemIds.ChoiceUnused, "A choice changes nothing", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor LengthLimit = Information(
        ProblemIds.LengthLimit, "Postgres holds longer values than StarRocks", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor JsonPrecision = Warning(
        ProblemIds.JsonPrecision, "StarRocks' JSON is less exact than Postgres'", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor ExtensionTypeUnknown = Warning(
        ProblemIds.ExtensionTypeUnknown, "An extension's type is not known", "Column '{0}' of table '{1}': {2}");

    public static readonly DiagnosticDescriptor PropertyNullabilityWrong = Error(
        ProblemIds.PropertyNullabilityWrong, "A declared property has another nullability than its column",
        "Property '{0}' of column '{1}' ({2}): expected '{3}', found '{4}'. Nullability follows Postgres, and a policy of Null makes NULLs too.");

    public static readonly DiagnosticDescriptor CatalogFileNewer = Error(
        ProblemIds.CatalogFileNewer, "A catalog file is newer than this generator", "{0}");

    public static readonly DiagnosticDescriptor ProjectOptionInvalid = Error(
        ProblemIds.ProjectOptionInvalid, "An MSBuild property of PipelineGen can't be read", "{0}");

    public static readonly DiagnosticDescriptor AttributeUnused = Warning(
        ProblemIds.AttributeUnused, "An attribute does nothing", "[{0}] on '{1}' does nothing: {2}");

    public static IReadOnlyDictionary<string, DiagnosticDescriptor> ById { get; } = new[]
    {
        CatalogFileMissing, CatalogFileUnreadable, CatalogFileMisnamed, TableNameInvalid, ColumnUnknown, PropertyTypeWrong,
        PrimaryKeyMissing, KeyColumnNullable, KeyNotInReplicaIdentity, KeyColumnIllegal, KeyOversized, TypeRefused, TypeSurprising,
        LanguageVersionTooOld, TypeNotPartial, RowTypeShape, PipelineNameInvalid, PipelineRowInvalid, PipelineRowsCollide,
        GeneratedColumnLeftOut, EnumLabelsCollide, UserTypeNamesCollide, TargetNameIllegal, StarRocksTypeUnreadable,
        ColumnDecidedTwice, TableKindUnsupported, MemberNameTaken, TargetOptionInvalid, NumericUndecided, TargetTooSmall, TextLongerThanTarget,
        TargetUnsuitable, ChoiceUnused, LengthLimit, JsonPrecision, ExtensionTypeUnknown, PropertyNullabilityWrong, CatalogFileNewer, ProjectOptionInvalid,
        AttributeUnused,
    }.ToDictionary(static d => d.Id, StringComparer.Ordinal);

    private static DiagnosticDescriptor Error(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Information(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Make(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: HelpRoot + id + ".md");
}
