using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>A refusal that came over the wire.</summary>
internal sealed class SqlRefusal(int code, string state, string message) : Exception(message)
{
    public int Code { get; } = code;
    public string State { get; } = state;
}

/// <summary>A MySQL client of its own, so that the protocol is tested from the bytes up.</summary>
internal sealed partial class SqlWire : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = null!;
    private byte _sequence;

    public string ServerVersion { get; private set; } = "";
    public uint ServerCapabilities { get; private set; }
    public bool WasSwitched { get; private set; }

    /// <summary>What the last OK packet said besides its count.</summary>
    public string Info { get; private set; } = "";
    public int AffectedRows { get; private set; }

    public static async Task<SqlWire> ConnectAsync(LocalStarRocksServer server, string? password = null, string plugin = "mysql_native_password", string? database = null, bool tls = false)
    {
        var wire = new SqlWire { _tls = tls };
        string[] endpoint = server.QueryEndpoint.Split(':');
        await wire._client.ConnectAsync(endpoint[0], int.Parse(endpoint[1]));
        wire._stream = wire._client.GetStream();
        await wire.LoginAsync(server.User, password ?? server.Password, plugin, database);
        return wire;
    }

    private async Task LoginAsync(string user, string password, string plugin, string? database)
    {
        byte[] greeting = await ReadAsync();
        Assert.Equal(10, greeting[0]);
        int end = Array.IndexOf(greeting, (byte)0);
        ServerVersion = Encoding.ASCII.GetString(greeting, 1, end - 1);
        int at = end + 5;
        byte[] salt = [.. greeting[at..(at + 8)], .. greeting[(at + 27)..(at + 39)]];
        ServerCapabilities = BitConverter.ToUInt16(greeting, at + 9) | (uint)BitConverter.ToUInt16(greeting, at + 14) << 16;
        uint flags = (_tls ? 0x800u : 0) | 0x200 | 0x8000 | 0x80000 | (database is null ? 0u : 8u);
        byte[] answer = plugin == "mysql_native_password" ? Scramble(password, salt) : [1, 2, 3];
        byte[] login =
        [
            .. BitConverter.GetBytes(flags), .. BitConverter.GetBytes(1 << 24), 33, .. new byte[23],
            .. Encoding.UTF8.GetBytes(user), 0, (byte)answer.Length, .. answer,
            .. database is null ? [] : (byte[])[.. Encoding.UTF8.GetBytes(database), 0],
            .. Encoding.ASCII.GetBytes(plugin), 0,
        ];
        if (_tls)
        {
            await SecureAsync(login[..32]);
        }

        await WriteAsync(login);
        byte[] reply = await ReadAsync();
        if (reply[0] == 0xFE)
        {
            WasSwitched = true;
            Assert.Equal("mysql_native_password", Encoding.ASCII.GetString(reply, 1, 21));
            await WriteAsync(Scramble(password, reply[23..43]));
            reply = await ReadAsync();
        }

        ThrowIfError(reply);
    }

    public Task<List<string?[]>> QueryAsync(string sql) => CommandAsync(3, sql);

    public async Task<string?> ScalarAsync(string sql) => (await QueryAsync(sql)).Single()[0];

    public async Task<List<string?[]>> CommandAsync(byte command, string argument = "")
    {
        _sequence = 0;
        await WriteAsync([command, .. Encoding.UTF8.GetBytes(argument)]);
        byte[] first = await ReadAsync();
        ThrowIfError(first);
        var rows = new List<string?[]>();
        if (first[0] == 0)
        {
            ReadOk(first);
            return rows;
        }

        int columns = first[0];
        for (int i = 0; i < columns; i++)
        {
            await ReadAsync();
        }

        Assert.Equal(0xFE, (await ReadAsync())[0]);
        while (true)
        {
            byte[] packet = await ReadAsync();
            ThrowIfError(packet);
            if (packet[0] == 0xFE && packet.Length < 9)
            {
                return rows;
            }

            rows.Add(Row(packet, columns));
        }
    }

    public async Task<SqlRefusal> RefusedAsync(string sql) => await Assert.ThrowsAsync<SqlRefusal>(() => QueryAsync(sql));

    private static string?[] Row(byte[] packet, int columns)
    {
        var row = new string?[columns];
        int at = 0;
        for (int i = 0; i < columns; i++)
        {
            int length = packet[at++];
            if (length == 0xFB)
            {
                continue;
            }

            if (length == 0xFC)
            {
                length = packet[at] | packet[at + 1] << 8;
                at += 2;
            }
            else if (length == 0xFD)
            {
                length = packet[at] | packet[at + 1] << 8 | packet[at + 2] << 16;
                at += 3;
            }
            else if (length == 0xFE)
            {
                length = (int)BitConverter.ToUInt64(packet, at);
                at += 8;
            }

            row[i] = Encoding.UTF8.GetString(packet, at, length);
            at += length;
        }

        return row;
    }

    private static byte[] Scramble(string password, byte[] salt)
    {
        if (password.Length == 0)
        {
            return [];
        }

        byte[] once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] mask = SHA1.HashData([.. salt, .. SHA1.HashData(once)]);
        return [.. once.Zip(mask, (a, b) => (byte)(a ^ b))];
    }

    private static void ThrowIfError(byte[] packet)
    {
        if (packet[0] == 0xFF)
        {
            throw new SqlRefusal(BitConverter.ToUInt16(packet, 1), Encoding.ASCII.GetString(packet, 4, 5), Encoding.UTF8.GetString(packet, 9, packet.Length - 9));
        }
    }

    private async Task<byte[]> ReadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        byte[] payload = [];
        while (true)
        {
            var header = new byte[4];
            await _stream.ReadExactlyAsync(header, limit.Token);
            int length = header[0] | header[1] << 8 | header[2] << 16;
            Assert.Equal(_sequence, header[3]);
            _sequence = (byte)(header[3] + 1);
            var part = new byte[length];
            await _stream.ReadExactlyAsync(part, limit.Token);
            payload = payload.Length == 0 ? part : [.. payload, .. part];
            if (length < 0xFFFFFF)
            {
                return payload;
            }
        }
    }

    private async Task WriteAsync(byte[] payload)
    {
        int at = 0;
        while (true)
        {
            int length = Math.Min(payload.Length - at, 0xFFFFFF);
            await _stream.WriteAsync((byte[])[(byte)length, (byte)(length >> 8), (byte)(length >> 16), _sequence++]);
            await _stream.WriteAsync(payload.AsMemory(at, length));
            at += length;
            if (length < 0xFFFFFF)
            {
                return;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
