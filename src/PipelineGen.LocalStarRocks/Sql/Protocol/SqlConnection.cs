using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>One client: greeting, login, then commands one after another. What it sends may end its own connection and nothing else.</summary>
internal sealed class SqlConnection(Cluster cluster, uint connectionId, string host, Stream stream)
{
    // A client that connects and says nothing.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // max_allowed_packet
    private const int MaxAllowedPacket = 33_554_432;

    private readonly PacketStream _packets = new(stream);
    private readonly SqlSession _session = new(cluster, connectionId) { Host = host };
    private readonly byte[] _salt = Handshake.NewSalt();
    private readonly CancellationTokenSource _killed = new();
    private volatile CancellationTokenSource? _command;
    private volatile bool _leaving;

    public async Task RunAsync(CancellationToken ct)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _killed.Token);
        _session.Kill = Kill;
        try
        {
            if (await GreetAsync(ending.Token).ConfigureAwait(false))
            {
                cluster.Connections.Add(_session);
                await ServeAsync(ending.Token).ConfigureAwait(false);
            }
        }
        catch (PacketTooLargeException e)
        {
            await SayAsync(new StarRocksError(1153, "08S01", e.Message), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            // The client or the server went away.
        }
        finally
        {
            cluster.Connections.Remove(_session);
            _session.Abandon();
            _killed.Dispose();
        }
    }

    private static bool IsGone(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException;

    private void Kill(bool queryOnly)
    {
        _leaving |= !queryOnly;
        try
        {
            if (queryOnly)
            {
                _command?.Cancel();
            }
            else if (!IsKill(_session.Statement ?? ""))
            {
                // Another's connection is cut; its own is left after the answer.
                _killed.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // It left by itself.
        }
    }

    private static bool IsKill(string statement) => statement.AsSpan().TrimStart().StartsWith("KILL", StringComparison.OrdinalIgnoreCase);

    private async Task<bool> GreetAsync(CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(HandshakeTimeout, cluster.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        bool tls = cluster.Options.SqlCertificate is not null;
        await SendAsync(Handshake.Greeting(cluster.Version, connectionId, _salt, tls), both.Token).ConfigureAwait(false);
        if (await _packets.ReadAsync(both.Token).ConfigureAwait(false) is not { } answer)
        {
            return false;
        }

        if (tls && Handshake.IsSslRequest(answer))
        {
            var secure = new SslStream(stream, leaveInnerStreamOpen: true);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = cluster.Options.SqlCertificate, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }, both.Token).ConfigureAwait(false);
            _packets.Switch(secure);
            if (await _packets.ReadAsync(both.Token).ConfigureAwait(false) is not { } secret)
            {
                return false;
            }

            answer = secret;
        }

        return await LoginAsync(() => LoginRequest.Read(answer), both.Token).ConfigureAwait(false);
    }

    private async Task ServeAsync(CancellationToken ct)
    {
        _packets.ReadAhead = true;
        _packets.MaxPacket = MaxAllowedPacket;
        var commands = new CommandExecutor(cluster, _session, _packets);
        while (!_leaving)
        {
            byte[]? command;
            using (var idle = new CancellationTokenSource(IdleTimeout(), cluster.Time))
            using (CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(ct, idle.Token))
            {
                command = await _packets.ReadAsync(both.Token).ConfigureAwait(false);
            }

            if (command is null or [1, ..])
            {
                return;
            }

            if (command is [])
            {
                await SayAsync(new StarRocksError(1835, "HY000", "Malformed communication packet."), ct).ConfigureAwait(false);
                return;
            }

            if (!await AnswerAsync(commands, command, ct).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    // A timer's longest time is 49 days.
    private TimeSpan IdleTimeout() =>
        long.TryParse(_session.Variables.Find("wait_timeout"), out long seconds) && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000)) : TimeSpan.FromSeconds(28_800);

    private async Task<bool> AnswerAsync(CommandExecutor commands, byte[] command, CancellationToken ct)
    {
        _session.CommandStarted = cluster.Time.GetUtcNow();
        using CancellationTokenSource interrupt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _command = interrupt;
        try
        {
            if (command[0] == 17)
            {
                _session.Reset();
                commands.Forget();
                return await LoginAsync(() => LoginRequest.ReadChangeUser(command.AsSpan(1)), ct).ConfigureAwait(false);
            }

            await commands.AnswerAsync(command, interrupt.Token, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            await SendAsync(ResultPackets.Error(new StarRocksError(1317, "70100", "Query execution was interrupted")), ct).ConfigureAwait(false);
        }
        catch (StarRocksError e)
        {
            await SendAsync(ResultPackets.Error(e), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (!IsGone(e) || (e is ObjectDisposedException && !ct.IsCancellationRequested))
        {
            // The stand-in's own fault: said as such, and the connection lives on.
            await SendAsync(ResultPackets.Error(StarRocksError.Refused($"{Cluster.Comment} failed: {e.Message}")), ct).ConfigureAwait(false);
        }
        finally
        {
            _command = null;
            _session.Statement = null;
            _session.CommandStarted = cluster.Time.GetUtcNow();
        }

        return true;
    }

    private async Task<bool> LoginAsync(Func<LoginRequest> read, CancellationToken ct)
    {
        try
        {
            LoginRequest login = read();
            byte[] answer = login.Answer;
            if (login.Plugin is not null && login.Plugin != Handshake.Plugin)
            {
                await SendAsync(Handshake.AuthSwitch(_salt), ct).ConfigureAwait(false);
                if (await _packets.ReadAsync(ct).ConfigureAwait(false) is not { } switched)
                {
                    return false;
                }

                answer = switched;
            }

            if (login.User != cluster.Options.User || !Handshake.Matches(answer, cluster.Options.Password, _salt))
            {
                throw new StarRocksError(1045, "28000", $"Access denied for user '{login.User}' (using password: {(answer.Length > 0 ? "YES" : "NO")})");
            }

            if (!string.IsNullOrEmpty(login.Database))
            {
                new StatementExecutor(_session).Use(login.Database);
            }
        }
        catch (StarRocksError e)
        {
            await SendAsync(ResultPackets.Error(e), ct).ConfigureAwait(false);
            return false;
        }

        await SendAsync(ResultPackets.Ok(), ct).ConfigureAwait(false);
        return true;
    }

    private async Task SayAsync(StarRocksError error, CancellationToken ct)
    {
        try
        {
            await SendAsync(ResultPackets.Error(error), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            // Nobody there to hear it.
        }
    }

    private async Task SendAsync(PacketWriter packet, CancellationToken ct)
    {
        await _packets.WriteAsync(packet, ct).ConfigureAwait(false);
        await _packets.FlushAsync(ct).ConfigureAwait(false);
    }
}
