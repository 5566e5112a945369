using System.Globalization;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>What a table of a case is for.</summary>
internal enum MatrixRole
{
    /// <summary>Values in a column.</summary>
    Value,

    /// <summary>Values in a key.</summary>
    Key,

    /// <summary>Values outside the target's domain, under a policy.</summary>
    Null,
    Clamp,
    Text,
    Quarantine,

    /// <summary>A value that stops the pipeline: each has a run of its own.</summary>
    Error,

    /// <summary>A value that Clamp has no nearest one for, and stops at.</summary>
    ClampError,
}

/// <summary>One table of the matrix: a case in one role. All its SQL comes from here.</summary>
internal sealed record MatrixTable(int Number, MatrixCase Case, MatrixRole Role)
{
    public const int RandomValues = 12;

    /// <summary>The ways that a value takes, and the first id of their rows: a row's id tells the way and the value.</summary>
    private const int Step = 10_000;

    private static readonly string[] ValuePaths =
        ["snapshot", "update from NULL", "update to another value", "update to NULL", "delete", "NULL in the snapshot", "insert", "NULL inserted", "insert, then update of another column", "snapshot, then update of another column"];

    private static readonly string[] KeyPaths =
        ["snapshot", "snapshot, then update of another column", "key change", "", "delete", "", "insert", "insert, then key change", "insert, then delete", ""];

    public string Name => string.Create(CultureInfo.InvariantCulture, $"m{Number:000}_{Role.ToString().ToLowerInvariant()}");

    public string RowClass => string.Create(CultureInfo.InvariantCulture, $"M{Number:000}{Role}");

    public bool IsKey => Role == MatrixRole.Key;

    /// <summary>Whether rows reach it one run at a time.</summary>
    public bool Stops => Role is MatrixRole.Error or MatrixRole.ClampError;

    private string Source => Name + "_source";

    public static IEnumerable<MatrixTable> Of(MatrixCase matrixCase, int number)
    {
        yield return new MatrixTable(number, matrixCase, MatrixRole.Value);
        if (matrixCase.Key == KeyUse.Legal)
            yield return new MatrixTable(number, matrixCase, MatrixRole.Key);
        if (matrixCase.Outside.Length == 0)
            yield break;
        yield return new MatrixTable(number, matrixCase, MatrixRole.Null);
        yield return new MatrixTable(number, matrixCase, MatrixRole.Quarantine);
        yield return new MatrixTable(number, matrixCase, MatrixRole.Error);
        if (matrixCase.Outside.Any(static o => o.Clamp is not null))
            yield return new MatrixTable(number, matrixCase, MatrixRole.Clamp);
        if (matrixCase.Outside.Any(static o => o.Clamp is null))
            yield return new MatrixTable(number, matrixCase, MatrixRole.ClampError);
        if (matrixCase.TextHoldsOutside && (matrixCase.Choice.Length == 0 || matrixCase.Choice.Contains("\"JSON\"", StringComparison.Ordinal)))
            yield return new MatrixTable(number, matrixCase, MatrixRole.Text);
    }

    /// <summary>The values outside that the table is to get.</summary>
    public IEnumerable<OutsideValue> Outside(int version) => Role == MatrixRole.Value || IsKey ? [] : Case.Outside
        .Where(o => o.Since <= version)
        .Where(o => Role switch { MatrixRole.Clamp => o.Clamp is not null, MatrixRole.ClampError => o.Clamp is null, _ => true });

    /// <summary>The class as a user writes it.</summary>
    public string Declaration
    {
        get
        {
            string policy = Role switch
            {
                MatrixRole.Value or MatrixRole.Key => "",
                MatrixRole.ClampError => "Policy = ValuePolicy.Clamp",
                _ => $"Policy = ValuePolicy.{Role}",
            };
            // Text chooses the column's type itself.
            string choice = Role == MatrixRole.Text ? "" : Case.Choice;
            string arguments = string.Join(", ", new[] { choice, policy }.Where(static a => a.Length > 0));
            string column = arguments.Length == 0 ? "" : $"[Column(\"v\", {arguments})]\n";
            return $"[PostgresTable(\"public.{Name}\")]\n[StarRocksTable(Properties = [\"replication_num=1\"])]\n{column}public partial class {RowClass};\n";
        }
    }

