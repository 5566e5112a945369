namespace Shop.Postgres;

/// <summary>No throwaway server can be had here; the message says why and what to do.</summary>
public sealed class PostgresUnavailableException(string message) : Exception(message);
