using System.Globalization;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>Lines that begin a step or say more about the last one.</summary>
internal static class StepLine
{
    public static void Read(CaseDraft draft, string word, string rest, int line)
    {
        if (word.Length > 1 && word[^1] == ':')
        {
            Last<HttpStep>(draft, "a header").Headers.Add((word[..^1], rest));
            return;
        }

        switch (word)
        {
            case "each": draft.Columns = RowPattern.Split(rest); break;
            case "sql": draft.Steps.Add(new SqlStep(line, rest)); break;
            case "rows": Last<SqlStep>(draft, word).Rows = []; Last<SqlStep>(draft, word).InAnyOrder = rest == "any-order"; break;
            case "names": Last<SqlStep>(draft, word).Names = RowPattern.Split(rest); break;
            case "types": Last<SqlStep>(draft, word).Types = RowPattern.Split(rest); break;
            case "error": Refuse(draft, Refusal(rest, line)); break;
            case "expect": Expect(draft, rest, line); break;
            case "load": draft.Steps.Add(Load(rest, line)); break;
            case "http": draft.Steps.Add(Http(rest, line)); break;
            case "txn": draft.Steps.Add(Transaction(rest, line)); break;
            case "state": draft.Steps.Add(Words.Exactly(rest, 2, "state LABEL STATE") is [var label, var state] ? new StateStep(line, label, state) : null!); break;
            case "wait-alter": draft.Steps.Add(Words.Exactly(rest, 2, "wait-alter TABLE STATE") is [var table, var end] ? new WaitAlterStep(line, table, end) : null!); break;
            case "let": draft.Steps.Add(Words.Exactly(rest, 2, "let NAME FIELD") is [var name, var field] ? new LetStep(line, name, field) : null!); break;
            case "fetch": draft.Steps.Add(new FetchStep(line, Words.One(rest, "a field"))); break;
            case "login": draft.Steps.Add(Login(rest, line)); break;
            case "command": draft.Steps.Add(Command(rest, line)); break;
            case "fault": draft.Steps.Add(new FaultStep(line, Words.All(rest)[0], Words.All(rest).ElementAtOrDefault(1))); break;
            case "clock": draft.Steps.Add(new ClockStep(line, Span(rest))); break;
            case "restart": draft.Steps.Add(new RestartStep(line)); break;
            default: throw new FormatException($"'{word}' begins no line");
        }
    }

    private static T Last<T>(CaseDraft draft, string what) where T : CaseStep =>
        draft.Last as T ?? throw new FormatException($"{what} has to follow a step that takes it");

    private static void Expect(CaseDraft draft, string rest, int line)
    {
        CaseStep step = draft.Last is { } last and (HttpStep or FetchStep or LoginStep or CommandStep or SqlStep) ? last : throw new FormatException("nothing above has a reply");
        step.Expectations.AddRange(ExpectationParser.Parse(rest, line));
    }

    private static void Refuse(CaseDraft draft, Refusal refusal)
    {
        if (draft.Last is LoginStep login)
            login.Refusal = refusal;
        else
            Last<SqlStep>(draft, "error").Refusal = refusal;
    }

    /// <summary><c>error 1064 text</c>, <c>error 1045/28000 text</c>, <c>error * text</c>.</summary>
    private static Refusal Refusal(string rest, int line)
    {
        (string code, string text) = Words.First(rest);
        string[] parts = code.Split('/');
        if (code != "*" && !ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FormatException($"'error CODE text' is expected, not '{rest}'");
        return new Refusal(line, code == "*" ? null : int.Parse(parts[0], CultureInfo.InvariantCulture), parts.ElementAtOrDefault(1), text);
    }

    private static HttpStep Load(string rest, int line)
    {
        (string table, string flags) = Words.First(rest);
        if (table.Length == 0)
            throw new FormatException("'load TABLE [flags]' is expected");
        return new HttpStep(line, "PUT", $"/api/{{db}}/{table}/_stream_load", RequestFlags.Parse(flags));
    }

    private static HttpStep Http(string rest, int line)
    {
        (string method, string more) = Words.First(rest);
        (string path, string flags) = Words.First(more);
        if (!path.StartsWith('/'))
            throw new FormatException("'http METHOD /path [flags]' is expected");
        return new HttpStep(line, method, path, RequestFlags.Parse(flags));
    }

    /// <summary><c>txn begin LABEL [TABLE] [flags]</c>; a dash stands for no label, and <c>db</c> is sent unless the case gives it.</summary>
    private static HttpStep Transaction(string rest, int line)
    {
        string[] words = Words.All(rest);
        if (words.Length < 2 || words[0] is not ("begin" or "load" or "prepare" or "commit" or "rollback"))
            throw new FormatException("'txn begin|load|prepare|commit|rollback LABEL [TABLE] [flags]' is expected");
        bool hasTable = words.Length > 2 && !RequestFlags.IsOne(words[2]);
        var step = new HttpStep(line, words[0] == "load" ? "PUT" : "POST", $"/api/transaction/{words[0]}", RequestFlags.Parse(string.Join(' ', words.Skip(hasTable ? 3 : 2))));
        step.Headers.Add(("db", "{db}"));
        if (words[1] != "-")
            step.Headers.Add(("label", words[1]));
        if (hasTable)
            step.Headers.Add(("table", words[2]));
        return step;
    }

    private static LoginStep Login(string rest, int line)
    {
        string[] words = Words.All(rest);
        string? Named(string name) => words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        return new LoginStep(line, Named("user") ?? "{user}", Named("password") ?? "{password}", Named("plugin") ?? "mysql_native_password", Named("database"));
    }

    private static CommandStep Command(string rest, int line)
    {
        (string number, string text) = Words.First(rest);
        return byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out byte command)
            ? new CommandStep(line, command, text)
            : throw new FormatException($"'command NUMBER [text]' is expected, not '{rest}'");
    }

    /// <summary><c>+601s</c>, <c>+90m</c>, <c>+5h</c>, <c>+3d</c>, several in a row.</summary>
    private static TimeSpan Span(string rest)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (string word in Words.All(rest))
        {
            if (word.Length < 3 || word[0] != '+' || !int.TryParse(word.AsSpan(1, word.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw new FormatException($"'+601s', '+5h' or '+3d' is expected, not '{word}'");
            sum += word[^1] switch { 's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), _ => throw new FormatException($"'{word[^1]}' is no unit") };
        }

        return sum;
    }
}
