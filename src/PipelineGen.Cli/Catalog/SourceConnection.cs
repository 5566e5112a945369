using System.Net.Sockets;
using Npgsql;

namespace PipelineGen.Cli.Catalog;

/// <summary>Opens the source, and says in one line without a secret why it could not be opened or read.</summary>
internal static class SourceConnection
{
    public const string EnvironmentVariable = "Source__ConnectionString";

    /// <summary>The connection string that was given, else the environment's.</summary>
    public static string? Choose(string? given) => given ?? Environment.GetEnvironmentVariable(EnvironmentVariable);

    public static async Task<NpgsqlConnection> OpenAsync(string? connectionString, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new ToolFailure($"no source: give --connection or set {EnvironmentVariable}", ExitStatus.Usage);

        NpgsqlConnection connection;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
            settings.ApplicationName ??= "pipelinegen";
            connection = new NpgsqlConnection(settings.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or InvalidCastException or OverflowException)
        {
            // The exception's text may quote a value of the string, and a misspelled one may be the password.
            throw new ToolFailure(
                "the connection string is not one that Npgsql reads; expected 'Host=...;Port=5432;Database=...;Username=...;Password=...'",
                ExitStatus.Usage);
        }

        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await connection.DisposeAsync();
            throw Explain(e, new NpgsqlConnectionStringBuilder(connectionString));
        }
    }

    /// <summary>The failure that stands for an error of connecting or of reading the catalog.</summary>
    public static ToolFailure Explain(Exception error, NpgsqlConnectionStringBuilder source)
    {
        string server = $"{source.Host}:{source.Port}";
        return error switch
        {
            ToolFailure failure => failure,
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } e =>
                new ToolFailure($"{server} refused user '{source.Username}': {e.MessageText}", cause: e),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e =>
                new ToolFailure($"{server} has no database '{source.Database ?? source.Username}'", cause: e),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e =>
                new ToolFailure($"user '{source.Username}' lacks a right on {server}: {e.MessageText}", cause: e),
            PostgresException e => new ToolFailure($"{server} answered {e.SqlState}: {e.MessageText}", cause: e),
            NpgsqlException { InnerException: SocketException e } => new ToolFailure($"cannot connect to {server}: {e.Message}", cause: error),
            NpgsqlException { InnerException: TimeoutException } or TimeoutException =>
                new ToolFailure($"cannot connect to {server}: no answer within {source.Timeout} s", cause: error),
            SocketException e => new ToolFailure($"cannot connect to {server}: {e.Message}", cause: e),
            _ => new ToolFailure($"reading from {server} failed: {error.Message}", cause: error),
        };
    }
}