    public string Create
    {
        get
        {
            if (Case.Table is { } table && Role == MatrixRole.Value)
                return table.Replace("{0}", Name, StringComparison.Ordinal);
            return IsKey
                ? $"CREATE TABLE {Name} (x int4, v {Case.Type} NOT NULL, id int4 NOT NULL, PRIMARY KEY (v, id));"
                : $"CREATE TABLE {Name} (id int4 PRIMARY KEY, v {Case.Type}, x int4);";
        }
    }

    /// <summary>Fills the table that the values are taken from: the listed ones, then random ones.</summary>
    public string Fill(int version, int seed)
    {
        var rows = new List<string>();
        IEnumerable<string> values = [.. Case.Values, .. Case.LaterValues.Where(l => l.Since <= version).Select(static l => l.Sql)];
        foreach (string value in Role is MatrixRole.Value or MatrixRole.Key ? values : values.Take(3))
            rows.Add(Row(rows.Count + 1, Literal(value), outside: false, "NULL"));
        foreach (OutsideValue value in Outside(version))
            rows.Add(Row(rows.Count + 1, Literal(value.Sql), outside: true, Role switch { MatrixRole.Null => value.Null, MatrixRole.Clamp => value.Clamp!, _ => "NULL" }));
        string sql = $"CREATE TABLE {Source} (n int4 PRIMARY KEY, v {Case.Type}, outside bool NOT NULL, expected text);\nINSERT INTO {Source} VALUES {string.Join(",\n", rows)};\n";
        if (Role is not (MatrixRole.Value or MatrixRole.Key))
            return sql;
        string? random = RandomRows(seed);
        if (random is not null)
            sql += $"INSERT INTO {Source} SELECT row_number() OVER () + {rows.Count}, v, false, NULL FROM ({random}) r WHERE v IS DISTINCT FROM NULL AND {Case.Inside};\n";
        // The whole key has 128 bytes; the other column takes 4.
        if (IsKey)
        {
            sql += $"DELETE FROM {Source} WHERE NOT coalesce(octet_length({KeyCanonical}) <= 100, false); UPDATE {Source} s SET n = -r.n FROM (SELECT n AS was, row_number() OVER (ORDER BY n) AS n FROM {Source}) r WHERE s.n = r.was; UPDATE {Source} SET n = -n;\n";
        }

        return sql;
    }

    /// <summary>What is there before the pipeline starts.</summary>
    public string Before => IsKey
        ? $"INSERT INTO {Name} (v, id, x) SELECT v, n + p, 0 FROM {Source}, unnest(ARRAY[0, {Step}, {2 * Step}, {4 * Step}]) p;"
        : $"""
            INSERT INTO {Name} (id, v, x) {Case.Overriding} SELECT n + p, v, 0 FROM {Source}, unnest(ARRAY[0, {2 * Step}, {3 * Step}, {4 * Step}, {9 * Step}]) p;
            INSERT INTO {Name} (id, v, x) {Case.Overriding} SELECT n + {Step}, {(Case.Nullable ? $"NULL::{Case.Type}" : "v")}, 0 FROM {Source};
            {(Case.Nullable ? $"INSERT INTO {Name} (id, v, x) VALUES ({5 * Step}, NULL, 0);" : "")}
            """;

