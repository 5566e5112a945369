using System.Text.Json;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>What sort of thing differs.</summary>
internal enum CatalogDifferenceKind
{
    TableGone,
    TableKind,
    PartitionRoot,
    TableComment,
    ColumnAdded,
    ColumnDropped,
    ColumnOrder,
    ColumnType,
    ColumnNullability,
    ColumnDefault,
    ColumnIdentity,
    ColumnGenerated,
    ColumnStorage,
    ColumnComment,
    PrimaryKey,
    UniqueIndex,
    ReplicaIdentity,
    EnumLabels,
    Domain,
    Composite,
    Range,
    BaseType,
    ServerVersion,
    ServerEncoding,
    ServerMoney,
}

/// <summary>
/// One difference in meaning between a committed file and the live catalog. Two files are equal exactly when there is
/// none between them.
/// </summary>
/// <param name="Subject">What differs: <c>column note</c>, <c>enum public.order_status</c>, <c>primary key</c>.</param>
/// <param name="Committed">As the committed file has it; null where it has no such thing.</param>
/// <param name="Live">As the database has it; null where it has no such thing.</param>
internal sealed record CatalogDifference(
    QualifiedName Table, CatalogDifferenceKind Kind, string Subject, string? Committed, string? Live)
{
    /// <summary>One line: <c>column total: type numeric(10,2) -> numeric(12,2)</c>.</summary>
    public string Message => TerminalOutput.OneLine((Committed, Live) switch
    {
        (null, null) => Subject,
        (null, _) => $"{Subject}: added, {Live}",
        (_, null) => $"{Subject}: gone, was {Committed}",
        _ => $"{Subject}: {Committed} -> {Live}",
    });

    public static CatalogDifference TableGone(QualifiedName table) =>
        new(table, CatalogDifferenceKind.TableGone, "the table is gone from the database", null, null);

    /// <summary>All differences, in the order of the file's lines.</summary>
    public static IReadOnlyList<CatalogDifference> Between(CatalogFile committed, CatalogFile live)
    {
        var found = new Findings(committed.Table.Name);
        ServerFacts(found, committed.Server, live.Server);
        TableFacts(found, committed.Table, live.Table);
        Columns(found, committed.Table, live.Table);
        Keys(found, committed.Table, live.Table);
        found.Each(CatalogDifferenceKind.EnumLabels, "enum", committed.Enums, live.Enums, e => CatalogFormat.WriteName(e.Name), e => Labels(e.Labels));
        found.Each(CatalogDifferenceKind.Domain, "domain", committed.Domains, live.Domains, d => CatalogFormat.WriteName(d.Name), Definition);
        found.Each(CatalogDifferenceKind.Composite, "composite", committed.Composites, live.Composites, c => CatalogFormat.WriteName(c.Name), Definition);
        found.Each(CatalogDifferenceKind.Range, "range", committed.Ranges, live.Ranges, r => CatalogFormat.WriteName(r.Name), Definition);
        found.Each(CatalogDifferenceKind.BaseType, "base type", committed.ExtensionTypes, live.ExtensionTypes, t => CatalogFormat.WriteName(t.Name), Definition);
        return found.All;
    }

    private static void ServerFacts(Findings found, CatalogServer committed, CatalogServer live)
    {
        found.Value(CatalogDifferenceKind.ServerVersion, "server major version", committed.MajorVersion, live.MajorVersion);
        found.Value(CatalogDifferenceKind.ServerEncoding, "server encoding", committed.Encoding, live.Encoding);
        found.Value(CatalogDifferenceKind.ServerMoney, "fraction digits of money", committed.MoneyFractionDigits, live.MoneyFractionDigits);
    }

    private static void TableFacts(Findings found, CatalogTable committed, CatalogTable live)
    {
        found.Value(CatalogDifferenceKind.TableKind, "kind of table", committed.Kind, live.Kind);
        found.Value(CatalogDifferenceKind.PartitionRoot, "topmost partitioned table", committed.Root, live.Root);
        found.Value(CatalogDifferenceKind.ReplicaIdentity, "replica identity", Identity(committed.ReplicaIdentity), Identity(live.ReplicaIdentity));
        found.Value(CatalogDifferenceKind.TableComment, "comment", Quoted(committed.Comment), Quoted(live.Comment));
    }

    private static void Columns(Findings found, CatalogTable committed, CatalogTable live)
    {
        var before = committed.Columns.ToDictionary(c => c.Name);
        var after = live.Columns.ToDictionary(c => c.Name);
        foreach (CatalogColumn column in committed.Columns)
        {
            if (after.TryGetValue(column.Name, out CatalogColumn? now))
                Column(found, column, now);
            else
                found.Add(CatalogDifferenceKind.ColumnDropped, $"column {column.Name}", Summary(column), null);
        }

        foreach (CatalogColumn column in live.Columns.Where(c => !before.ContainsKey(c.Name)))
            found.Add(CatalogDifferenceKind.ColumnAdded, $"column {column.Name}", null, Summary(column));

        found.Value(
            CatalogDifferenceKind.ColumnOrder,
            "order of columns",
            string.Join(", ", committed.Columns.Where(c => after.ContainsKey(c.Name)).Select(c => c.Name)),
            string.Join(", ", live.Columns.Where(c => before.ContainsKey(c.Name)).Select(c => c.Name)));
    }

    private static void Column(Findings found, CatalogColumn committed, CatalogColumn live)
    {
        string name = $"column {committed.Name}";
        found.Value(CatalogDifferenceKind.ColumnType, $"{name}: type", CatalogFormat.WriteType(committed.Type), CatalogFormat.WriteType(live.Type));
        found.Value(CatalogDifferenceKind.ColumnNullability, name, Nullability(committed.NotNull), Nullability(live.NotNull));
        found.Value(CatalogDifferenceKind.ColumnIdentity, $"{name}: identity", committed.Identity, live.Identity);
        found.Value(CatalogDifferenceKind.ColumnGenerated, $"{name}: generated", committed.Generated, live.Generated);
        found.Value(CatalogDifferenceKind.ColumnDefault, $"{name}: default", committed.Default, live.Default);
        found.Value(CatalogDifferenceKind.ColumnStorage, $"{name}: storage", committed.Storage, live.Storage);
        found.Value(CatalogDifferenceKind.ColumnComment, $"{name}: comment", Quoted(committed.Comment), Quoted(live.Comment));
    }

    private static void Keys(Findings found, CatalogTable committed, CatalogTable live)
    {
        found.Value(CatalogDifferenceKind.PrimaryKey, "primary key", Key(committed.PrimaryKey), Key(live.PrimaryKey));
        found.Each(CatalogDifferenceKind.UniqueIndex, "unique index", committed.UniqueIndexes, live.UniqueIndexes, i => i.Name, i => Names(i.Columns));
    }

    private static string Summary(CatalogColumn column) => CatalogFormat.WriteType(column.Type) + (column.NotNull ? " not null" : "");

    private static string Nullability(bool notNull) => notNull ? "not null" : "nullable";

    private static string? Quoted(string? text) => text is null ? null : $"\"{text}\"";

    private static string Identity(ReplicaIdentity identity) =>
        identity.Index is null ? identity.Kind.ToString().ToLowerInvariant() : $"index {identity.Index}";

    private static string? Key(CatalogIndex? index) => index is null ? null : $"{index.Name} {Names(index.Columns)}";

    private static string Names(IEnumerable<string> names) => $"({string.Join(", ", names)})";

    private static string Labels(IEnumerable<string> labels) => string.Join(", ", labels.Select(l => $"'{l.Replace("'", "''", StringComparison.Ordinal)}'"));

    private static string Definition(CatalogDomain domain) =>
        CatalogFormat.WriteType(domain.BaseType) + (domain.NotNull ? " not null" : "") + string.Concat(domain.Checks.Select(c => " " + c));

    private static string Definition(CatalogComposite composite) =>
        Names(composite.Attributes.Select(a => $"{a.Name} {CatalogFormat.WriteType(a.Type)}"));

    private static string Definition(CatalogRange range) =>
        $"of {CatalogFormat.WriteType(range.Subtype)} with multirange {CatalogFormat.WriteName(range.Multirange)}";

    private static string Definition(CatalogExtensionType type) =>
        type.Extension is { } extension ? $"of extension {extension}" : "of no extension";

    private sealed class Findings(QualifiedName table)
    {
        private readonly List<CatalogDifference> _all = [];

        public IReadOnlyList<CatalogDifference> All => _all;

        public void Add(CatalogDifferenceKind kind, string subject, string? committed, string? live) =>
            _all.Add(new CatalogDifference(table, kind, subject, committed, live));

        public void Value<T>(CatalogDifferenceKind kind, string subject, T committed, T live)
        {
            if (!EqualityComparer<T>.Default.Equals(committed, live))
                Add(kind, subject, Word(committed), Word(live));
        }

        /// <summary>Matches by name; equality of the things themselves decides, not of what is printed.</summary>
        public void Each<T>(
            CatalogDifferenceKind kind, string what, EquatableArray<T> committed, EquatableArray<T> live,
            Func<T, string> name, Func<T, string> definition)
            where T : class, IEquatable<T>
        {
            var after = live.ToDictionary(name);
            foreach (T thing in committed)
            {
                if (!after.Remove(name(thing), out T? now))
                    Add(kind, $"{what} {name(thing)}", definition(thing), null);
                else if (!thing.Equals(now))
                    Add(kind, $"{what} {name(thing)}", definition(thing), definition(now));
            }

            foreach (T thing in live.Where(t => after.ContainsKey(name(t))))
                Add(kind, $"{what} {name(thing)}", null, definition(thing));
        }

        private static string? Word<T>(T value) => value is Enum state ? JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()) : value?.ToString();
    }
}
