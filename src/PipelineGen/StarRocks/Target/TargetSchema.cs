namespace PipelineGen.StarRocks;

/// <summary>Reads what the target holds. Changes nothing. STARROCKS.md section 7.</summary>
public sealed class TargetSchema
{
    private readonly SqlClient _sql;

    /// <summary>Reads through <paramref name="sql"/>, which stays the caller's.</summary>
    public TargetSchema(SqlClient sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _sql = sql;
    }

    /// <summary>StarRocks' version, such as <c>3.5.2-abcdef</c>; the greeting's version where <c>current_version()</c> is unknown.</summary>
    /// <exception cref="StarRocksSqlException">The server can't be asked.</exception>
    public async Task<string> GetServerVersionAsync(CancellationToken cancellationToken) =>
        await CurrentVersionAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } version
            ? version
            : await MySqlVersionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>What the server is and what it can do.</summary>
    /// <exception cref="StarRocksSqlException">The server can't be asked.</exception>
    public async Task<StarRocksServer> GetServerAsync(CancellationToken cancellationToken)
    {
        string? version = await CurrentVersionAsync(cancellationToken).ConfigureAwait(false);
        string comment = await AskAsync("SELECT @@version_comment", cancellationToken).ConfigureAwait(false) ?? "";
        return StarRocksServer.Of(version, string.IsNullOrEmpty(version) ? await MySqlVersionAsync(cancellationToken).ConfigureAwait(false) : "", comment);
    }

    /// <summary>Whether a database exists and is visible to the account.</summary>
    /// <exception cref="StarRocksSqlException">The server can't be asked.</exception>
    public async Task<bool> DatabaseExistsAsync(string database, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        SqlResult found = await _sql.QueryAsync(
            $"SELECT SCHEMA_NAME FROM information_schema.schemata WHERE SCHEMA_NAME = {SqlText.Literal(database)}", cancellationToken).ConfigureAwait(false);
        return found.Rows.Any(row => row[0] == database);
    }

    /// <summary>Reads one table.</summary>
    /// <returns><see langword="null"/> when the table is absent or hidden from the account.</returns>
    /// <exception cref="StarRocksSqlException">The server can't be asked.</exception>
    public async Task<TargetTable?> ReadAsync(string database, string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        ArgumentException.ThrowIfNullOrEmpty(table);
        string ofTable = $"WHERE TABLE_SCHEMA = {SqlText.Literal(database)} AND TABLE_NAME = {SqlText.Literal(table)}";
        SqlResult columns = await _sql.QueryAsync(
            $"SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY FROM information_schema.columns {ofTable} ORDER BY ORDINAL_POSITION",
            cancellationToken).ConfigureAwait(false);
        if (columns.Rows.Count == 0)
        {
            return null;
        }

        return new TargetTable(table, [.. columns.Rows.Select(static row => new TargetColumn(
            row[0] ?? "",
            row[1] ?? "",
            string.Equals(row[2], "YES", StringComparison.OrdinalIgnoreCase),
            !string.IsNullOrEmpty(row[3])))])
        {
            Model = await ReadModelAsync(ofTable, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<string?> ReadModelAsync(string ofTable, CancellationToken cancellationToken)
    {
        try
        {
            return (await _sql.QueryAsync($"SELECT TABLE_MODEL FROM information_schema.tables_config {ofTable}", cancellationToken).ConfigureAwait(false)).Scalar;
        }
        catch (StarRocksSqlException refusal) when (refusal.Code is not (0 or 1045))
        {
            return null; // absent before 3.0 and in servers that only resemble StarRocks
        }
    }

    private Task<string?> CurrentVersionAsync(CancellationToken cancellationToken) => AskAsync("SELECT current_version()", cancellationToken);

    private async Task<string> MySqlVersionAsync(CancellationToken cancellationToken) =>
        (await _sql.QueryAsync("SELECT version()", cancellationToken).ConfigureAwait(false)).Scalar ?? "";

    private async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        try
        {
            return (await _sql.QueryAsync(question, cancellationToken).ConfigureAwait(false)).Scalar;
        }
        catch (StarRocksSqlException refusal) when (refusal.Code is not (0 or 1045))
        {
            return null; // not StarRocks, or a very old one
        }
    }
}
