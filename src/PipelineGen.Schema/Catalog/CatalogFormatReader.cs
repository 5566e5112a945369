using System.Globalization;

namespace PipelineGen.Schema.Catalog;

/// <summary>
/// Reads a catalog file line by line and stops at the first error. Lines may stand in any order, as a merge may leave
/// them; the result is sorted as the writer sorts.
/// </summary>
internal sealed class CatalogFormatReader
{
    private static readonly string[] ConflictMarks = ["<<<<<<<", "=======", ">>>>>>>"];

    private readonly List<CatalogColumn> _columns = [];
    private readonly HashSet<string> _columnNames = new(StringComparer.Ordinal);
    private readonly List<(int Line, CatalogIndex Index)> _unique = [];
    private readonly HashSet<string> _indexNames = new(StringComparer.Ordinal);
    private readonly CatalogFormatTypes _types = new();
    private (int Line, CatalogIndex Index)? _primaryKey;
    private (int Line, CatalogTable Table)? _table;
    private CatalogServer? _server;
    private int _number;

    public static CatalogReadResult Read(string text) => new CatalogFormatReader().ReadLines(text.Split('\n'));

    private CatalogReadResult ReadLines(string[] lines)
    {
        string header = Trim(lines[0]).TrimStart('\uFEFF');
        if (header != CatalogFormat.Header)
            return HeaderError(header);

        // What follows the last line end is not a line.
        int count = lines[lines.Length - 1].Length == 0 ? lines.Length - 1 : lines.Length;
        bool ended = false;
        for (int i = 1; i < count; i++)
        {
            _number = i + 1;
            string text = Trim(lines[i]);
            if (ended && text.Trim().Length == 0)
                continue;
            if (ended)
                return Error(_number, $"expected nothing after 'end', found '{text}'");

            var line = new CatalogFormatLine(text);
            string directive = line.Word();
            ended = directive == "end";
            ReadDirective(directive, text, line);
            if (!line.AtEnd)
                line.Expected("the end of the line");
            if (line.Error is { } message)
                return Error(_number, message);
        }

        return ended ? Finish() : Error(Math.Max(count, 1), "expected 'end' as the last line, found the end of the file: the file is torn");
    }

    private void ReadDirective(string directive, string text, CatalogFormatLine line)
    {
        Action<CatalogFormatLine>? read = directive switch
        {
            "server" => ReadServer,
            "table" => ReadTable,
            "column" => ReadColumn,
            "primary_key" => ReadPrimaryKey,
            "unique" => ReadUnique,
            "enum" => _types.ReadEnum,
            "domain" => _types.ReadDomain,
            "composite" => _types.ReadComposite,
            "range" => _types.ReadRange,
            "base_type" => _types.ReadBaseType,
            "end" => _ => { },
            _ => null,
        };
        if (read is not null)
        {
            line.Gap();
            read(line);
        }
        else if (ConflictMarks.Any(mark => text.StartsWith(mark, StringComparison.Ordinal)))
        {
            line.Fail("a merge conflict is left in this file: resolve it, or run `pipelinegen catalog pull`");
        }
        else
        {
            line.Fail("expected server, table, column, primary_key, unique, enum, domain, composite, range, base_type or end, found "
                + (text.Length == 0 ? "an empty line" : $"'{(directive.Length > 0 ? directive : text)}'"));
        }
    }

    private void ReadServer(CatalogFormatLine line)
    {
        Once(line, _server is null, "server");
        int version = line.Number("the server's major version");
        string? encoding = null;
        int? moneyDigits = null;
        line.Attributes(name =>
        {
            switch (name)
            {
                case "encoding": encoding = line.Value("an encoding"); return true;
                case "money_fraction_digits": moneyDigits = line.Number("the fraction digits of money"); return true;
                default: return false;
            }
        });
        if (encoding is null || moneyDigits is null)
            line.Fail("expected 'server <version> encoding=... money_fraction_digits=...', found one of them missing");
        _server = new CatalogServer(version, encoding ?? "", moneyDigits ?? 0);
    }

    private void ReadTable(CatalogFormatLine line)
    {
        Once(line, _table is null, "table");
        QualifiedName name = line.QualifiedName();
        TableKind? kind = null;
        ReplicaIdentityKind? identity = null;
        string? index = null;
        QualifiedName? root = null;
        string? comment = null;
        line.Attributes(attribute =>
        {
            switch (attribute)
            {
                case "kind": kind = ReadState(line, CatalogFormatWords.Kind); return true;
                case "root": root = line.QualifiedName(); return true;
                case "replica_identity": identity = ReadState(line, CatalogFormatWords.ReplicaIdentity); return true;
                case "index": index = line.Name("an index name"); return true;
                case "comment": comment = line.String(); return true;
                default: return false;
            }
        });
        if (kind is null || identity is null)
            line.Fail("expected 'table <schema.name> kind=... replica_identity=...', found one of them missing");
        if (kind == TableKind.Partition && root is null)
            line.Fail("expected root=<schema.name> for kind=partition, found none");
        if (identity == ReplicaIdentityKind.Index != index is not null)
            line.Fail("expected index=<name> with replica_identity=index and only then");
        _table = (_number, new CatalogTable(
            name, kind ?? default, default, null, default, new ReplicaIdentity(identity ?? default, index), root, comment));
    }

