using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>
/// One connection to the MySQL endpoint, text protocol only. Not thread-safe: one statement at a time. A timeout, a
/// cancellation or a malformed packet closes it; an error packet doesn't. STARROCKS.md section 7.
/// </summary>
public sealed class SqlConnection : IAsyncDisposable
{
    private const byte ComQuery = 3, ComPing = 14, ComQuit = 1;
    private const int StreamedStretch = 256;

    private readonly Socket? _socket;
    private readonly PacketStream _packets;
    private readonly SqlConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly string _name;
    private int _busy;
    private bool _broken;

    private SqlConnection(Stream network, SqlConnectionLimits limits, TimeProvider time, string name)
    {
        _socket = (network as NetworkStream)?.Socket;
        _packets = new PacketStream(network, limits.MaxPayload);
        _limits = limits;
        _time = time;
        _name = name;
    }

    /// <summary>The version in the server's greeting; what StarRocks itself is, <c>current_version()</c> tells.</summary>
    public string GreetingVersion { get; private set; } = "";

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted => _packets.IsEncrypted;

    /// <summary>Whether the connection is closed for good.</summary>
    public bool IsBroken => _broken;

    /// <summary>
    /// Whether an idle connection still looks alive: nothing has come and the server hasn't closed. (Between statements a
    /// server sends nothing, so anything readable is an end or a farewell.)
    /// </summary>
    internal bool LooksAlive
    {
        get
        {
            try
            {
                return !_broken && _socket?.Poll(0, SelectMode.SelectRead) == false;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Connects and logs in with default limits.</summary>
    /// <inheritdoc cref="ConnectAsync(string, int, string, string, string?, SqlConnectionLimits, TimeProvider?, CancellationToken)"/>
    public static Task<SqlConnection> ConnectAsync(string host, int port, string user, string password, string? database, CancellationToken cancellationToken) =>
        ConnectAsync(host, port, user, password, database, new SqlConnectionLimits(), null, cancellationToken);

    /// <summary>Connects and logs in.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port, 9030 on a frontend.</param>
    /// <param name="user">Account.</param>
    /// <param name="password">Its password, may be empty.</param>
    /// <param name="database">Default database, or <see langword="null"/>.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="time">The clock of timeouts; the system's when absent.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <exception cref="StarRocksSqlException">Nobody answers (Retryable), access denied (Final, code 1045), unsupported authentication or TLS refused by either side (Final).</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async Task<SqlConnection> ConnectAsync(
        string host, int port, string user, string password, string? database, SqlConnectionLimits limits, TimeProvider? time, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(limits);
        return await ConnectAsync(token => TcpOpener.OpenAsync(host, port, token), host, $"{host}:{port}", user, password, database, limits, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs in over any stream.</summary>
    internal static async Task<SqlConnection> ConnectAsync<TStream>(
        Func<CancellationToken, Task<TStream>> open, string host, string name, string user, string password, string? database, SqlConnectionLimits limits, TimeProvider time, CancellationToken cancellationToken)
        where TStream : Stream
    {
        using Deadline deadline = Deadline.Start(limits.ConnectTimeout, time, cancellationToken);
        SqlConnection? connection = null;
        try
        {
            connection = new SqlConnection(await open(deadline.Token).ConfigureAwait(false), limits, time, name);
            connection.GreetingVersion = await Handshake.RunAsync(connection._packets, new SqlTlsUpgrade(host, limits), user, password, database, deadline.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            if (connection is not null)
            {
                await connection.BreakAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw failure switch
            {
                StarRocksSqlException refusal => refusal,
                OperationCanceledException => new StarRocksSqlException(ErrorClass.Retryable, $"SQL endpoint {name}: not logged in within {limits.ConnectTimeout.TotalSeconds} s.", inner: failure),
                AuthenticationException => new StarRocksSqlException(ErrorClass.Final, $"SQL endpoint {name}: TLS failed: {failure.Message} {SqlTlsUpgrade.Hint}", inner: failure),
                _ => new StarRocksSqlException(ErrorClass.Retryable, $"SQL endpoint {name}: can't connect: {failure.Message}.", inner: failure),
            };
        }
    }

    /// <summary>Runs a statement without a result set.</summary>
    /// <returns>Affected rows.</returns>
    /// <exception cref="StarRocksSqlException">The server refused it; or the connection broke (CheckState: it may have run).</exception>
    public async Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return await RunAsync(ErrorClass.CheckState, async token =>
        {
            byte[] answer = await CommandAsync(ComQuery, sql, token).ConfigureAwait(false);
            if (ResultPackets.IsOk(answer))
            {
                return ResultPackets.AffectedRows(answer);
            }

            // A result set that nobody wants is still to be read off the connection.
            IReadOnlyList<SqlColumn> columns = await _packets.ReadColumnsAsync(answer, token).ConfigureAwait(false);
            while (await _packets.ReadRowAsync(columns, token).ConfigureAwait(false) is not null)
            {
            }

            return 0L;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a query and reads its result whole. A statement without a result set gives no columns and no rows.</summary>
    /// <exception cref="StarRocksSqlException">The server refused it; or the connection broke (Retryable).</exception>
    public async Task<SqlResult> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return await RunAsync(ErrorClass.Retryable, async token =>
        {
            byte[] answer = await CommandAsync(ComQuery, sql, token).ConfigureAwait(false);
            if (ResultPackets.IsOk(answer))
            {
                return new SqlResult([], []);
            }

            IReadOnlyList<SqlColumn> columns = await _packets.ReadColumnsAsync(answer, token).ConfigureAwait(false);
            var rows = new List<SqlRow>();
            while (await _packets.ReadRowAsync(columns, token).ConfigureAwait(false) is { } row)
            {
                rows.Add(row);
            }

            return new SqlResult(columns, rows);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a query and gives its rows as they come. Leaving the enumeration early closes the connection.</summary>
    /// <inheritdoc cref="QueryAsync" path="/exception"/>
    public async IAsyncEnumerable<SqlRow> StreamAsync(string sql, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sql);
        Enter();
        bool finished = false;
        try
        {
            byte[] answer = await GuardAsync(ErrorClass.Retryable, token => CommandAsync(ComQuery, sql, token), cancellationToken).ConfigureAwait(false);
            if (ResultPackets.IsOk(answer))
            {
                finished = true;
                yield break;
            }

            IReadOnlyList<SqlColumn> columns = await GuardAsync(ErrorClass.Retryable, token => _packets.ReadColumnsAsync(answer, token), cancellationToken).ConfigureAwait(false);
            var stretch = new List<SqlRow>(StreamedStretch);
            while (!finished)
            {
                stretch.Clear();
                finished = await GuardAsync(ErrorClass.Retryable, async token =>
                {
                    while (stretch.Count < StreamedStretch)
                    {
                        if (await _packets.ReadRowAsync(columns, token).ConfigureAwait(false) is not { } row)
                        {
                            return true;
                        }

                        stretch.Add(row);
                    }

                    return false;
                }, cancellationToken).ConfigureAwait(false);
                foreach (SqlRow row in stretch)
                {
                    yield return row;
                }
            }
        }
        finally
        {
            // Also after an error packet in mid-result, which ends the result set.
            if (!finished)
            {
                await BreakAsync().ConfigureAwait(false);
            }

            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Asks whether the server is there.</summary>
    /// <exception cref="StarRocksSqlException">It isn't (Retryable).</exception>
    public async Task PingAsync(CancellationToken cancellationToken) =>
        await RunAsync(ErrorClass.Retryable, async token => ResultPackets.IsOk(await CommandAsync(ComPing, "", token).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);

    /// <summary>Says good-bye and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_broken)
        {
            try
            {
                using Deadline deadline = Deadline.Start(TimeSpan.FromSeconds(1), _time, CancellationToken.None);
                await _packets.WriteCommandAsync(new[] { ComQuit }, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // It is closed then, which is what was wanted.
            }
        }

        await BreakAsync().ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(ErrorClass whenLost, Func<CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            return await GuardAsync(whenLost, exchange, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("The SQL connection is busy with another statement.");
        }

        if (_broken)
        {
            Volatile.Write(ref _busy, 0);
            throw new StarRocksSqlException(ErrorClass.Retryable, $"SQL endpoint {_name}: the connection is closed.");
        }
    }

    private async Task<T> GuardAsync<T>(ErrorClass whenLost, Func<CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        using Deadline deadline = Deadline.Start(_limits.CommandTimeout, _time, cancellationToken);
        try
        {
            return await exchange(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not StarRocksSqlException)
        {
            // Where in the conversation both sides stand is no longer known.
            await BreakAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw failure is OperationCanceledException
                ? new StarRocksSqlException(whenLost, $"SQL endpoint {_name}: no answer within {_limits.CommandTimeout.TotalSeconds} s.", inner: failure)
                : new StarRocksSqlException(whenLost, $"SQL endpoint {_name}: connection lost: {failure.Message}.", inner: failure);
        }
    }

    private async Task<byte[]> CommandAsync(byte command, string text, CancellationToken cancellationToken)
    {
        byte[] payload = new byte[1 + Encoding.UTF8.GetByteCount(text)];
        payload[0] = command;
        Encoding.UTF8.GetBytes(text, payload.AsSpan(1));
        await _packets.WriteCommandAsync(payload, cancellationToken).ConfigureAwait(false);
        byte[] answer = await _packets.ReadAsync(cancellationToken).ConfigureAwait(false);
        return answer.Length == 0 ? throw new InvalidDataException("malformed packet: empty answer")
            : answer[0] == 0xFF ? throw ServerError.Read(answer)
            : answer;
    }

    private async ValueTask BreakAsync()
    {
        _broken = true;
        try
        {
            await _packets.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // What it wanted to say in farewell doesn't matter.
        }
    }
}
