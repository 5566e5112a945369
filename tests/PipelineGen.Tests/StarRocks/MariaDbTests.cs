using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>A test that needs mariadbd on this machine and is skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MariaDbFactAttribute : FactAttribute
{
    public MariaDbFactAttribute()
    {
        if (!MariaDb.IsInstalled)
        {
            Skip = "mariadbd is not installed (apt-get install mariadb-server).";
        }
    }
}

/// <summary>The SQL client against a real server of the protocol, which our own fake can't vouch for.</summary>
public sealed class MariaDbTests(MariaDb server) : IClassFixture<MariaDb>
{
    private static async Task<SqlConnection> ConnectAsync(MariaDb server, string user = "root", string password = "", string? database = null) =>
        await SqlConnection.ConnectAsync("127.0.0.1", server.Port, user, password, database, default).WaitAsync(Patience);

    [MariaDbFact]
    public async Task Values_of_many_types_literals_and_bytes_come_back()
    {
        await using SqlConnection connection = await ConnectAsync(server);
        Assert.Contains("MariaDB", connection.GreetingVersion);
        await connection.ExecuteAsync("CREATE OR REPLACE DATABASE shop", default);
        await connection.ExecuteAsync("CREATE TABLE shop.t (id BIGINT PRIMARY KEY, note TEXT CHARACTER SET utf8mb4, amount DECIMAL(10,2), at DATETIME(6), raw VARBINARY(20), flag BOOLEAN)", default);
        string odd = "it's \\ \"q\" `b` \n\r\0\u001a grüße 🙂";

        Assert.Equal(2, await connection.ExecuteAsync($"INSERT INTO shop.t VALUES (-9223372036854775808, {SqlText.Literal(odd)}, 1.50, '2024-01-02 03:04:05.000006', x'00FF27', TRUE), (2, NULL, NULL, NULL, NULL, NULL)", default));
        SqlResult result = await connection.QueryAsync("SELECT * FROM shop.t ORDER BY id", default);

        Assert.Equal(["id", "note", "amount", "at", "raw", "flag"], result.Columns.Select(column => column.Name));
        Assert.Equal([SqlColumnType.LongLong, SqlColumnType.Blob, SqlColumnType.NewDecimal, SqlColumnType.DateTime, SqlColumnType.VarString, SqlColumnType.Tiny], result.Columns.Select(column => column.Type));
        SqlRow row = result.Rows[0];
        Assert.Equal(("-9223372036854775808", odd, "1.50", "2024-01-02 03:04:05.000006", "1"), (row[0], row[1], row[2], row[3], row[5]));
        Assert.Equal([0x00, 0xFF, 0x27], row.GetBytes(4).ToArray());
        Assert.Equal(["2", null, null, null, null, null], result.Rows[1].ToArray().AsEnumerable());
        Assert.Equal(1, await connection.ExecuteAsync("DELETE FROM shop.t WHERE id = 2", default));
    }

