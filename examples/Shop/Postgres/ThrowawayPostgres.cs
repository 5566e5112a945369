using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Shop.Postgres;

/// <summary>
/// A PostgreSQL server of one's own in a temporary folder, ready for logical replication. It listens on the loopback
/// only, works when the caller is root, and goes away with its folder when it is disposed or the calling process dies.
/// </summary>
public sealed class ThrowawayPostgres : IAsyncDisposable
{
    private const string Superuser = "postgres";

    /// <summary>
    /// Runs the server with its log in a file, and watches standard input, which ends when the calling process does,
    /// however it dies: then the server and the folder go too.
    /// </summary>
    private const string Watch = """
        folder=$1; log=$2; shift 2
        exec 3<&0 </dev/null >>"$log" 2>&1
        "$@" 3<&- &
        server=$!
        ( read -r _ <&3; : >"$folder/orphaned"; kill -QUIT $server ) 2>/dev/null &
        watch=$!
        wait $server
        status=$?
        kill $watch 2>/dev/null
        if [ -e "$folder/orphaned" ]; then cd /; rm -rf "$folder"; fi
        exit $status
        """;

    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;
    private readonly ThrowawayPostgresOptions _options;
    private readonly string _folder;
    private readonly string _log;
    private Process? _process;

    private ThrowawayPostgres(PostgresBinaries binaries, ServerAccount account, ThrowawayPostgresOptions options)
    {
        _binaries = binaries;
        _account = account;
        _options = options;
        // Short: a Unix socket's path has at most 107 bytes.
        _folder = Directory.CreateTempSubdirectory("pipelinegen-pg-").FullName;
        _log = Path.Combine(_folder, "server.log");
        DataDirectory = Path.Combine(_folder, "data");
    }

    /// <summary>The TCP port on 127.0.0.1; the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>PGDATA.</summary>
    public string DataDirectory { get; }

    /// <summary>The folder of the Unix socket.</summary>
    public string SocketDirectory => _folder;

    /// <summary>The folder with the server's programs, such as pg_resetwal and psql.</summary>
    public string BinaryDirectory => _binaries.Folder;

    /// <summary>Whether the server process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Connects the superuser to the database <c>postgres</c>.</summary>
    public string ConnectionString => ConnectionStringFor("postgres");

    /// <summary>Takes the named binaries, or finds or installs some, makes a cluster and starts it.</summary>
    /// <exception cref="PostgresUnavailableException">There are no binaries, or the server doesn't start; the message has its log.</exception>
    public static async Task<ThrowawayPostgres> CreateAsync(ThrowawayPostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ThrowawayPostgresOptions();
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException("A throwaway server needs Linux or macOS. Name a server of yours instead: --Source:ConnectionString=...");
        PostgresBinaries binaries = options.BinaryDirectory is { } folder
            ? PostgresBinaries.In(folder) ?? throw new PostgresUnavailableException($"postgres, initdb and pg_ctl are not all in '{folder}'.")
            : await PostgresBinaries.LocateAsync(options.Report, cancellationToken);
        var server = new ThrowawayPostgres(binaries, await ServerAccount.ChooseAsync(cancellationToken), options);
        try
        {
            await server.InitializeAsync(cancellationToken);
            await server.FirstStartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects the superuser to a database.</summary>
    public string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Password = _options.Password,
        Database = database,
    }.ConnectionString;

    /// <summary>Starts the stopped server, on its port, and waits until it lets us in.</summary>
    /// <exception cref="PostgresUnavailableException">It ended, or didn't let us in in time; the message has its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
            throw new InvalidOperationException("The server runs already.");
        _process?.Dispose();
        string[] server = _account.Command("/bin/sh", "-c", Watch, "sh", _folder, _log, _binaries.Server, "-D", DataDirectory, "-p", Port.ToString(CultureInfo.InvariantCulture));
        // Out of the terminal's process group: Ctrl-C is for us to hear, and for us to stop the server in order.
        string[] command = CommandLine.Find("setsid") is { } setsid ? [setsid, .. server] : server;
        _process = Process.Start(CommandLine.Describe(command, _folder))!;
        await WaitUntilReadyAsync(_process, cancellationToken);
    }

