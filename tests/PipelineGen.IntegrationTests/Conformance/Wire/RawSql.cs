using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>The MySQL protocol from the bytes up, as little of it as the cases need (STARROCKS.md, 7).</summary>
internal sealed class RawSql : IDisposable
{
    private const string Native = "mysql_native_password";
    private const uint LongPassword = 0x1, ConnectWithDatabase = 0x8, Protocol41 = 0x200, SecureConnection = 0x8000, PluginAuth = 0x80000;

    private readonly PacketSocket _packets;

    private RawSql(PacketSocket packets, RawGreeting greeting)
    {
        _packets = packets;
        Greeting = greeting;
    }

    public RawGreeting Greeting { get; }

    /// <summary>The server asked for <c>mysql_native_password</c> after another plugin was offered.</summary>
    public bool WasSwitched { get; private set; }

    /// <exception cref="RawSqlError">Not let in.</exception>
    public static RawSql Connect(string host, int port, string user, string password, string plugin = Native, string? database = null)
    {
        var packets = new PacketSocket(host, port);
        try
        {
            byte[] first = packets.Read();
            ThrowIfError(first);
            var sql = new RawSql(packets, RawGreeting.Parse(first));
            sql.LogIn(user, password, plugin, database);
            return sql;
        }
        catch
        {
            packets.Dispose();
            throw;
        }
    }

    /// <exception cref="RawSqlError">Refused.</exception>
    public RawResult Query(string sql) => Command(3, Encoding.UTF8.GetBytes(sql));

    /// <exception cref="RawSqlError">Refused.</exception>
    public RawResult Command(byte command, byte[] argument)
    {
        Send(command, argument);
        return Read();
    }

    /// <summary>Sends a command whose reply is read later; several may be under way, a packet each.</summary>
    public void Send(byte command, byte[] argument)
    {
        _packets.Begin();
        _packets.Write([command, .. argument]);
    }

    /// <summary>The reply to the oldest command that was sent and not read yet.</summary>
    /// <exception cref="RawSqlError">Refused.</exception>
    public RawResult Receive()
    {
        _packets.BeginReply();
        return Read();
    }

    private RawResult Read()
    {
        byte[] first = _packets.Read();
        ThrowIfError(first);
        if (first[0] == 0)
            return new RawResult([], [], (long)new PacketFields(first, 1).Number());
        if (first[0] == 0xFE)
            return new RawResult([], [], 0);
        int count = (int)new PacketFields(first, 0).Number();
        var columns = new List<RawColumn>(count);
        for (int i = 0; i < count; i++)
            columns.Add(RawColumn.Parse(_packets.Read()));
        byte[] end = _packets.Read();
        if (end[0] != 0xFE || end.Length > 5)
            throw new IOException("the columns are not ended by an EOF packet");
        var rows = new List<IReadOnlyList<byte[]?>>();
        while (true)
        {
            byte[] packet = _packets.Read();
            ThrowIfError(packet);
            if (packet[0] == 0xFE && packet.Length < 9)
                return new RawResult(columns, rows, 0);
            var fields = new PacketFields(packet, 0);
            rows.Add([.. Enumerable.Range(0, count).Select(_ => fields.Bytes())]);
        }
    }

    public void Dispose() => _packets.Dispose();

    private void LogIn(string user, string password, string plugin, string? database)
    {
        uint flags = LongPassword | Protocol41 | SecureConnection | PluginAuth | (database is null ? 0 : ConnectWithDatabase);
        byte[] answer = plugin == Native ? Scramble(password, Greeting.Salt) : [1, 2, 3];
        var login = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(login, flags);
        BinaryPrimitives.WriteInt32LittleEndian(login.AsSpan(4), 1 << 24);
        login[8] = 33;
        _packets.Write(
        [
            .. login, .. Encoding.UTF8.GetBytes(user), 0, (byte)answer.Length, .. answer,
            .. database is null ? [] : (byte[])[.. Encoding.UTF8.GetBytes(database), 0],
            .. Encoding.ASCII.GetBytes(plugin), 0,
        ]);
        byte[] reply = _packets.Read();
        if (reply[0] == 0xFE)
        {
            WasSwitched = true;
            int end = Array.IndexOf(reply, (byte)0, 1);
            if (Encoding.ASCII.GetString(reply, 1, end - 1) != Native)
                throw new IOException("the server switches to a plugin that is not " + Native);
            _packets.Write(Scramble(password, reply[(end + 1)..(end + 21)]));
            reply = _packets.Read();
        }

        ThrowIfError(reply);
    }

    private static byte[] Scramble(string password, byte[] salt)
    {
        if (password.Length == 0)
            return [];
        byte[] once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] mask = SHA1.HashData([.. salt, .. SHA1.HashData(once)]);
        return [.. once.Zip(mask, static (a, b) => (byte)(a ^ b))];
    }

    private static void ThrowIfError(byte[] packet)
    {
        if (packet[0] != 0xFF)
            return;
        int code = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(1));
        bool hasState = packet.Length > 3 && packet[3] == '#';
        throw new RawSqlError(code, hasState ? Encoding.ASCII.GetString(packet, 4, 5) : "", Encoding.UTF8.GetString(packet.AsSpan(hasState ? 9 : 3)));
    }
}

/// <summary>An ERR packet.</summary>
internal sealed class RawSqlError(int code, string state, string message) : Exception(message)
{
    public int Code { get; } = code;

    public string State { get; } = state;

    public override string ToString() => $"ERROR {Code} ({State}): {Message}";
}

/// <summary>An OK packet or a result set.</summary>
internal sealed record RawResult(IReadOnlyList<RawColumn> Columns, IReadOnlyList<IReadOnlyList<byte[]?>> Rows, long Affected)
{
    public string? Text(int row, string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
                return Rows[row][i] is { } value ? Encoding.UTF8.GetString(value) : null;
        }

        throw new IOException($"the result has no column {column}, but {string.Join(", ", Columns.Select(static c => c.Name))}");
    }
}