    [MariaDbFact]
    public async Task Passwords_are_checked()
    {
        await using SqlConnection root = await ConnectAsync(server);
        await root.ExecuteAsync("CREATE OR REPLACE USER loader@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING PASSWORD('s3crét')", default);
        await root.ExecuteAsync("CREATE DATABASE IF NOT EXISTS doors", default);
        await root.ExecuteAsync("GRANT SELECT ON doors.* TO loader@'127.0.0.1'", default);

        await using SqlConnection loader = await ConnectAsync(server, "loader", "s3crét", "doors");
        Assert.Equal("doors", (await loader.QueryAsync("SELECT DATABASE()", default)).Scalar);
        Assert.Equal((1045, "28000"), Coded(await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, "loader", "wrong"))));
        Assert.Equal(1049, (await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, database: "nowhere"))).Code);

        static (int Code, string SqlState) Coded(StarRocksSqlException failure) => (failure.Code, failure.SqlState);
    }

    [MariaDbFact]
    public async Task Errors_keep_the_connection_and_large_values_and_streams_come_whole()
    {
        await using SqlConnection connection = await ConnectAsync(server);
        var syntax = await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.QueryAsync("SELEKT", default));
        Assert.Equal((1064, "42000"), (syntax.Code, syntax.SqlState));
        await connection.PingAsync(default);
        await connection.ExecuteAsync("SET GLOBAL max_allowed_packet = 67108864", default);

        await using SqlConnection wide = await ConnectAsync(server); // the limit holds for new connections
        SqlResult large = await wide.QueryAsync("SELECT REPEAT('ab', 10000000), NULL, 'end'", default).WaitAsync(Patience);
        Assert.Equal((20_000_000, null, "end"), (large.Rows[0].GetBytes(0).Length, large.Rows[0][1], large.Rows[0][2]));
        Assert.Equal("17000000", (await wide.QueryAsync($"SELECT LENGTH('{new string('x', 17_000_000)}')", default).WaitAsync(Patience)).Scalar);

        long sum = 0;
        await foreach (SqlRow row in wide.StreamAsync("SELECT seq FROM mysql.seq_1_to_100000", default))
        {
            sum += long.Parse(row[0]!);
        }

        Assert.Equal(5_000_050_000, sum);
        Assert.Empty((await wide.QueryAsync("SELECT 1 FROM DUAL WHERE FALSE", default)).Rows);
    }

    [MariaDbFact]
    public async Task Connections_are_encrypted_as_asked()
    {
        var trusting = new SqlConnectionLimits { Tls = SqlTls.Required, TrustedRoots = [server.Certificate] };
        await using SqlConnection root = await ConnectAsync(server); // preferred
        await using SqlConnection plain = await SqlConnection.ConnectAsync("127.0.0.1", server.Port, "root", "", null, new SqlConnectionLimits { Tls = SqlTls.Disabled }, null, default).WaitAsync(Patience);
        await using SqlConnection checkedOne = await SqlConnection.ConnectAsync("127.0.0.1", server.Port, "root", "", null, trusting, null, default).WaitAsync(Patience);

        foreach ((SqlConnection connection, bool encrypted) in new[] { (root, true), (plain, false), (checkedOne, true) })
        {
            Assert.Equal(encrypted, connection.IsEncrypted);
            string cipher = (await connection.QueryAsync("SHOW STATUS LIKE 'Ssl_cipher'", default)).Rows[0][1]!;
            Assert.Equal(encrypted, cipher.Length > 0);
        }

        await root.ExecuteAsync("CREATE OR REPLACE USER careful@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING PASSWORD('p') REQUIRE SSL", default);
        await using SqlConnection careful = await ConnectAsync(server, "careful", "p");
        Assert.Equal(20_000_000, (await careful.QueryAsync("SELECT LENGTH(REPEAT('ab', 10000000))", default).WaitAsync(Patience)).Scalar is { } length ? int.Parse(length) : 0);
        await Assert.ThrowsAsync<StarRocksSqlException>(() => SqlConnection.ConnectAsync("127.0.0.1", server.Port, "careful", "p", null, new SqlConnectionLimits { Tls = SqlTls.Disabled }, null, default).WaitAsync(Patience));

        var untrusted = await Assert.ThrowsAsync<StarRocksSqlException>(() => SqlConnection.ConnectAsync("127.0.0.1", server.Port, "root", "", null, new SqlConnectionLimits { Tls = SqlTls.Required }, null, default).WaitAsync(Patience));
        Assert.Equal(ErrorClass.Final, untrusted.Class);
        Assert.Contains("StarRocks:SqlTls", untrusted.Message);
    }

    [MariaDbFact]
    public async Task An_encrypted_connection_is_kept_between_statements()
    {
        await using var client = new SqlClient(Options(new Uri("http://fe:8030")) with { QueryEndpoint = $"127.0.0.1:{server.Port}", User = "root", Password = "", SqlTls = SqlTls.Preferred }, withoutDatabase: true);
        string? first = (await client.QueryAsync("SELECT CONNECTION_ID()", default)).Scalar;
        Assert.Equal(first, (await client.QueryAsync("SELECT CONNECTION_ID()", default)).Scalar);
        Assert.Equal(first, (await client.QueryAsync("SELECT CONNECTION_ID()", default)).Scalar);
    }

    [MariaDbFact]
    public async Task A_schema_is_read()
    {
        await using var client = new SqlClient(Options(new Uri("http://fe:8030")) with { QueryEndpoint = $"127.0.0.1:{server.Port}", User = "root", Password = "" }, withoutDatabase: true);
        var ddl = new DdlExecutor(client);
        var schema = new TargetSchema(client);

        Assert.False(await schema.DatabaseExistsAsync("it's new", default));
        await ddl.CreateDatabaseIfMissingAsync("it's new", default);
        await ddl.CreateDatabaseIfMissingAsync("it's new", default);
        Assert.True(await schema.DatabaseExistsAsync("it's new", default));
        Assert.Null(await schema.ReadAsync("it's new", "o'rders", default));
        await ddl.ExecuteAsync("CREATE TABLE `it's new`.`o'rders` (id BIGINT(20) PRIMARY KEY, total DECIMAL(10,2) NULL)", default);

        TargetTable table = Assert.IsType<TargetTable>(await schema.ReadAsync("it's new", "o'rders", default));
        Assert.Null(table.Model);
        Assert.Equal([("id", false, true), ("total", true, false)], table.Columns.Select(column => (column.Name, column.IsNullable, column.IsKey)));
        Assert.True(StarRocksTypeText.AreSame("DECIMAL(10, 2)", table.Columns[1].ColumnType));
        Assert.Contains("MariaDB", await schema.GetServerVersionAsync(default));
        StarRocksServer found = await schema.GetServerAsync(default);
        Assert.Contains("unknown server", found.Describe());
        Assert.False(found.MergeCommit);
    }
}

