using PipelineGen.IntegrationTests.Aot;

namespace PipelineGen.IntegrationTests.Conformance.Programs;

/// <summary>The real <c>mariadb</c> client at the SQL endpoint (STARROCKS.md, 7).</summary>
public sealed class MariaDbClientTests(StandInFixture server) : IClassFixture<StandInFixture>
{
    [ProgramFact("mariadb", "mariadb-client")]
    public async Task Rows_are_inserted_and_selected()
    {
        string database = server.Database();
        string output = await RunAsync(database, "INSERT INTO t VALUES (1, 'it''s'), (2, NULL); SELECT id, v FROM t ORDER BY id; SELECT count(*) AS n FROM t;");

        Assert.Equal("id\tv\n1\tit's\n2\tNULL\nn\n2\n", output);
    }

    [ProgramFact("mariadb", "mariadb-client")]
    public async Task Databases_tables_and_columns_are_shown()
    {
        string database = server.Database();

        Assert.Contains($"\n{database}\n", await RunAsync(database, "SHOW DATABASES"), StringComparison.Ordinal);
        Assert.Equal($"Tables_in_{database}\nt\n", await RunAsync(database, "SHOW TABLES"));
        string described = await RunAsync(database, "DESC t");
        Assert.StartsWith("Field\tType\tNull\tKey\tDefault\tExtra\nid\tint\tNO\ttrue\tNULL\t", described, StringComparison.Ordinal);
        Assert.Contains("\nv\tvarchar(20)\tYES\tfalse\tNULL\t", described, StringComparison.Ordinal);
        Assert.Contains("PRIMARY KEY(`id`)", await RunAsync(database, "SHOW CREATE TABLE t"), StringComparison.Ordinal);
    }

    [ProgramFact("mariadb", "mariadb-client")]
    public async Task Tables_are_made_filled_and_dropped()
    {
        string database = server.Database();
        string output = await RunAsync(database, """
            CREATE TABLE u (a BIGINT NOT NULL, b DECIMAL(10,2), c DATETIME) PRIMARY KEY (a) DISTRIBUTED BY HASH (a) BUCKETS 1 PROPERTIES ("replication_num" = "1");
            INSERT INTO u VALUES (1, 1.005, '2024-01-02 03:04:05'), (1, 2.5, NULL);
            SELECT * FROM u;
            DELETE FROM u WHERE a = 1;
            SELECT count(*) AS n FROM u;
            DROP TABLE u;
            """);

        // The client now and then puts an empty line after a statement without rows; rows are what counts.
        Assert.Equal(["a\tb\tc", "1\t2.50\tNULL", "n", "0"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [ProgramFact("mariadb", "mariadb-client")]
    public async Task Errors_have_their_codes_and_states()
    {
        string database = server.Database();

        Assert.Contains("ERROR 5502 (42602) at line 1: Unknown table", await FailAsync(database, "SELECT * FROM nothing"), StringComparison.Ordinal);
        Assert.Contains("ERROR 1064 (HY000) at line 1: Getting syntax error at line 1, column 0. Detail message:", await FailAsync(database, "SELEKT 1"), StringComparison.Ordinal);
        Assert.Contains("ERROR 5501 (3F000) at line 1: Unknown database 'nowhere'", await FailAsync(database, "SHOW TABLES FROM nowhere"), StringComparison.Ordinal);
    }

    [ProgramFact("mariadb", "mariadb-client")]
    public async Task A_wrong_password_is_refused()
    {
        FinishedProcess client = await StandInFixture.RunAsync("mariadb", [.. Arguments("wrong"), "-e", "SELECT 1"]);

        Assert.NotEqual(0, client.ExitCode);
        Assert.Contains("ERROR 1045 (28000): Access denied for user 'root'", client.Output, StringComparison.Ordinal);
    }

    [ProgramFact("mariadb", "mariadb-client")]
    public async Task Statements_come_through_a_pipe_of_their_own()
    {
        string database = server.Database();
        string script = server.File("USE " + database + ";\nINSERT INTO t VALUES (7, 'seven');\nSELECT v FROM t WHERE id = 7;\n");
        FinishedProcess client = await StandInFixture.RunAsync("mariadb", [.. Arguments(server.Address.Password), "-e", $"source {script}"]);

        Assert.True(client.ExitCode == 0, client.Output);
        Assert.Equal("v\nseven\n", client.Output.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }

    private async Task<string> RunAsync(string database, string statements)
    {
        FinishedProcess client = await StandInFixture.RunAsync("mariadb", [.. Arguments(server.Address.Password), "-D", database, "-e", statements]);
        Assert.True(client.ExitCode == 0, client.Output);
        return client.Output.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private async Task<string> FailAsync(string database, string statement)
    {
        FinishedProcess client = await StandInFixture.RunAsync("mariadb", [.. Arguments(server.Address.Password), "-D", database, "-e", statement]);
        Assert.True(client.ExitCode != 0, client.Output);
        return client.Output;
    }

    // The newer clients demand TLS unless told otherwise.
    private string[] Arguments(string password) =>
        ["--no-defaults", "--skip-ssl", "--batch", "-h", server.Address.SqlHost, "-P", $"{server.Address.SqlPort}", "-u", server.Address.User, $"-p{password}"];
}
