namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>
/// Reads a <c>*.cases</c> file. Cases/README.md describes the format. One line is one thing, the first word tells which; lines
/// that begin with <c>| > ~ x *</c> belong to the line above them.
/// </summary>
internal sealed class CaseFileParser
{
    public static readonly IReadOnlyList<string> AllVersions = ["3.3", "3.5", "4.0", "4.1"];

    private readonly string _file;
    private readonly List<ConformanceCase> _cases = [];
    private readonly CaseDraft _fileDefaults = new();
    private CaseDraft? _draft;
    private int _line;

    private CaseFileParser(string file) => _file = file;

    /// <exception cref="CaseSyntaxException">A line that means nothing.</exception>
    public static IReadOnlyList<ConformanceCase> Parse(string file, string text)
    {
        var parser = new CaseFileParser(file);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
            parser.Read(lines[i], i + 1);
        parser.Finish();
        return parser._cases;
    }

    private void Read(string raw, int number)
    {
        _line = number;
        string line = raw.TrimStart(' ').TrimEnd('\r');
        if (line.Length == 0 || line[0] == '#')
            return;
        try
        {
            if (ContentLine.IsOne(line))
                ContentLine.Add(Draft, line, number);
            else
                ReadWord(line);
        }
        catch (FormatException e)
        {
            throw Wrong(e.Message);
        }
    }

    private CaseDraft Draft => _draft ?? throw Wrong("a case is expected first");

    private void ReadWord(string line)
    {
        (string word, string rest) = Words.First(line);
        if (word == "case")
        {
            Finish();
            _draft = _fileDefaults.ForCase(Words.One(rest, "a case's name"), _line);
            return;
        }

        CaseDraft target = _draft ?? _fileDefaults;
        switch (word)
        {
            case "section": target.Section = Words.One(rest, "a section"); return;
            case "versions": target.Versions = Versions(rest); return;
            case "only": target.Where = rest switch { "stand-in" => CaseTarget.StandIn, "real" => CaseTarget.Real, _ => throw Wrong("'only stand-in' or 'only real'") }; return;
            case "refused-by-stand-in": Draft.IsRefusedByStandIn = true; return;
            case "inferred": target.IsInferred = true; return;
            default: StepLine.Read(Draft, word, rest, _line); return;
        }
    }

    private string[] Versions(string text)
    {
        string[] versions = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? strange = versions.FirstOrDefault(static v => !AllVersions.Contains(v));
        return versions.Length > 0 && strange is null ? versions : throw Wrong($"versions are some of {string.Join(' ', AllVersions)}, not '{text}'");
    }

    private void Finish()
    {
        if (_draft is null)
            return;
        if (_draft.Problem is { } problem)
            throw new CaseSyntaxException(_file, _draft.Line, problem);
        _cases.AddRange(_draft.Build(_file));
        _draft = null;
    }

    private CaseSyntaxException Wrong(string reason) => new(_file, _line, reason);
}
