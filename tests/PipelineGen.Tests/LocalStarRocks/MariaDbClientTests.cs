using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>A test that needs the mariadb client and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MariaDbClientTheoryAttribute : TheoryAttribute
{
    public MariaDbClientTheoryAttribute()
    {
        if (Path() is null)
        {
            Skip = "The mariadb client is not installed (apt-get install mariadb-client).";
        }
    }

    public static string? Path() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => (string[])[System.IO.Path.Combine(folder, "mariadb"), System.IO.Path.Combine(folder, "mysql")]).FirstOrDefault(File.Exists);
}

/// <summary>The real client, as people use it (STARROCKS.md, 7).</summary>
public sealed class MariaDbClientTests
{
    [MariaDbClientTheory]
    [InlineData("3.3", "5.1.0")]
    [InlineData("4.1", "8.0.33")]
    public async Task A_session_from_create_to_status(string version, string greeting)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version, Password = "se cret" });
        Assert.Equal("", (await RunAsync(server, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT, v VARCHAR(20), at DATETIME) PRIMARY KEY (id) PROPERTIES ('replication_num' = '1')")).Output);
        (string output, string error, int code) = await RunAsync(server, "USE shop;\nINSERT INTO t VALUES (1, 'ä\\n', '2024-01-01'), (2, NULL, NULL);\nSELECT * FROM t ORDER BY id;\nSELECT count(*) FROM t;\n", fromInput: true, "-vv");
        Assert.True(code == 0, error);
        Assert.Contains("id\tv\tat\n1\tä\\n\t2024-01-01 00:00:00\n2\tNULL\tNULL\n", output, StringComparison.Ordinal);
        Assert.Contains("Query OK, 2 rows affected", output, StringComparison.Ordinal);
        Assert.Contains("'status':'VISIBLE'", output, StringComparison.Ordinal);
        string status = (await RunAsync(server, "\\s\n", fromInput: true)).Output;
        Assert.Contains($"Server version:\t\t{greeting}", status, StringComparison.Ordinal);
        Assert.Contains("stand-in", status, StringComparison.Ordinal);
        Assert.Contains("Current user:\t\t'root'@'%'", status, StringComparison.Ordinal);
    }

    [MariaDbClientTheory]
    [InlineData("3.3")]
    [InlineData("4.1")]
    public async Task Shows_tables_and_errors(string version)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version });
        await RunAsync(server, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT, v VARCHAR(20)) PRIMARY KEY (id) PROPERTIES ('replication_num' = '1'); INSERT INTO shop.t SELECT 1, 'x'");
        Assert.Equal("Tables_in_shop\nt\n", (await RunAsync(server, "SHOW TABLES", false, "shop")).Output);
        Assert.Contains("| id   | v    |\n+------+------+\n|    1 | x    |", (await RunAsync(server, "SELECT * FROM t", false, "-t", "shop")).Output, StringComparison.Ordinal);
        Assert.Contains("*** 1. row ***", (await RunAsync(server, "SHOW CREATE TABLE shop.t\\G")).Output, StringComparison.Ordinal);
        Assert.Contains("stand-in", (await RunAsync(server, "SHOW VARIABLES LIKE 'version_comment'")).Output, StringComparison.Ordinal);
        Assert.Contains("FINISHED", (await RunAsync(server, "ALTER TABLE shop.t ADD COLUMN w INT; SHOW ALTER TABLE COLUMN FROM shop")).Output, StringComparison.Ordinal);
        foreach (string show in (string[])["SHOW DATABASES", "SHOW FULL COLUMNS FROM shop.t", "DESC shop.t", "SHOW PROCESSLIST", "SHOW BACKENDS", "SHOW FRONTENDS", "SHOW WARNINGS", "SHOW STATUS", "SELECT current_version(), version(), @@version_comment"])
        {
            Assert.Equal((show, 0), (show, (await RunAsync(server, show)).Code));
        }

        (_, string error, int code) = await RunAsync(server, "SELECT * FROM shop.nope");
        Assert.Equal(1, code);
        Assert.EndsWith("ERROR 5502 (42602) at line 1: Unknown table 'shop.nope'\n", error, StringComparison.Ordinal);
        Assert.Contains("ERROR 1045 (28000)", (await RunAsync(server, "SELECT 1", false, "--password=wrong")).Error, StringComparison.Ordinal);
    }

    [MariaDbClientTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_as_the_client_asks_for_it(bool offered)
    {
        using X509Certificate2? certificate = offered ? SqlTlsTests.Certificate() : null;
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { SqlCertificate = certificate });
        string status = (await RunAsync(server, "\\s\n", true, "--ssl")).Output;
        Assert.Contains(offered ? "Cipher in use is" : "Not in use", status, StringComparison.Ordinal);
        Assert.Equal("1\n1\n", (await RunAsync(server, "SELECT 1", false, "--skip-ssl")).Output);
    }

    private static async Task<(string Output, string Error, int Code)> RunAsync(LocalStarRocksServer server, string sql, bool fromInput = false, params string[] options)
    {
        string[] endpoint = server.QueryEndpoint.Split(':');
        var start = new ProcessStartInfo(MariaDbClientTheoryAttribute.Path()!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["--no-defaults", "--default-character-set=utf8", $"--host={endpoint[0]}", $"--port={endpoint[1]}", "--protocol=tcp", $"--user={server.User}", $"--password={server.Password}", .. options])
        {
            start.ArgumentList.Add(argument);
        }

        if (!fromInput)
        {
            start.ArgumentList.Add("-e");
            start.ArgumentList.Add(sql);
        }

        using Process client = Process.Start(start)!;
        if (fromInput)
        {
            await client.StandardInput.WriteAsync(sql);
        }

        client.StandardInput.Close();
        Task<string> output = client.StandardOutput.ReadToEndAsync(), error = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (await output, await error, client.ExitCode);
    }
}
