using System.Net.Sockets;
using Npgsql;

namespace PipelineGen.Postgres;

/// <summary>Something on the source that a person has to put right. The message says what was found and what to do.</summary>
public sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a failure on the Postgres side asks for.</summary>
public static class SourceFailure
{
    /// <summary>
    /// Whether trying again on a new connection can help: lost connections, a server that restarts or is full, a slot that
    /// the old walsender still holds (55006), a conflict with recovery. Internal errors (XX000) too: a walsender can fail to map
    /// a file of a table that is being truncated, and decodes the same WAL well the next time.
    /// </summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException server => server.SqlState is
            "55006" or "57P01" or "57P02" or "57P03" or "57P05" or "53300" or "53100" or "53200" or "58030" or "25P03" or "25P04" or "40001" or "40P01" or
            "XX000" or "08000" or "08003" or "08006" or "08001" or "08004" or "57014",
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>One line for people: what failed and what to do, without the connection string.</summary>
    public static string Describe(Exception error, string server) => error switch
    {
        PostgresException { SqlState: "28P01" or "28000" } refused => $"Postgres at {server} refused the login: {refused.MessageText}. Check user and password in Source:ConnectionString and the server's pg_hba.conf",
        PostgresException { SqlState: "3D000" } missing => $"Postgres at {server}: {missing.MessageText}. Check Database in Source:ConnectionString",
        PostgresException { SqlState: "42501" } rights => $"Postgres at {server} refused for want of a right: {rights.MessageText}. The role needs REPLICATION, SELECT on the tables, and CREATE on the database with ownership of the tables to create the publication",
        PostgresException { SqlState: "42883" } output when output.MessageText.Contains("binary output function", StringComparison.Ordinal) =>
            $"Postgres at {server}: {output.MessageText}. Set Source:WireFormat=text, so that all values are sent as text; they are the same",
        PostgresException other => $"Postgres at {server}: {other.MessageText} (SQLSTATE {other.SqlState}){(other.Hint is null ? "" : $". {other.Hint}")}",
        Streaming.SpillException spill => spill.Message,
        NpgsqlException or IOException or SocketException or TimeoutException => $"no connection to Postgres at {server}: {(error.InnerException ?? error).Message}. Is the server up, and Source:ConnectionString right?",
        _ => error.Message,
    };
}
