using System.Diagnostics;
using Npgsql;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Postgres;

public sealed class ThrowawayPostgresTests
{
    [Fact]
    public async Task A_server_is_ready_for_logical_replication_and_takes_settings()
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions
        {
            Settings = new Dictionary<string, string> { ["work_mem"] = "7MB", ["application_name"] = "it's" },
        });

        Assert.Equal("logical", await ScalarAsync(server.ConnectionString, "SHOW wal_level"));
        Assert.Equal("20", await ScalarAsync(server.ConnectionString, "SHOW max_replication_slots"));
        Assert.Equal("7MB", await ScalarAsync(server.ConnectionString, "SHOW work_mem"));
        Assert.Equal("UTF8", await ScalarAsync(server.ConnectionString, "SHOW server_encoding"));
        Assert.Equal("it's", await ScalarAsync(server.ConnectionString, "SELECT reset_val FROM pg_settings WHERE name = 'application_name'"));
    }

    [Theory]
    [InlineData(ShutdownMode.Fast)]
    [InlineData(ShutdownMode.Immediate)]
    public async Task A_restart_keeps_port_and_rows(ShutdownMode mode)
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync();
        int port = server.Port;
        await ScalarAsync(server.ConnectionString, "CREATE TABLE t AS SELECT 42 AS a; SELECT pg_switch_wal()::text");

        await server.RestartAsync(mode);

        Assert.Equal(port, server.Port);
        Assert.Equal("42", await ScalarAsync(server.ConnectionString, "SELECT a::text FROM t"));
    }

    [Fact]
    public async Task A_stopped_server_lets_nobody_in_until_it_is_started()
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync();

        await server.StopAsync();
        Assert.False(server.IsRunning);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(server.ConnectionString, "SELECT 1::text"));

        await server.StartAsync();
        Assert.Equal("1", await ScalarAsync(server.ConnectionString, "SELECT 1::text"));
    }

    [Fact]
    public async Task Disposing_leaves_no_folder_and_no_process()
    {
        ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync();
        string folder = Path.GetDirectoryName(server.DataDirectory)!;
        int postmaster = Postmaster(server);
        Assert.True(IsAlive(postmaster));

        await server.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.False(IsAlive(postmaster));
    }

    [Fact]
    public async Task With_a_password_only_those_who_know_it_get_in()
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions { Password = "o'pen sesame" });

        Assert.Equal("1", await ScalarAsync(server.ConnectionString, "SELECT 1::text"));
        string wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString;
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(wrong, "SELECT 1::text"));
        Assert.Equal("28P01", refused.SqlState);
    }

    [Fact]
    public async Task A_server_that_does_not_start_says_why()
    {
        PostgresUnavailableException failure = await Assert.ThrowsAsync<PostgresUnavailableException>(() => ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "many" },
        }));

        Assert.Contains("max_connections", failure.Message, StringComparison.Ordinal);
    }

    private static int Postmaster(ThrowawayPostgres server) =>
        int.Parse(File.ReadLines(Path.Combine(server.DataDirectory, "postmaster.pid")).First());

    private static bool IsAlive(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task<string> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
