namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>What a StarRocks must do, as data: steps, and what each must answer.</summary>
/// <param name="Name">Unique over all files; with the row's values in parentheses where the case has <c>each</c>.</param>
/// <param name="Section">Of STARROCKS.md.</param>
/// <param name="Versions">The releases it holds for.</param>
/// <param name="Where">What it can run against.</param>
/// <param name="IsInferred">STARROCKS.md marks the statement [~]: checked loosely.</param>
/// <param name="IsRefusedByStandIn">StarRocks must do it; the stand-in must say honestly that it can't.</param>
/// <param name="File">The case file's name.</param>
/// <param name="Line">The line of <c>case</c>.</param>
/// <param name="Values">The placeholders of the case's <c>each</c> row.</param>
/// <param name="Steps">What is done, in order.</param>
internal sealed record ConformanceCase(
    string Name, string Section, IReadOnlyList<string> Versions, CaseTarget Where, bool IsInferred, bool IsRefusedByStandIn, string File, int Line,
    IReadOnlyDictionary<string, string> Values, IReadOnlyList<CaseStep> Steps)
{
    /// <summary>Moves the clock, sets faults or restarts: needs a server that nobody shares.</summary>
    public bool NeedsOwnServer => Steps.Any(static s => s is FaultStep or ClockStep or RestartStep);

    public override string ToString() => $"{Section} {Name}";
}

internal enum CaseTarget
{
    Both,
    StandIn,
    Real,
}

/// <summary>One thing that a case does; what it must answer is part of it.</summary>
internal abstract record CaseStep(int Line)
{
    public List<Expectation> Expectations { get; } = [];
}

/// <summary>A statement on the case's connection. Without <see cref="Refusal"/> it must succeed.</summary>
internal sealed record SqlStep(int Line, string Text) : CaseStep(Line)
{
    public string Text { get; set; } = Text;
    public Refusal? Refusal { get; set; }
    public List<RowPattern>? Rows { get; set; }
    public bool InAnyOrder { get; set; }
    public IReadOnlyList<string>? Names { get; set; }
    public IReadOnlyList<string>? Types { get; set; }
}

/// <summary>The error that a statement must end in; <see cref="Code"/> null: any.</summary>
internal sealed record Refusal(int Line, int? Code, string? State, string Text);

/// <summary>A request by hand; redirects are followed with method, headers, authorization and Expect unless a flag says otherwise.</summary>
internal sealed record HttpStep(int Line, string Method, string Path, HttpFlags Flags) : CaseStep(Line)
{
    public List<(string Name, string Value)> Headers { get; } = [];
    public List<BodyPiece> Body { get; } = [];
}

/// <summary>How a request departs from the plain one.</summary>
internal sealed record HttpFlags
{
    public bool AtBackend { get; init; }
    public bool NoFollow { get; init; }
    public bool NoExpect { get; init; }
    public bool NoAuth { get; init; }
    public bool NoAuthAfterRedirect { get; init; }
    public bool NoBody { get; init; }
    public string? Auth { get; init; }
    public bool Http10 { get; init; }
    public bool Chunked { get; init; }
    public bool UntilClosed { get; init; }
    public long? Length { get; init; }
    public bool MayBreak { get; init; }
    public string? Compressed { get; init; }
}

/// <summary>A part of a body: bytes, or text whose placeholders are still to be filled in.</summary>
internal abstract record BodyPiece
{
    internal sealed record OfText(string Value) : BodyPiece;

    internal sealed record OfBytes(byte[] Value) : BodyPiece;

    /// <summary>The same text many times: long values without long files.</summary>
    internal sealed record Repeated(int Times, string Value) : BodyPiece;
}

/// <summary>Asks for the label's state until it is the one (STARROCKS.md, 2.5).</summary>
internal sealed record StateStep(int Line, string Label, string State) : CaseStep(Line);

/// <summary>Waits for the newest ALTER job of a table (STARROCKS.md, 6.1).</summary>
internal sealed record WaitAlterStep(int Line, string Table, string State) : CaseStep(Line);

/// <summary>Keeps a field of the last reply as a placeholder.</summary>
internal sealed record LetStep(int Line, string Name, string Field) : CaseStep(Line);

/// <summary>Fetches the address that a field of the last reply holds.</summary>
internal sealed record FetchStep(int Line, string Field) : CaseStep(Line);

/// <summary>Opens a SQL connection of its own and looks at the server's side of the login.</summary>
internal sealed record LoginStep(int Line, string User, string Password, string Plugin, string? Database) : CaseStep(Line)
{
    /// <summary>Run on that connection; the refusal is then this statement's.</summary>
    public string? Statement { get; set; }
    public Refusal? Refusal { get; set; }
}

/// <summary>A raw command on the case's SQL connection.</summary>
internal sealed record CommandStep(int Line, byte Command, string Text) : CaseStep(Line);

/// <summary>Sets a fault switch of the stand-in.</summary>
internal sealed record FaultStep(int Line, string Name, string? Value) : CaseStep(Line);

/// <summary>Moves the stand-in's clock on.</summary>
internal sealed record ClockStep(int Line, TimeSpan By) : CaseStep(Line);

/// <summary>Cuts every connection of the stand-in and listens again.</summary>
internal sealed record RestartStep(int Line) : CaseStep(Line);
