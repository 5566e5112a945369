using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Programs;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>A suite that can't fail proves nothing: what is wrong is found, and named with file, line, section, expected and actual.</summary>
public sealed class CaseRunnerTests(StandInFixture server) : IClassFixture<StandInFixture>
{
    private const string Table = "section 1.5\ncase wrong\nsql CREATE TABLE t (id INT NOT NULL) {pk}\n";

    [Theory]
    [InlineData("load t\nformat: json\n> {\"id\":1}\nexpect Status=Fail", "a.cases:7 wrong (STARROCKS.md, 1.5)\nexpected Status = 'Fail', got string 'Success'\n--- reply\nHTTP 200")]
    [InlineData("load t\nformat: json\n> {\"id\":1}\nexpect NumberLoadedRows:string", "expected NumberLoadedRows : string, got int '1'")]
    [InlineData("load t\nformat: json\n> {\"id\":1}\nexpect Colour=red", "expected Colour = 'red', but there is no Colour")]
    [InlineData("load t\nformat: json\n> {\"id\":1}\nexpect !Status", "expected no Status, got string 'Success'")]
    [InlineData("sql SELECT 1\nrows\n| 2", "a.cases:4 wrong (STARROCKS.md, 1.5)\nexpected rows\n  | 2\ngot rows\n  | 1\nof SELECT 1")]
    [InlineData("sql SELECT 1\nrows", "expected rows\ngot rows\n  | 1")]
    [InlineData("sql SELECT 1 AS a\nnames b", "expected columns b\n     got columns a")]
    [InlineData("sql SELECT 1\nerror 1064 x", "a.cases:5 wrong (STARROCKS.md, 1.5)\nexpected ERROR 1064 x, but it succeeded")]
    [InlineData("sql SELEKT\nerror 1045 x", "expected ERROR 1045: x\n     got ERROR 1064 (HY000)")]
    [InlineData("sql SELEKT", "expected success, got ERROR 1064")]
    [InlineData("sql CREATE TABLE u (id INT, n INT SUM) AGGREGATE KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1\nerror 1064", "does not take aggregate columns")] // the stand-in's own refusal is no evidence
    [InlineData("state {label} VISIBLE", "expected state VISIBLE of l-conformance")]
    [InlineData("login password=wrong", "expected to be let in, got ERROR 1045")]
    [InlineData("login\nexpect version=1", "expected version = '1', got string '8.0.33'")]
    [InlineData("fault TooManyVersions", "this step needs a stand-in of the case's own")]
    public async Task What_is_wrong_is_named(string steps, string message)
    {
        ConformanceCase wrong = Assert.Single(CaseFileParser.Parse("a.cases", Table + steps));
        var failure = await Assert.ThrowsAsync<CaseFailure>(() => CaseRunner.RunAsync(wrong, server.Address, server.StandIn));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sql SELECT 1", "the stand-in takes this now: drop 'refused-by-stand-in'")]
    [InlineData("sql SELEKT", "expected success, got ERROR 1064")]
    public async Task A_refusal_is_expected_of_the_stand_in_only_where_it_names_itself(string steps, string message)
    {
        ConformanceCase refused = Assert.Single(CaseFileParser.Parse("a.cases", "section 1\ncase refused\nrefused-by-stand-in\n" + steps));
        var failure = await Assert.ThrowsAsync<CaseFailure>(() => CaseRunner.RunAsync(refused, server.Address, server.StandIn));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://fe", "fe", 8030, "fe", 9030, "root", "")]
    [InlineData("http://u:p%40ss@fe:18030;sql=other:19030", "fe", 18030, "other", 19030, "u", "p@ss")]
    public void An_address_is_read(string text, string host, int port, string sqlHost, int sqlPort, string user, string password) =>
        Assert.Equal(new StarRocksAddress(host, port, sqlHost, sqlPort, user, password), StarRocksAddress.Parse(text));

    [Theory]
    [InlineData("fe:8030")]
    [InlineData("https://fe:8030")]
    [InlineData("http://u:secret@fe;mysql=fe:9030")]
    [InlineData("http://u:secret@fe;sql=fe")]
    public void An_address_that_is_none_is_refused_without_its_password(string text) =>
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => StarRocksAddress.Parse(text)).Message, StringComparison.Ordinal);
}
