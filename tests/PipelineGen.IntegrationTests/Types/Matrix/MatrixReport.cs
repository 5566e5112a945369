using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>What was compared on one version of the server, as a Markdown table in the test output folder.</summary>
internal sealed class MatrixReport(int version)
{
    private static readonly Dictionary<int, MatrixReport> Reports = [];

    private readonly List<MatrixCase> _cases = [];
    private readonly Dictionary<(MatrixCase Case, MatrixRole Role, string Format), bool> _compared = [];
    private readonly Dictionary<MatrixCase, string> _skipped = [];

    /// <summary>The report that all groups of a version write to.</summary>
    public static MatrixReport Of(int version)
    {
        lock (Reports)
            return Reports.TryGetValue(version, out MatrixReport? report) ? report : Reports[version] = new MatrixReport(version);
    }

    public void Add(MatrixTable table, string format, bool isSame)
    {
        Remember(table.Case);
        (MatrixCase, MatrixRole, string) key = (table.Case, table.Role, format);
        _compared[key] = isSame && (!_compared.TryGetValue(key, out bool before) || before);
    }

    public void Skip(MatrixCase matrixCase, string why)
    {
        Remember(matrixCase);
        _skipped[matrixCase] = why;
    }

    /// <summary>Writes what is known by now.</summary>
    public async Task<string> WriteAsync()
    {
        string file = Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"type-matrix-{version}.md"));
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"# Type matrix, PostgreSQL {version}\n\nA mark stands for snapshot, INSERT, UPDATE (from and to NULL, to another value, beside the value) and DELETE, each value.\n\n"));
        text.Append("| type | binary | text | key, binary | key, text | values outside | Null | Clamp | Text | Quarantine | Error |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (MatrixCase c in _cases)
        {
            string name = c.Name.Replace("|", "\\|", StringComparison.Ordinal);
            if (_skipped.TryGetValue(c, out string? why))
            {
                text.Append($"| {name} | skipped: {why} | | | | | | | | | |\n");
                continue;
            }

            string outside = string.Join(", ", c.Outside.Select(static o => $"`{(o.Sql.Length > 40 ? o.Sql[..40] + "..." : o.Sql)}`"));
            text.Append($"| {name} | {Mark(c, MatrixRole.Value, "binary")} | {Mark(c, MatrixRole.Value, "text")} | {Key(c, "binary")} | {Key(c, "text")} | {outside} | {Both(c, MatrixRole.Null)} | {Clamp(c)} | {Both(c, MatrixRole.Text)} | {Both(c, MatrixRole.Quarantine)} | {Both(c, MatrixRole.Error)} |\n");
        }

        await File.WriteAllTextAsync(file, text.ToString());
        return file;
    }

    private void Remember(MatrixCase matrixCase)
    {
        if (!_cases.Contains(matrixCase))
            _cases.Add(matrixCase);
    }

    private string Key(MatrixCase c, string format) => c.Key switch
    {
        KeyUse.Legal => Mark(c, MatrixRole.Key, format),
        KeyUse.NotInStarRocks => "decision",
        KeyUse.NotInPostgres => "no order in Postgres",
        _ => "",
    };

    private string Clamp(MatrixCase c)
    {
        string mark = Both(c, MatrixRole.Clamp);
        string stops = Both(c, MatrixRole.ClampError);
        return stops.Length == 0 ? mark : $"{mark} stops where none is nearest {stops}".Trim();
    }

    private string Both(MatrixCase c, MatrixRole role) => (Mark(c, role, "binary"), Mark(c, role, "text")) switch
    {
        ("", "") => "",
        ("x", "x") => "x",
        (var binary, var text) => $"binary: {(binary.Length == 0 ? "-" : binary)}, text: {(text.Length == 0 ? "-" : text)}",
    };

    private string Mark(MatrixCase c, MatrixRole role, string format) =>
        !_compared.TryGetValue((c, role, format), out bool isSame) ? "" : isSame ? "x" : "**differs**";
}
