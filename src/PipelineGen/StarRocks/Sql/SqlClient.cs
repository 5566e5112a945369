using System.Runtime.CompilerServices;

namespace PipelineGen.StarRocks;

/// <summary>
/// Statements against the first frontend that answers, over one connection that is kept and replaced when it breaks.
/// Thread-safe; statements run one after another. STARROCKS.md section 7.
/// </summary>
public sealed class SqlClient : IAsyncDisposable
{
    private readonly StarRocksOptions _options;
    private readonly TimeProvider _time;
    private readonly string? _database;
    private readonly IReadOnlyList<(string Host, int Port)> _endpoints;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqlConnection? _connection;
    private int _lastGood;
    private bool _disposed;

    /// <summary>Makes a client. Opens nothing yet.</summary>
    /// <param name="options">Endpoints, account, limits.</param>
    /// <param name="withoutDatabase">Don't enter <see cref="StarRocksOptions.Database"/>: it may not exist yet.</param>
    /// <param name="time">The clock of timeouts; the system's when absent.</param>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
    public SqlClient(StarRocksOptions options, bool withoutDatabase = false, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _database = withoutDatabase ? null : options.Database;
        _endpoints = options.QueryEndpoints;
    }

    /// <inheritdoc cref="SqlConnection.ExecuteAsync"/>
    public async Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc cref="SqlConnection.QueryAsync"/>
    public async Task<SqlResult> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await connection.QueryAsync(sql, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a query and gives its rows as they come. Other statements wait until the enumeration has ended.</summary>
    /// <inheritdoc cref="SqlConnection.QueryAsync" path="/exception"/>
    public async IAsyncEnumerable<SqlRow> StreamAsync(string sql, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await foreach (SqlRow row in connection.StreamAsync(sql, cancellationToken).ConfigureAwait(false))
            {
                yield return row;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks whether a server is there and lets us in.</summary>
    /// <exception cref="StarRocksSqlException">It doesn't: Retryable or Final.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await connection.PingAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes the connection after the statement under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_connection is not null)
            {
                await _connection.DisposeAsync().ConfigureAwait(false);
                _connection = null;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<SqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_connection is { LooksAlive: true } kept)
        {
            return kept;
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
        }

        var limits = new SqlConnectionLimits { ConnectTimeout = _options.ConnectTimeout, CommandTimeout = _options.CommandTimeout, Tls = _options.SqlTls };
        for (int offset = 0; ; offset++)
        {
            int index = (_lastGood + offset) % _endpoints.Count;
            (string host, int port) = _endpoints[index];
            try
            {
                _connection = await SqlConnection.ConnectAsync(host, port, _options.User, _options.Password, _database, limits, _time, cancellationToken).ConfigureAwait(false);
                _lastGood = index;
                return _connection;
            }
            catch (StarRocksSqlException failure) when (failure.IsRetryable && offset + 1 < _endpoints.Count)
            {
                // The next frontend may answer. A denied login is not tried elsewhere: accounts are the cluster's.
            }
        }
    }
}
