namespace PipelineGen.IntegrationTests.Conformance.Format;

public sealed class CaseFileParserTests
{
    private const string Whole = """
        # what the file says holds for its cases
        section 1.6
        versions 3.5 4.1

        case one
          sql CREATE TABLE t (id INT,
          |   v INT)
          error 1064/HY000 first ... second
        case two
          section 1.7
          versions 4.0
          only stand-in
          inferred
          load t no-expect length=7
          format: json
          column_separator: ,
          | {"id":1}
          > no end
          ~ a\t\x00\u00e4
          x 00 ff
          * 3 ab
          expect Status=Success Message~"a \"b\"" !Db TxnId:int NumberLoadedRows>=1
          expect ErrorURL?
          sql SELECT 1
          rows any-order
          | 1 | NULL | "x"
        """;

    [Fact]
    public void Everything_of_a_file_is_read()
    {
        IReadOnlyList<ConformanceCase> cases = CaseFileParser.Parse("a.cases", Whole);

        Assert.Equal(["1.6 one", "1.7 two"], cases.Select(static c => c.ToString()));
        Assert.Equal((5, CaseTarget.Both, false), (cases[0].Line, cases[0].Where, cases[0].IsInferred));
        Assert.Equal(["3.5", "4.1"], cases[0].Versions);
        Assert.Equal(["4.0"], cases[1].Versions);
        Assert.Equal((CaseTarget.StandIn, true), (cases[1].Where, cases[1].IsInferred));
        var create = Assert.IsType<SqlStep>(Assert.Single(cases[0].Steps));
        Assert.Equal("CREATE TABLE t (id INT,\n  v INT)", create.Text);
        Assert.Equal(new Refusal(8, 1064, "HY000", "first ... second"), create.Refusal);
    }

    [Fact]
    public void A_request_has_flags_headers_body_and_expectations()
    {
        ConformanceCase two = CaseFileParser.Parse("a.cases", Whole)[1];

        var load = Assert.IsType<HttpStep>(two.Steps[0]);
        Assert.Equal(("PUT", "/api/{db}/t/_stream_load", true, 7L), (load.Method, load.Path, load.Flags.NoExpect, load.Flags.Length));
        Assert.Equal([("format", "json"), ("column_separator", ",")], load.Headers);
        Assert.Equal("{\"id\":1}\nno enda\t\0ä\0?ababab", System.Text.Encoding.ASCII.GetString(new Running.Placeholders().Fill(load.Body)).Replace("??", "ä", StringComparison.Ordinal));
        Assert.Equal(
            [("Status", ExpectedAs.Equal, "Success"), ("Message", ExpectedAs.Containing, "a \"b\""), ("Db", ExpectedAs.Absent, ""), ("TxnId", ExpectedAs.OfKind, "int"), ("NumberLoadedRows", ExpectedAs.AtLeast, "1"), ("ErrorURL", ExpectedAs.Present, "")],
            load.Expectations.Select(static e => (e.Key, e.Operator, e.Value)));
        var select = Assert.IsType<SqlStep>(two.Steps[1]);
        Assert.True(select.InAnyOrder);
        Assert.Equal(["1", "NULL", "\"x\""], Assert.Single(select.Rows!).Values);
    }

    [Fact]
    public void Each_row_of_a_table_is_a_case()
    {
        IReadOnlyList<ConformanceCase> cases = CaseFileParser.Parse("a.cases", """
            case many
              section 4
              each type | text
              | INT | 7
              | VARCHAR(3) |
              sql SELECT {type}
            """);

        Assert.Equal(["4 many(INT, 7)", "4 many(VARCHAR(3), )"], cases.Select(static c => c.ToString()));
        Assert.Equal((4, 5), (cases[0].Line, cases[1].Line));
        Assert.Equal("7", cases[0].Values["text"]);
    }

    [Theory]
    [InlineData("case a\n section 1\n nonsense", "a.cases:3: 'nonsense' begins no line")]
    [InlineData("case a\n sql SELECT 1", "a.cases:1: case a cites no section")]
    [InlineData("section 1\ncase a", "a.cases:2: case a has no step")]
    [InlineData("case a b", "a.cases:1: a case's name is one word, not 'a b'")]
    [InlineData("section 1\ncase a\n| x", "a.cases:3: nothing above takes this line")]
    [InlineData("section 1\ncase a\nload t what", "a.cases:3: 'what' is no flag of a request")]
    [InlineData("section 1\ncase a\nload t\nexpect Status", "a.cases:4: after 'Status' one of = != ~ !~ % >= : ? is expected")]
    [InlineData("section 1\ncase a\nload t\nexpect Message=\"x", "a.cases:4: the quote at column 9 is not closed")]
    [InlineData("section 1\ncase a\nexpect Status=OK", "a.cases:3: nothing above has a reply")]
    [InlineData("section 1\ncase a\nsql x\nerror what", "a.cases:4: 'error CODE text' is expected, not 'what'")]
    [InlineData("section 1\ncase a\nformat: json", "a.cases:3: a header has to follow a step that takes it")]
    [InlineData("versions 9.9", "a.cases:1: versions are some of 3.3 3.5 4.0 4.1, not '9.9'")]
    [InlineData("section 1\ncase a\neach x | y\n| 1", "a.cases:4: a row of 'each' has 2 values here, not 1")]
    [InlineData("section 1\ncase a\nload t\n~ \\q", "a.cases:4: '\\q' is no escape; \\t \\n \\r \\0 \\\" \\\\ \\xNN \\uNNNN are")]
    [InlineData("section 1\ncase a\nclock 5", "a.cases:3: '+601s', '+5h' or '+3d' is expected, not '5'")]
    public void A_line_that_means_nothing_is_named(string text, string error) =>
        Assert.Equal(error, Assert.Throws<CaseSyntaxException>(() => CaseFileParser.Parse("a.cases", text)).Message);

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("NULL", null, true)]
    [InlineData("NULL", "NULL", false)]
    [InlineData("\"NULL\"", "NULL", true)]
    [InlineData("\"a\\n\"", "a\n", true)]
    [InlineData("x'6162'", "ab", true)]
    [InlineData("*", null, true)]
    [InlineData("/^a+$/", "aaa", true)]
    [InlineData("/^a+$/", "ab", false)]
    [InlineData("{bar}", "|", true)]
    [InlineData("\"\"", "", true)]
    public void A_row_pattern_matches(string pattern, string? value, bool matches) =>
        Assert.Equal(matches, RowPattern.Parse(pattern, 1).Matches([value is null ? null : System.Text.Encoding.UTF8.GetBytes(value)], static t => t));

    [Fact]
    public void All_files_are_read_and_no_two_cases_have_one_name()
    {
        Assert.Empty(CaseLibrary.All.GroupBy(static c => c.ToString()).Where(static g => g.Count() > 1).Select(static g => g.Key));
        foreach (string section in (string[])["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11", "1.12", "2.1", "2.2", "2.3", "2.4", "2.5", "2.7", "2.8", "3", "4", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "6.3", "7", "8"])
            Assert.Contains(CaseLibrary.All, c => c.Section == section);
    }
}