    private void ReadColumn(CatalogFormatLine line)
    {
        string name = line.Name("a column name");
        if (!_columnNames.Add(name))
            line.Fail($"column '{name}' stands twice");
        line.Gap();
        var column = new CatalogColumn(name, line.Type(), NotNull: false);
        string? defaultText = null;
        string? expression = null;
        line.Attributes(
            attribute =>
            {
                switch (attribute)
                {
                    case "identity": column = column with { Identity = ReadState(line, CatalogFormatWords.Identity) }; return true;
                    case "generated": column = column with { Generated = ReadState(line, CatalogFormatWords.Generated) }; return true;
                    case "default": defaultText = line.String(); return true;
                    case "expression": expression = line.String(); return true;
                    case "storage": column = column with { Storage = ReadState(line, CatalogFormatWords.Storage) }; return true;
                    case "comment": column = column with { Comment = line.String() }; return true;
                    default: return false;
                }
            },
            notNull: () => column = column with { NotNull = true });
        if ((column.Generated == GeneratedKind.None ? expression : defaultText) is not null)
            line.Fail("expected expression=\"...\" with generated=... and default=\"...\" without, found the other one");
        _columns.Add(column with { Default = defaultText ?? expression });
    }

    private void ReadPrimaryKey(CatalogFormatLine line)
    {
        Once(line, _primaryKey is null, "primary_key");
        _primaryKey = (_number, ReadIndex(line));
    }

    private void ReadUnique(CatalogFormatLine line) => _unique.Add((_number, ReadIndex(line)));

    private CatalogIndex ReadIndex(CatalogFormatLine line)
    {
        string name = line.Name("an index name");
        if (!_indexNames.Add(name))
            line.Fail($"index '{name}' stands twice");
        line.Gap();
        var columns = new List<string>();
        do
        {
            _ = line.AtEnd;
            columns.Add(line.Name("a column name"));
        }
        while (line.Accept(','));
        return new CatalogIndex(name, columns.ToEquatableArray());
    }

    private static T ReadState<T>(CatalogFormatLine line, CatalogFormatWords<T> words)
        where T : struct, Enum
    {
        string word = line.Value($"one of {words.Choices}");
        if (!words.TryRead(word, out T state))
            line.Fail($"expected one of {words.Choices}, found '{word}'");
        return state;
    }

    private static void Once(CatalogFormatLine line, bool isFirst, string directive)
    {
        if (!isFirst)
            line.Fail($"expected one '{directive}' line, found a second one");
    }

    private CatalogReadResult Finish()
    {
        if (_server is null)
            return Error(_number, "expected a 'server' line, found none");
        if (_table is not { } table)
            return Error(_number, "expected a 'table' line, found none");
        var keys = _primaryKey is { } key ? _unique.Append(key) : _unique;
        foreach ((int line, CatalogIndex index) in keys.OrderBy(k => k.Line))
        {
            foreach (string column in index.Columns)
            {
                if (!_columnNames.Contains(column))
                    return Error(line, $"index '{index.Name}' names column '{column}', which the table does not have");
            }
        }

        if (table.Table.ReplicaIdentity.Index is { } identity && !_indexNames.Contains(identity))
            return Error(table.Line, $"the replica identity's index '{identity}' is neither the primary key nor a unique index of this file");

        return new CatalogReadResult(
            new CatalogFile(
                _server,
                table.Table with
                {
                    Columns = _columns.ToEquatableArray(),
                    PrimaryKey = _primaryKey?.Index,
                    UniqueIndexes = _unique.Select(u => u.Index).OrderBy(i => i.Name, StringComparer.Ordinal).ToEquatableArray(),
                },
                _types.Enums,
                _types.Domains,
                _types.Composites,
                _types.Ranges,
                _types.BaseTypes),
            null);
    }

    private static CatalogReadResult HeaderError(string header)
    {
        string[] parts = header.Split(' ');
        if (parts.Length == 2 && parts[0] == CatalogFormat.HeaderWord && IsNewer(parts[1]))
        {
            return new CatalogReadResult(null, new CatalogReadError(
                1,
                $"this file is of format {parts[1]} and was written by a newer pipelinegen; this one reads {CatalogFormat.Version}: update the PipelineGen packages",
                IsNewerFormat: true));
        }

        string found = header.Length > 60 ? header.Substring(0, 60) + "..." : header;
        return Error(1, $"expected '{CatalogFormat.Header}' as the first line, found '{found}': this is not a catalog file");
    }

    /// <summary>At most nine digits: more is no version that anybody counted up to.</summary>
    private static bool IsNewer(string version) =>
        version.Length <= 9 && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > CatalogFormat.Version;

    private static string Trim(string line) => line.EndsWith("\r", StringComparison.Ordinal) ? line.Substring(0, line.Length - 1) : line;

    private static CatalogReadResult Error(int line, string message) => new(null, new CatalogReadError(line, message));
}
