using System.Text.Json;
using PipelineGen.Cli;

namespace PipelineGen.Tests.Cli;

/// <summary>The report of committed files: no database is needed for what it says.</summary>
public sealed class CatalogReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipelinegen-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_table_that_is_carried_exactly_exits_with_0()
    {
        Commit("public.t", "column id int8 not_null", "column name varchar(20)", "primary_key t_pkey id");

        (int status, string output, string error) = await RunAsync();

        Assert.Equal((0, ""), (status, error));
        Assert.Equal(
            """
            public.t (key id)
              column  postgres            c#       starrocks    outside  state
              id      int8 not null, key  long     BIGINT       -        carried
              name    varchar(20)         string?  VARCHAR(80)  -        carried

            1 table, 2 columns: 2 carried exactly, 0 warnings, 0 decisions open

            """.ReplaceLineEndings("\n"),
            output);
        Assert.Equal((0, "1 table, 2 columns: 2 carried exactly, 0 warnings, 0 decisions open\n", ""), await RunAsync("--open-only"));
    }

    /// <summary>One table a case: its lines, and the finding that the report must have, with its state.</summary>
    public static TheoryData<string[], string, string, string> Findings => new()
    {
        { ["column id int8 not_null", "column n numeric", "primary_key t_pkey id"], "n", "numericUndecided", "decision" },
        { ["column id int8 not_null", "column v x.unheard_of", "primary_key t_pkey id"], "v", "typeUnknown", "warning" },
        { ["column id int8 not_null", "column v x.vector2", "primary_key t_pkey id", "base_type x.vector2 extension=other"], "v", "extensionTypeUnknown", "warning" },
        { ["column f float8 not_null", "primary_key t_pkey f"], "f", "keyIllegal", "decision" },
        { ["column id int8 not_null", "column g int4 generated=stored expression=\"1\"", "primary_key t_pkey id"], "g", "generatedColumn", "warning" },
        { ["column g int4 not_null generated=stored expression=\"1\"", "primary_key t_pkey g"], "g", "keyColumnLeftOut", "decision" },
        { ["column id int8 not_null", "column \"__op\" int4", "primary_key t_pkey id"], "__op", "nameIllegal", "decision" },
        { ["column id int8 not_null", "column \"ID\" int4", "primary_key t_pkey id"], "ID", "nameTaken", "decision" },
        { ["column id int8"], "", "noPrimaryKey", "decision" },
        { ["column id int8", "primary_key t_pkey id"], "", "keyColumnNullable", "decision" },
        { ["column a varchar(30) not_null", "column b varchar(10) not_null", "primary_key t_pkey a, b"], "", "keyOversized", "warning" },
    };

    [Theory]
    [MemberData(nameof(Findings))]
    public async Task Each_finding_is_found_where_it_belongs(string[] lines, string column, string kind, string state)
    {
        Commit("public.t", lines);

        (int status, JsonElement report) = await ReportAsync();

        JsonElement table = Assert.Single(report.GetProperty("tables").EnumerateArray());
        JsonElement owner = column.Length == 0 ? table : table.GetProperty("columns").EnumerateArray().Single(c => c.GetProperty("name").GetString() == column);
        JsonElement finding = Assert.Single(owner.GetProperty("findings").EnumerateArray(), f => f.GetProperty("kind").GetString() == kind);
        Assert.Equal(state, finding.GetProperty("state").GetString());
        Assert.NotEqual("", finding.GetProperty("message").GetString());
        Assert.NotEqual(0, finding.GetProperty("choices").GetArrayLength());
        Assert.Equal(state, table.GetProperty("state").GetString());
        Assert.Equal(state == "decision" ? 3 : 0, status);
    }

    [Fact]
    public async Task A_key_that_fits_exactly_is_no_warning()
    {
        // The last string is not ended: 4 * 31 and 4 bytes of INT are 128.
        Commit("public.t", "column n int4 not_null", "column a varchar(31) not_null", "primary_key t_pkey n, a");

        Assert.Equal(0, (await ReportAsync()).Report.GetProperty("counts").GetProperty("warnings").GetInt32());
    }

    [Theory]
    [InlineData("table public.t kind=table replica_identity=nothing", "REPLICA IDENTITY DEFAULT")]
    [InlineData("table public.t kind=table replica_identity=index index=t_ref", "REPLICA IDENTITY DEFAULT")]
    public async Task A_key_that_deletes_do_not_carry_is_a_decision(string table, string choice)
    {
        Write("public.t", table, "column id int8 not_null", "column ref int4 not_null", "primary_key t_pkey id", "unique t_ref ref");

        (int status, JsonElement report) = await ReportAsync();

        JsonElement finding = Assert.Single(report.GetProperty("tables")[0].GetProperty("findings").EnumerateArray());
        Assert.Equal((3, "keyNotInReplicaIdentity"), (status, finding.GetProperty("kind").GetString()));
        Assert.Contains(choice, finding.GetProperty("choices")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table public.t kind=table replica_identity=default", "[StarRocksTable(Key = [\"a\", \"b\"])], the columns of t_ref, with ALTER TABLE ... REPLICA IDENTITY USING INDEX t_ref")]
    [InlineData("table public.t kind=table replica_identity=index index=t_ref", "[StarRocksTable(Key = [\"a\", \"b\"])], the columns of t_ref")]
    [InlineData("table public.t kind=table replica_identity=full", "[StarRocksTable(Key = [\"a\", \"b\"])], the columns of t_ref")]
    public async Task Without_a_primary_key_a_unique_index_is_offered(string table, string choice)
    {
        Write("public.t", table, "column a int8 not_null", "column b int4 not_null", "column c int4", "unique t_nullable c", "unique t_ref a, b");

        (_, JsonElement report) = await ReportAsync();

        Assert.Equal(choice, report.GetProperty("tables")[0].GetProperty("findings")[0].GetProperty("choices")[0].GetString());
    }

    [Theory]
    [InlineData("table public.t kind=foreign_table replica_identity=nothing")]
    [InlineData("table public.t kind=materialized_view replica_identity=nothing")]
    [InlineData("table public.t kind=partition root=public.whole replica_identity=default")]
    public async Task A_committed_file_of_a_kind_without_changes_is_a_decision(string table)
    {
        Write("public.t", table, "column id int8 not_null", "primary_key t_pkey id");

        (int status, JsonElement report) = await ReportAsync();

        JsonElement line = report.GetProperty("tables")[0];
        Assert.Equal((3, "tableKindUnsupported"), (status, Assert.Single(line.GetProperty("findings").EnumerateArray()).GetProperty("kind").GetString()));
        Assert.Equal(0, line.GetProperty("columns").GetArrayLength());
    }

    [Theory]
    [InlineData("3", false)]
    [InlineData("3.5", false)]
    [InlineData("4.0", true)]
    [InlineData("4.0.1", true)]
    public async Task The_version_of_StarRocks_decides_how_many_digits_DECIMAL_has(string version, bool isDecimal)
    {
        Commit("public.t", "column id int8 not_null", "column n numeric(60,2)", "primary_key t_pkey id");

        (_, JsonElement report) = await ReportAsync("--starrocks-version", version);

        string type = report.GetProperty("tables")[0].GetProperty("columns")[1].GetProperty("starRocksType").GetString()!;
        Assert.Equal(isDecimal, type == "DECIMAL(60,2)");
    }

    [Fact]
    public async Task The_projects_policy_is_that_of_columns_with_values_outside()
    {
        Commit("public.t", "column id int8 not_null", "column d date", "primary_key t_pkey id");

        Assert.Equal(["", "error"], await PoliciesAsync());
        Assert.Equal(["", "quarantine"], await PoliciesAsync("--policy", "quarantine"));
        Assert.Equal(["", "clamp"], await PoliciesAsync("--policy", "Clamp"));

        async Task<string[]> PoliciesAsync(params string[] arguments) =>
            [.. (await ReportAsync(arguments)).Report.GetProperty("tables")[0].GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("policy").GetString() ?? "")];
    }

    [Fact]
    public async Task Open_only_leaves_out_what_is_carried_and_counts_it()
    {
        Commit("public.fine", "column id int8 not_null", "primary_key t_pkey id");
        Commit("public.open", "column id int8 not_null", "column n numeric", "primary_key t_pkey id");

        (int status, JsonElement report) = await ReportAsync("--open-only");

        Assert.Equal(3, status);
        JsonElement table = Assert.Single(report.GetProperty("tables").EnumerateArray());
        Assert.Equal("n", Assert.Single(table.GetProperty("columns").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(
            "{\"tables\":2,\"columns\":3,\"carried\":2,\"warnings\":0,\"decisions\":1}",
            JsonSerializer.Serialize(report.GetProperty("counts")));
    }

    [Fact]
    public async Task Names_from_a_database_are_no_markdown_and_steer_no_terminal()
    {
        Commit("public.\"a*b_<i>\"", "column \"id|`x\" int8 not_null", "column \"red\\u{1b}[31m\" numeric", "primary_key t_pkey \"id|`x\"");

        (_, string markdown, _) = await RunAsync("--format", "markdown");
        (_, string table, _) = await RunAsync("--format", "table");

        Assert.Contains("\n## public.\"a\\*b\\_&lt;i>\" (key id\\|\\`x)\n", markdown, StringComparison.Ordinal);
        Assert.Contains("\n| `` id\\|`x `` | `int8 not null, key` | `long` | `BIGINT` |  | carried |  |\n", markdown, StringComparison.Ordinal);
        Assert.Contains("\n1 table, 2 columns: 1 carried exactly, 0 warnings, 1 decision open.\n", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', markdown + table);
        Assert.Contains("  red\\u{1b}[31m  numeric", table, StringComparison.Ordinal);
        // Every row of a Markdown table has as many cells as its head, escaped bars aside.
        Assert.All(
            markdown.Split('\n').Where(l => l.StartsWith('|')),
            l => Assert.Equal(8, l.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
    }

    [Fact]
    public async Task Tables_and_schemas_can_be_chosen()
    {
        Commit("a.one", "column id int8 not_null", "primary_key t_pkey id");
        Commit("b.two", "column id int8 not_null", "primary_key t_pkey id");

        Assert.Equal("b.two", (await ReportAsync("--schema", "b")).Report.GetProperty("tables")[0].GetProperty("table").GetString());
        Assert.Equal("a.one", (await ReportAsync("--table", "a.one")).Report.GetProperty("tables")[0].GetProperty("table").GetString());
        (int status, string output, string error) = await RunAsync("--table", "a.on");
        Assert.Equal((1, ""), (status, output));
        Assert.Equal($"pipelinegen: '{_folder}' has no table a.on; did you mean a.one?\n", error);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ends_the_report()
    {
        Commit("public.t", "column id int8 not_null", "primary_key t_pkey nr");

        (int status, string output, string error) = await RunAsync();

        Assert.Equal((1, ""), (status, output));
        Assert.Contains("public.t.pgcatalog(5): index 't_pkey' names column 'nr'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--starrocks-version: expected a version from 3 on, such as 3.3 or 4.0, found '2.5'", "--starrocks-version", "2.5")]
    [InlineData("--starrocks-version: expected a version from 3 on, such as 3.3 or 4.0, found 'new'", "--starrocks-version", "new")]
    [InlineData("--policy: expected error, null, clamp, text or quarantine, found 'ignore'", "--policy", "ignore")]
    [InlineData("--policy: expected error, null, clamp, text or quarantine, found 'default'", "--policy", "default")]
    [InlineData("--dir and --connection exclude each other", "--connection", "Host=x")]
    [InlineData("'html'", "--format", "html")]
    public async Task Usage_errors_exit_with_2(string message, params string[] arguments)
    {
        (int status, string output, string error) = await RunAsync(arguments);

        Assert.Equal((2, ""), (status, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private void Commit(string table, params string[] lines) =>
        Write(table, [$"table {table} kind=table replica_identity=default", .. lines]);

    private void Write(string table, params string[] lines)
    {
        string name = new([.. table.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-')]);
        File.WriteAllText(
            Path.Combine(_folder, name + ".pgcatalog"),
            $"pipelinegen-catalog 1\nserver 15 encoding=UTF8 money_fraction_digits=2\n{string.Join('\n', lines)}\nend\n");
    }

    private async Task<(int Status, JsonElement Report)> ReportAsync(params string[] arguments)
    {
        (int status, string output, string error) = await RunAsync(["--json", .. arguments]);
        Assert.Equal("", error);
        using JsonDocument document = JsonDocument.Parse(output);
        return (status, document.RootElement.Clone());
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int status = await PipelineGenTool.RunAsync(["catalog", "report", "--dir", _folder, .. arguments], output, error);
        return (status, output.ToString(), error.ToString());
    }
}