    /// <summary>What comes with the stream.</summary>
    public string During => IsKey
        ? $"""
            INSERT INTO {Name} (v, id, x) SELECT v, n + p, 0 FROM {Source}, unnest(ARRAY[{6 * Step}, {7 * Step}, {8 * Step}]) p;
            UPDATE {Name} SET x = 1 WHERE id / {Step} = 1;
            UPDATE {Name} t SET v = s.v FROM {Source} s WHERE t.id / {Step} IN (2, 7) AND s.n = t.id % {Step} % (SELECT count(*) FROM {Source}) + 1;
            DELETE FROM {Name} WHERE id / {Step} IN (4, 8);
            """
        : $"""
            INSERT INTO {Name} (id, v, x) {Case.Overriding} SELECT n + p, v, 0 FROM {Source}, unnest(ARRAY[{6 * Step}, {8 * Step}]) p;
            {(Case.Nullable ? $"INSERT INTO {Name} (id, v, x) VALUES ({7 * Step}, NULL, 0); UPDATE {Name} SET v = NULL WHERE id / {Step} = 3;" : "")}
            UPDATE {Name} t SET v = s.v FROM {Source} s WHERE t.id / {Step} = 1 AND s.n = t.id % {Step};
            UPDATE {Name} t SET v = s.v FROM {Source} s WHERE t.id / {Step} = 2 AND s.n = t.id % {Step} % (SELECT count(*) FROM {Source}) + 1;
            UPDATE {Name} SET x = 1 WHERE id / {Step} IN (8, 9);
            DELETE FROM {Name} WHERE id / {Step} = 4;
            """;

    /// <summary>
    /// What the target must hold, by Postgres: id, the canonical text (where the value is outside: what the policy makes of it), the
    /// value as Postgres prints it, and whether it is outside.
    /// </summary>
    public string Expected
    {
        get
        {
            string canonical = Role == MatrixRole.Text ? $"({MatrixCase.Printed})" : $"CASE WHEN o.outside THEN o.expected ELSE ({(IsKey ? KeyCanonical : Case.Canonical)}) END";
            // The output function of "char" prints bytes that are no UTF-8, up to version 14.
            string shown = Case.Type == "\"char\"" ? Case.Canonical : MatrixCase.Printed;
            return $"""
                SELECT t.id, {canonical}, {shown}, coalesce(o.outside, false)
                FROM (SELECT id, v, CASE WHEN id / {Step} IN (2, 7) THEN id % {Step} % (SELECT greatest(count(*), 1) FROM {Source}) + 1 ELSE id % {Step} END AS final FROM {Name}) t
                LEFT JOIN (SELECT n AS m, outside, expected FROM {Source}) o ON o.m = t.final AND t.v IS DISTINCT FROM NULL
                ORDER BY t.id
                """;
        }
    }

    /// <summary>Puts one value outside into the table of a run that it stops.</summary>
    public string InsertOne(OutsideValue value) => $"INSERT INTO {Name} (id, v, x) VALUES (77, {Literal(value.Sql)}, 0);";

    public string PathOf(int id) => (IsKey ? KeyPaths : ValuePaths)[id / Step];

    private string KeyCanonical => Case.KeyCanonical ?? Case.Canonical;

    private string? RandomRows(int seed)
    {
        if (Case.RandomSql is { } sql)
            return $"SELECT CAST({sql} AS {Case.Type}) AS v FROM generate_series(1, {RandomValues}) i OFFSET 0";
        if (Case.Random is null)
            return null;
        var literals = new RandomLiterals(new Random(seed + Number));
        return $"SELECT * FROM (VALUES {string.Join(", ", Enumerable.Range(0, RandomValues).Select(_ => $"({Literal(literals.Of(Case.Random))})"))}) l (v) OFFSET 0";
    }

    private static string Row(int n, string value, bool outside, string expected) =>
        string.Create(CultureInfo.InvariantCulture, $"({n}, {value}, {(outside ? "true" : "false")}, ({expected})::text)");

    private string Literal(string value) => value.StartsWith('=')
        ? $"CAST({value[1..]} AS {Case.Type})"
        : $"CAST('{value.Replace("'", "''", StringComparison.Ordinal)}' AS {Case.Type})";
}
