using System.Net.Sockets;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>One client: greeting, login, then commands one after another.</summary>
internal sealed class SqlConnection(Cluster cluster, uint connectionId, Stream stream)
{
    private readonly PacketStream _packets = new(new BufferedStream(stream, 64 * 1024));
    private readonly SqlSession _session = new(cluster, connectionId);
    private readonly byte[] _salt = Handshake.NewSalt();

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await SendAsync(Handshake.Greeting(cluster.Version, connectionId, _salt), ct).ConfigureAwait(false);
            if (await _packets.ReadAsync(ct).ConfigureAwait(false) is not { Length: > 32 } answer ||
                !await LoginAsync(LoginRequest.Read(answer), ct).ConfigureAwait(false))
            {
                return;
            }

            while (await _packets.ReadAsync(ct).ConfigureAwait(false) is { Length: > 0 } command && command[0] != 1)
            {
                await AnswerAsync(command, ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the server went away.
        }
    }

    private async Task<bool> LoginAsync(LoginRequest login, CancellationToken ct)
    {
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

        try
        {
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

    private async Task AnswerAsync(byte[] command, CancellationToken ct)
    {
        try
        {
            switch (command[0])
            {
                case 2:
                    new StatementExecutor(_session).Use(Encoding.UTF8.GetString(command.AsSpan(1)));
                    await SendAsync(ResultPackets.Ok(), ct).ConfigureAwait(false);
                    break;
                case 3:
                    await QueryAsync(Encoding.UTF8.GetString(command.AsSpan(1)), ct).ConfigureAwait(false);
                    break;
                case 4:
                    await FieldListAsync(command, ct).ConfigureAwait(false);
                    break;
                case 14:
                    await SendAsync(ResultPackets.Ok(), ct).ConfigureAwait(false);
                    break;
                case 17:
                    _session.Reset();
                    if (!await LoginAsync(LoginRequest.ReadChangeUser(command.AsSpan(1)), ct).ConfigureAwait(false))
                    {
                        throw new IOException("COM_CHANGE_USER was refused");
                    }

                    break;
                case 31:
                    _session.Reset();
                    await SendAsync(ResultPackets.Ok(), ct).ConfigureAwait(false);
                    break;
                default:
                    throw StarRocksError.Refused($"Unsupported command({command[0]})");
            }
        }
        catch (StarRocksError e)
        {
            await SendAsync(ResultPackets.Error(e), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (IOException or SocketException or OperationCanceledException or ObjectDisposedException))
        {
            // The stand-in's own fault: said as such, and the connection lives on.
            await SendAsync(ResultPackets.Error(StarRocksError.Refused($"{Cluster.Comment} failed: {e.Message}")), ct).ConfigureAwait(false);
        }
    }

    private async Task QueryAsync(string sql, CancellationToken ct)
    {
        ResultSet result = await new StatementExecutor(_session).RunAsync(sql, ct).ConfigureAwait(false);
        if (result.Columns.Count == 0)
        {
            await SendAsync(ResultPackets.Ok(result.AffectedRows), ct).ConfigureAwait(false);
            return;
        }

        // The enumerator gives the reader back, also when the client goes away before the last row.
        using IEnumerator<byte[]?[]> rows = result.Rows.GetEnumerator();
        bool any = rows.MoveNext();
        await _packets.WriteAsync(ResultPackets.ColumnCount(result.Columns.Count), ct).ConfigureAwait(false);
        foreach (ResultColumn column in result.Columns)
        {
            await _packets.WriteAsync(ResultPackets.Column(column), ct).ConfigureAwait(false);
        }

        await _packets.WriteAsync(ResultPackets.Eof(), ct).ConfigureAwait(false);
        while (any)
        {
            await _packets.WriteAsync(ResultPackets.Row(rows.Current), ct).ConfigureAwait(false);
            any = rows.MoveNext();
        }

        await SendAsync(ResultPackets.Eof(), ct).ConfigureAwait(false);
    }

    private async Task FieldListAsync(byte[] command, CancellationToken ct)
    {
        int end = Array.IndexOf(command, (byte)0, 1);
        string name = Encoding.UTF8.GetString(command.AsSpan(1, (end < 0 ? command.Length : end) - 1));
        string database = _session.Database ?? throw StarRocksError.NoDatabase();
        if (cluster.Catalog.Current.Find(database, name) is { } table)
        {
            foreach (ColumnDefinition column in table.Columns)
            {
                await _packets.WriteAsync(ResultPackets.Column(new ResultColumn(column.Name, column.Type), withDefault: true), ct).ConfigureAwait(false);
            }
        }
        else if (database != "information_schema")
        {
            throw StarRocksError.UnknownTable(name);
        }

        await SendAsync(ResultPackets.Eof(), ct).ConfigureAwait(false);
    }

    private async Task SendAsync(PacketWriter packet, CancellationToken ct)
    {
        await _packets.WriteAsync(packet, ct).ConfigureAwait(false);
        await _packets.FlushAsync(ct).ConfigureAwait(false);
    }
}
