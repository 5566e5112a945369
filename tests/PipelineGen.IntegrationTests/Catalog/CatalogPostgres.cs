using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>One private Postgres for the tests of this folder; the shared ThrowawayPostgres replaces it.</summary>
public sealed class CatalogPostgres : IAsyncLifetime
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pipelinegen-catalog-{Guid.NewGuid():n}");
    private int _databases;

    public int Port { get; private set; }

    public string ConnectionString(string database, string password = "secret-word") =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres;Password={password};Pooling=false;Timeout=20";

    public async Task InitializeAsync()
    {
        Port = FreePort();
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), "secret-word");
        await Run("chown", "-R", "postgres", _folder);
        await AsPostgres("initdb", "-D", $"{_folder}/db", "-A", "scram-sha-256", $"--pwfile={_folder}/password", "-E", "UTF8", "--locale=C", "--no-sync");
        await AsPostgres("pg_ctl", "-D", $"{_folder}/db", "-w", "-l", $"{_folder}/log", "-o",
            $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=off -c wal_level=logical", "start");
    }

    public async Task DisposeAsync()
    {
        await AsPostgres("pg_ctl", "-D", $"{_folder}/db", "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A new database that <paramref name="scripts"/> have filled, each in a transaction of its own.</summary>
    public async Task<string> CreateDatabaseAsync(params string[] scripts)
    {
        string name = $"catalog_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        foreach (string sql in scripts)
            await ExecuteAsync(ConnectionString(name), sql);
        return ConnectionString(name);
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The server refuses to run as root.</summary>
    private static Task AsPostgres(string program, params string[] arguments) => Environment.UserName == "root"
        ? Run("runuser", ["-u", "postgres", "--", $"{Binaries}/{program}", .. arguments])
        : Run($"{Binaries}/{program}", arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        // Output stays the parent's: a server that pg_ctl leaves behind would hold a pipe open for ever.
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/tmp" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