    /// <summary>Stops the server, if it runs, and waits until it is gone.</summary>
    public async Task StopAsync(ShutdownMode mode = ShutdownMode.Fast, CancellationToken cancellationToken = default)
    {
        if (_process is not { HasExited: false } process)
            return;
        string[] stop = _account.Command(_binaries.Control, "stop", "-D", DataDirectory, "-m", mode == ShutdownMode.Fast ? "fast" : "immediate", "-w", "-t", "30");
        CommandLine.Outcome outcome = await CommandLine.RunAsync(stop, _folder, cancellationToken);
        // It may have ended by itself in between; if not, our own child and its children are what is left to kill.
        if (outcome.ExitCode != 0 && !process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(cancellationToken);
        // Pooled connections to it are dead, and would fail the first who asks after a restart.
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Stops and starts it.</summary>
    public async Task RestartAsync(ShutdownMode mode = ShutdownMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(mode, cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>The last lines of the server's log.</summary>
    public string ReadLog(int lines = 40) => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(lines)) : "";

    /// <summary>Stops the server without ceremony and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(ShutdownMode.Immediate);
        _process?.Dispose();
        _process = null;
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        string passwordFile = Path.Combine(_folder, "password");
        List<string> command = [_binaries.InitDb, "-D", DataDirectory, "-U", Superuser, "-E", "UTF8", "--no-sync", "--auth-local=trust"];
        command.Add(_options.Password is null ? "--auth-host=trust" : "--auth-host=scram-sha-256");
        if (_options.Password is not null)
        {
            await File.WriteAllTextAsync(passwordFile, _options.Password + "\n", cancellationToken);
            command.Add("--pwfile=" + passwordFile);
        }

        await _account.OwnAsync(_folder, cancellationToken);
        CommandLine.Outcome outcome = await CommandLine.RunAsync(_account.Command([.. command, "--locale=C.UTF-8"]), _folder, cancellationToken);
        // Not every system has C.UTF-8; every one has C.
        if (outcome.ExitCode != 0)
            outcome = await CommandLine.RunAsync(_account.Command([.. command, "--locale=C"]), _folder, cancellationToken);
        if (outcome.ExitCode != 0)
            throw new PostgresUnavailableException($"initdb failed in {_folder}:\n{outcome.Output}");
        File.Delete(passwordFile);

        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = _folder,
            ["wal_level"] = "logical",
            ["max_replication_slots"] = "20",
            ["max_wal_senders"] = "20",
            ["wal_sender_timeout"] = "30s",
            ["max_prepared_transactions"] = "10",
            ["timezone"] = "UTC",
            // What a throwaway server holds needs to survive a crash of the server, not one of the machine.
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
        };
        foreach ((string name, string value) in _options.Settings)
            settings[name] = value;
        await File.AppendAllLinesAsync(
            Path.Combine(DataDirectory, "postgresql.conf"),
            settings.Select(static setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'"),
            cancellationToken);
    }

    private async Task FirstStartAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                await StartAsync(cancellationToken);
                return;
            }
            catch (PostgresUnavailableException) when (attempt < 5 && ReadLog().Contains("could not bind", StringComparison.Ordinal))
            {
                // Somebody took the port between our look and the server's start.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        // Not pooled: a pool would keep the failures of a starting server.
        string connectionString = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = 5 }.ConnectionString;
        long start = _options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException failure)
            {
                if (process.HasExited)
                    throw new PostgresUnavailableException($"The server in {_folder} ended with status {process.ExitCode} while starting. Its log:\n{ReadLog()}");
                if (_options.TimeProvider.GetElapsedTime(start) > _options.StartLimit)
                    throw new PostgresUnavailableException($"The server in {_folder} let nobody in within {_options.StartLimit.TotalSeconds} s ({failure.Message}). Its log:\n{ReadLog()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), _options.TimeProvider, cancellationToken);
        }
    }
}