/// <summary>A MariaDB server of its own on loopback, in a directory that is deleted afterwards.</summary>
public sealed class MariaDb : IAsyncLifetime
{
    private const string Server = "/usr/sbin/mariadbd";
    private const string Installer = "/usr/bin/mariadb-install-db";

    private readonly string _directory = Directory.CreateTempSubdirectory("pipelinegen-mariadb-").FullName;
    private Process? _process;

    public static bool IsInstalled => File.Exists(Server) && File.Exists(Installer);

    public int Port { get; private set; }

    public X509Certificate2 Certificate { get; } = TestCertificates.For("127.0.0.1");

    public async Task InitializeAsync()
    {
        if (!IsInstalled || OperatingSystem.IsWindows())
        {
            return;
        }

        // The server refuses to run as root.
        string[] account = Environment.UserName == "root" ? ["--user=mysql"] : [];
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        string data = Path.Combine(_directory, "data");
        using (Process install = Start(Installer, ["--no-defaults", .. account, "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db"]))
        {
            await install.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            Assert.Equal(0, install.ExitCode);
        }

        string certificate = Path.Combine(_directory, "certificate.pem");
        string key = Path.Combine(_directory, "key.pem");
        using (RSA rsa = Certificate.GetRSAPrivateKey()!)
        {
            await File.WriteAllTextAsync(certificate, Certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem());
        }

        Port = LoopbackListener.FreePort();
        _process = Start(Server, ["--no-defaults", .. account, "--datadir=" + data, "--socket=" + Path.Combine(data, "s"), "--bind-address=127.0.0.1", $"--port={Port}", "--skip-name-resolve", "--ssl-cert=" + certificate, "--ssl-key=" + key, "--log-error=" + Path.Combine(data, "log")]);

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await using SqlConnection connection = await SqlConnection.ConnectAsync("127.0.0.1", Port, "root", "", null, limit.Token);
                return;
            }
            catch (StarRocksSqlException failure) when (failure.IsRetryable && !_process.HasExited)
            {
                await Task.Yield();
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Certificate.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine(); // an unread pipe would stop it
        process.BeginErrorReadLine();
        return process;
    }
}
