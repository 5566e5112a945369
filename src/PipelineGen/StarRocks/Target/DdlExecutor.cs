namespace PipelineGen.StarRocks;

/// <summary>Runs DDL that was reviewed elsewhere. STARROCKS.md sections 5 and 6.</summary>
public sealed class DdlExecutor
{
    private readonly SqlClient _sql;

    /// <summary>Runs through <paramref name="sql"/>, which stays the caller's. To create a database it must be a client without one.</summary>
    public DdlExecutor(SqlClient sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _sql = sql;
    }

    /// <summary>Creates the database unless it exists.</summary>
    /// <exception cref="StarRocksSqlException">The server refused, CREATE DATABASE not granted for instance.</exception>
    public Task CreateDatabaseIfMissingAsync(string database, CancellationToken cancellationToken) =>
        ExecuteAsync("CREATE DATABASE IF NOT EXISTS " + SqlText.Identifier(database), cancellationToken);

    /// <summary>Runs statements in order, one at a time; the first failure stops. DDL has no transaction: what ran before stays.</summary>
    /// <exception cref="StarRocksSqlException">The message names the statement that failed and how many ran before it.</exception>
    public async Task ExecuteAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statements);
        int done = 0;
        foreach (string statement in statements)
        {
            try
            {
                await _sql.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
            }
            catch (StarRocksSqlException refusal)
            {
                throw new StarRocksSqlException(
                    refusal.Class,
                    $"DDL failed after {done} statements: {refusal.Message} Statement: {FirstLine(statement)}",
                    refusal.Code,
                    refusal.SqlState,
                    refusal);
            }

            done++;
        }
    }

    /// <summary>Runs one statement.</summary>
    /// <exception cref="StarRocksSqlException">The message names the statement.</exception>
    public Task ExecuteAsync(string statement, CancellationToken cancellationToken) => ExecuteAsync([statement], cancellationToken);

    private static string FirstLine(string statement)
    {
        string text = statement.Trim();
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        string line = end < 0 ? text : text[..end].TrimEnd() + " ...";
        return line.Length <= 200 ? line : line[..200] + "...";
    }
}
