using System.Buffers.Binary;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>The commands of a logged-in connection (STARROCKS.md, 7). What it doesn't know is "Unsupported command(N)".</summary>
internal sealed class CommandExecutor(Cluster cluster, SqlSession session, PacketStream packets)
{
    // MySQL's own max_prepared_stmt_count.
    private const int MaxPrepared = 16_382;

    private readonly Dictionary<int, PreparedStatement> _prepared = [];
    private int _lastPrepared;

    /// <summary>COM_CHANGE_USER and COM_RESET_CONNECTION close what was prepared.</summary>
    public void Forget() => _prepared.Clear();

    /// <param name="interrupt">KILL QUERY: between rows, never within a packet.</param>
    /// <exception cref="StarRocksError">The refusal to send.</exception>
    public Task AnswerAsync(byte[] command, CancellationToken interrupt, CancellationToken ct)
    {
        switch (command[0])
        {
            case 2:
                new StatementExecutor(session).Use(Encoding.UTF8.GetString(command.AsSpan(1)));
                return SendAsync(ResultPackets.Ok(), ct);
            case 3:
                return QueryAsync(Encoding.UTF8.GetString(command.AsSpan(1)), interrupt, ct);
            case 4:
                return FieldListAsync(command, ct);
            case 14:
                return SendAsync(ResultPackets.Ok(), ct);
            case 22:
                return PrepareAsync(Encoding.UTF8.GetString(command.AsSpan(1)), ct);
            case 23:
                return ExecuteAsync(command, interrupt, ct);
            case 24 when command.Length >= 5 && _prepared.TryGetValue(Id(command), out PreparedStatement? statement):
                // Has no answer: the execution gets the refusal.
                statement.HasLongData = true;
                return Task.CompletedTask;
            case 25:
                // Nor has this.
                _prepared.Remove(command.Length >= 5 ? Id(command) : 0);
                return Task.CompletedTask;
            case 26:
                Find(command).HasLongData = false;
                return SendAsync(ResultPackets.Ok(), ct);
            case 31:
                session.Reset();
                Forget();
                return SendAsync(ResultPackets.Ok(), ct);
            default:
                throw StarRocksError.Refused($"Unsupported command({command[0]})");
        }
    }

    private static int Id(byte[] command) => BinaryPrimitives.ReadInt32LittleEndian(command.AsSpan(1));

    private PreparedStatement Find(byte[] command)
    {
        int id = command.Length >= 5 ? Id(command) : 0;
        return _prepared.TryGetValue(id, out PreparedStatement? found) ? found : throw StarRocksError.Refused($"msg: Not Found prepared statement, stmtName: {id}");
    }

    private async Task QueryAsync(string sql, CancellationToken interrupt, CancellationToken ct)
    {
        session.Statement = sql;
        ResultSet result = await new StatementExecutor(session).RunAsync(sql, interrupt).ConfigureAwait(false);
        await SendAsync(result, binary: false, interrupt, ct).ConfigureAwait(false);
    }

    private async Task PrepareAsync(string sql, CancellationToken ct)
    {
        (Statement statement, int parameters) = SqlParser.ParsePrepared(sql, values: null);

        // SELECT in every version, INSERT from 3.5 on [~].
        if (statement is not SelectQuery && !(statement is InsertStatement && cluster.Version.IsAtLeast(3, 5)))
        {
            throw new StarRocksError(1295, "HY000", "This command is not supported in the prepared statement protocol yet");
        }

        if (_prepared.Count >= MaxPrepared || parameters > ushort.MaxValue)
        {
            throw new StarRocksError(1461, "42000", $"Can't create more than max_prepared_stmt_count statements (current value: {MaxPrepared})");
        }

        IReadOnlyList<ResultColumn> columns = new StatementExecutor(session).Describe(statement);
        var prepared = new PreparedStatement(++_lastPrepared, sql, parameters);
        _prepared[prepared.Id] = prepared;
        await packets.WriteAsync(ResultPackets.Prepared(prepared.Id, columns.Count, parameters), ct).ConfigureAwait(false);
        await ColumnsAsync([.. Enumerable.Repeat(new ResultColumn("?", ColumnType.Text), parameters)], ct).ConfigureAwait(false);
        await ColumnsAsync(columns, ct).ConfigureAwait(false);
        await packets.FlushAsync(ct).ConfigureAwait(false);
    }

    private async Task ExecuteAsync(byte[] command, CancellationToken interrupt, CancellationToken ct)
    {
        PreparedStatement prepared = Find(command);
        if (prepared.HasLongData)
        {
            throw StarRocksError.Refused("Unsupported command(24)");
        }

        (Statement statement, _) = SqlParser.ParsePrepared(prepared.Sql, prepared.Read(command.AsSpan(5)));
        session.Statement = prepared.Sql;
        ResultSet result = await new StatementExecutor(session).RunAsync(statement, interrupt).ConfigureAwait(false);
        await SendAsync(result, binary: true, interrupt, ct).ConfigureAwait(false);
    }

    private async Task SendAsync(ResultSet result, bool binary, CancellationToken interrupt, CancellationToken ct)
    {
        if (result.Columns.Count == 0)
        {
            await SendAsync(ResultPackets.Ok(result.AffectedRows, result.Info), ct).ConfigureAwait(false);
            return;
        }

        // The enumerator gives the reader back, also when the client goes away before the last row.
        using IEnumerator<byte[]?[]> rows = result.Rows.GetEnumerator();
        bool any = rows.MoveNext();
        await packets.WriteAsync(ResultPackets.ColumnCount(result.Columns.Count), ct).ConfigureAwait(false);
        await ColumnsAsync(result.Columns, ct).ConfigureAwait(false);
        while (any)
        {
            interrupt.ThrowIfCancellationRequested();
            await packets.WriteAsync(binary ? BinaryRow.Write(result.Columns, rows.Current) : ResultPackets.Row(rows.Current), ct).ConfigureAwait(false);
            any = rows.MoveNext();
        }

        await SendAsync(ResultPackets.Eof(), ct).ConfigureAwait(false);
    }

    private async Task ColumnsAsync(IReadOnlyList<ResultColumn> columns, CancellationToken ct)
    {
        if (columns.Count == 0)
        {
            return;
        }

        foreach (ResultColumn column in columns)
        {
            await packets.WriteAsync(ResultPackets.Column(column), ct).ConfigureAwait(false);
        }

        await packets.WriteAsync(ResultPackets.Eof(), ct).ConfigureAwait(false);
    }

    private async Task FieldListAsync(byte[] command, CancellationToken ct)
    {
        int end = Array.IndexOf(command, (byte)0, 1);
        string name = Encoding.UTF8.GetString(command.AsSpan(1, (end < 0 ? command.Length : end) - 1));
        string database = session.Database ?? throw StarRocksError.NoDatabase();
        if (cluster.Catalog.Current.Find(database, name) is { } table)
        {
            foreach (ColumnDefinition column in table.Columns)
            {
                await packets.WriteAsync(ResultPackets.Column(new ResultColumn(column.Name, column.Type), withDefault: true), ct).ConfigureAwait(false);
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
        await packets.WriteAsync(packet, ct).ConfigureAwait(false);
        await packets.FlushAsync(ct).ConfigureAwait(false);
    }
}
