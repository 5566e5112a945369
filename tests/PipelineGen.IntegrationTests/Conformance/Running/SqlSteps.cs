using System.Text;
using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>The steps of a case on its SQL connection.</summary>
internal sealed class SqlSteps(ConformanceCase of, StarRocksAddress address, Placeholders values) : IDisposable
{
    private static readonly TimeSpan AlterLimit = TimeSpan.FromSeconds(90);

    private RawSql? _connection;

    public void Open(params string[] statements)
    {
        _connection?.Dispose();
        _connection = RawSql.Connect(address.SqlHost, address.SqlPort, address.User, address.Password);
        foreach (string statement in statements)
            _connection.Query(statement);
    }

    /// <summary>What a failed case leaves behind is looked at by nobody; the case's own failure is.</summary>
    public void Drop(string statement)
    {
        try
        {
            Open(statement);
        }
        catch (Exception e) when (e is RawSqlError or IOException)
        {
            // An open transaction may hold the database.
        }
    }

    public void Run(SqlStep step)
    {
        string sql = values.Fill(step.Text);
        RawResult result;
        try
        {
            result = _connection!.Query(sql);
        }
        catch (RawSqlError error)
        {
            if (step.Refusal is null)
                throw Wrong(step.Line, $"expected success, got {error}\nof {sql}");
            Check(step.Refusal, error);
            return;
        }

        if (step.Refusal is { } refusal)
            throw Wrong(refusal.Line, $"expected ERROR {refusal.Code} {values.Fill(refusal.Text)}, but it succeeded\nof {sql}");
        if (step.Names is { } names && !names.Select(values.Fill).SequenceEqual(result.Columns.Select(static c => c.Name)))
            throw Wrong(step.Line, $"expected columns {string.Join(" | ", names.Select(values.Fill))}\n     got columns {string.Join(" | ", result.Columns.Select(static c => c.Name))}");
        if (step.Types is { } types && !new RowPattern(step.Line, types).Matches([.. result.Columns.Select(static c => Encoding.UTF8.GetBytes(c.TypeName))], values.Fill))
            throw Wrong(step.Line, $"expected types {string.Join(" | ", types.Select(values.Fill))}\n     got types {string.Join(" | ", result.Columns.Select(static c => c.TypeName))}");
        if (step.Rows is { } rows)
            Compare(step, rows, result);
        foreach (Expectation expected in step.Expectations)
            Check(expected, expected.Key == "affected" ? new Fact($"{result.Affected}", "int") : expected.Key == "rows" ? new Fact($"{result.Rows.Count}", "int") : null, null);
    }

    public void Run(LoginStep step)
    {
        try
        {
            using RawSql login = RawSql.Connect(address.SqlHost, address.SqlPort, values.Fill(step.User), values.Fill(step.Password), step.Plugin, step.Database is null ? null : values.Fill(step.Database));
            if (step.Statement is not null)
                login.Query(values.Fill(step.Statement));
            if (step.Refusal is { } refusal)
                throw Wrong(refusal.Line, $"expected ERROR {refusal.Code} {refusal.Text}, but got none");
            foreach (Expectation expected in step.Expectations)
                Check(expected, expected.Key == "switched" ? new Fact(login.WasSwitched ? "yes" : "no") : login.Greeting.Find(expected.Key), null);
        }
        catch (RawSqlError error)
        {
            Check(step.Refusal ?? throw Wrong(step.Line, $"expected to be let in, got {error}"), error);
        }
    }

    /// <summary>The reply of a raw command: <c>reply=OK</c>, or <c>reply=ERR</c> with <c>code</c>, <c>state</c> and <c>message</c>.</summary>
    public void Run(CommandStep step)
    {
        RawSqlError? error = null;
        try
        {
            _connection!.Command(step.Command, Encoding.UTF8.GetBytes(values.Fill(step.Text)));
        }
        catch (RawSqlError e)
        {
            error = e;
        }

        foreach (Expectation expected in step.Expectations)
        {
            Check(expected, expected.Key switch
            {
                "reply" => new Fact(error is null ? "OK" : "ERR"),
                "code" when error is not null => new Fact($"{error.Code}", "int"),
                "state" when error is not null => new Fact(error.State),
                "message" when error is not null => new Fact(error.Message),
                _ => null,
            }, error?.ToString());
        }
    }

    public void Run(WaitAlterStep step)
    {
        string sql = $"SHOW ALTER TABLE COLUMN FROM `{values["db"]}` WHERE TableName = \"{values.Fill(step.Table)}\" ORDER BY CreateTime DESC LIMIT 1";
        string expected = values.Fill(step.State);
        string state = "";
        bool reached = Waiting.Until(AlterLimit, () =>
        {
            RawResult jobs = _connection!.Query(sql);
            state = jobs.Rows.Count == 0 ? "no job" : jobs.Text(0, "State")!;
            return state == expected || state is "FINISHED" or "CANCELLED";
        });
        if (!reached || state != expected)
            throw Wrong(step.Line, $"expected the newest ALTER job of {step.Table} to become {expected}, it is {state}");
    }

    public void Dispose() => _connection?.Dispose();

    private void Compare(SqlStep step, List<RowPattern> expected, RawResult result)
    {
        var left = result.Rows.ToList();
        bool all = left.Count == expected.Count && expected.Select((pattern, i) => (pattern, i)).All(p =>
        {
            if (!step.InAnyOrder)
                return p.pattern.Matches(left[p.i], values.Fill);
            int found = left.FindIndex(row => p.pattern.Matches(row, values.Fill));
            if (found >= 0)
                left.RemoveAt(found);
            return found >= 0;
        });
        if (!all)
        {
            throw Wrong(step.Line,
                $"expected rows\n{string.Concat(expected.Select(r => $"  | {r.Show(values.Fill)}\n"))}got rows\n{string.Concat(result.Rows.Select(static r => $"  | {RowPattern.Show(r)}\n"))}of {values.Fill(step.Text)}");
        }
    }

    private void Check(Refusal refusal, RawSqlError error)
    {
        string text = values.Fill(refusal.Text);
        if ((refusal.Code is { } code && code != error.Code) || (refusal.State is { } state && state != error.State) || !TextMatch.Contains(error.Message, text))
            throw Wrong(refusal.Line, $"expected ERROR {refusal.Code}{(refusal.State is null ? "" : $" ({refusal.State})")}: {text}\n     got {error}");
    }

    private void Check(Expectation expected, Fact? fact, string? reply)
    {
        if (expected.Mismatch(fact, values.Fill(expected.Value)) is { } mismatch)
            throw new CaseFailure(of, expected.Line, mismatch, reply);
    }

    private CaseFailure Wrong(int line, string what) => new(of, line, what);
}
