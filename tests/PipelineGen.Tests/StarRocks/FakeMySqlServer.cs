using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PipelineGen.Tests.StarRocks;

/// <summary>A MySQL endpoint on the wire, as STARROCKS.md section 7 has it: native password, EOF packets, text rows. A script answers each query.</summary>
internal sealed class FakeMySqlServer : IAsyncDisposable
{
    private const uint Ssl = 0x800;

    private readonly LoopbackListener _listener;

    public FakeMySqlServer(Func<string, FakeMySqlSession, Task>? script = null)
    {
        Script = script ?? ((_, session) => session.OkAsync());
        _listener = new LoopbackListener(ConverseAsync);
    }

    public int Port => _listener.Port;

    public string Endpoint => $"127.0.0.1:{Port}";

    public string User { get; init; } = "root";

    public string Password { get; init; } = "";

    /// <summary>Ask for this plugin with an AuthSwitchRequest.</summary>
    public string? SwitchTo { get; init; }

    /// <summary>Raw bytes in place of a greeting.</summary>
    public byte[]? Greeting { get; init; }

    /// <summary>Offer TLS with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The error that a login without TLS gets.</summary>
    public (ushort Code, string Message)? RefuseInsecure { get; init; }

    public Func<string, FakeMySqlSession, Task> Script { get; set; }

    public ConcurrentQueue<string?> Databases { get; } = [];

    public int Connections => Databases.Count;

    /// <summary>Of each login, whether it came through TLS.</summary>
    public ConcurrentQueue<bool> Encrypted { get; } = [];

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ConverseAsync(NetworkStream network, CancellationToken stopping)
    {
        var session = new FakeMySqlSession(network, stopping);
        if (Greeting is not null)
        {
            await session.RawAsync(Greeting);
            await session.ReadToEndAsync();
            return;
        }

        if (!await LoginAsync(session))
        {
            return;
        }

        while (true)
        {
            byte[] command = await session.ReadPacketAsync();
            switch (command[0])
            {
                case 1:
                    return;
                case 14:
                    await session.OkAsync();
                    break;
                case 3:
                    await Script(Encoding.UTF8.GetString(command.AsSpan(1)), session);
                    break;
                default:
                    await session.ErrorAsync(1064, "HY000", $"Unsupported command({command[0]})");
                    break;
            }
        }
    }

    private async Task<bool> LoginAsync(FakeMySqlSession session)
    {
        byte[] salt = Encoding.ASCII.GetBytes("abcdefghijklmnopqrst");
        await session.PacketAsync(GreetingPacket(salt, Certificate is not null));
        byte[] response = await session.ReadPacketAsync();
        uint capabilities = BinaryPrimitives.ReadUInt32LittleEndian(response);
        if ((capabilities & Ssl) != 0)
        {
            Assert.NotNull(Certificate);
            Assert.Equal(32, response.Length); // no account before TLS
            await session.EncryptAsync(Certificate);
            response = await session.ReadPacketAsync();
            Assert.Equal(capabilities, BinaryPrimitives.ReadUInt32LittleEndian(response));
        }

        Encrypted.Enqueue(session.IsEncrypted);
        Assert.Equal(0u, capabilities & 0x01000000); // DEPRECATE_EOF was not offered
        if (RefuseInsecure is { } refusal && !session.IsEncrypted)
        {
            await session.ErrorAsync(refusal.Code, "HY000", refusal.Message);
            return false;
        }

        int at = 32;
        string user = Text(response, ref at);
        byte[] scramble = response.AsSpan(at + 1, response[at]).ToArray();
        at += 1 + response[at];
        Databases.Enqueue((capabilities & 8) != 0 ? Text(response, ref at) : null);
        Assert.Equal("mysql_native_password", Text(response, ref at));

        if (SwitchTo is not null)
        {
            salt = Encoding.ASCII.GetBytes("TSRQPONMLKJIHGFEDCBA");
            await session.PacketAsync([0xFE, .. Encoding.ASCII.GetBytes(SwitchTo), 0, .. salt, 0]);
            scramble = await session.ReadPacketAsync();
        }

        if (user != User || !scramble.AsSpan().SequenceEqual(Scramble(Password, salt)))
        {
            await session.ErrorAsync(1045, "28000", $"Access denied for user '{user}' (using password: {(scramble.Length > 0 ? "YES" : "NO")})");
            return false;
        }

        await session.OkAsync();
        return true;
    }

    /// <summary>The greeting of a frontend, with TLS on offer or not.</summary>
    public static byte[] GreetingPacket(byte[] salt, bool offersTls)
    {
        var greeting = new MemoryStream();
        greeting.WriteByte(10);
        greeting.Write("8.0.33\0"u8);
        greeting.Write([1, 0, 0, 0]);
        greeting.Write(salt.AsSpan(0, 8));
        greeting.WriteByte(0);
        greeting.Write([0x0D, (byte)(offersTls ? 0x8A : 0x82)]); // LONG_PASSWORD, LONG_FLAG, CONNECT_WITH_DB, PROTOCOL_41, SECURE_CONNECTION
        greeting.Write([33, 2, 0]);
        greeting.Write([0x08, 0x00]); // PLUGIN_AUTH
        greeting.WriteByte(21);
        greeting.Write(new byte[10]);
        greeting.Write(salt.AsSpan(8));
        greeting.WriteByte(0);
        greeting.Write("mysql_native_password\0"u8);
        return greeting.ToArray();
    }

    private static string Text(byte[] packet, ref int at)
    {
        int nul = Array.IndexOf(packet, (byte)0, at);
        string text = Encoding.UTF8.GetString(packet, at, nul - at);
        at = nul + 1;
        return text;
    }

    private static byte[] Scramble(string password, byte[] salt)
    {
        if (password.Length == 0)
        {
            return [];
        }

        byte[] once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] mask = SHA1.HashData([.. salt, .. SHA1.HashData(once)]);
        return [.. once.Select((b, i) => (byte)(b ^ mask[i]))];
    }
}

/// <summary>One logged-in connection of <see cref="FakeMySqlServer"/>.</summary>
internal sealed class FakeMySqlSession(NetworkStream socket, CancellationToken stopping)
{
    private Stream _network = socket;
    private byte _sequence;

    public bool IsEncrypted => _network is SslStream;

    public async Task EncryptAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(_network);
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
        }
        catch (AuthenticationException refused)
        {
            throw new IOException("the client refused", refused);
        }

        _network = tls;
    }

    public async Task<byte[]> ReadPacketAsync()
    {
        var payload = new MemoryStream();
        byte[] header = new byte[4];
        int length;
        do
        {
            await _network.ReadExactlyAsync(header, stopping);
            length = BinaryPrimitives.ReadInt32LittleEndian(header) & 0xFFFFFF;
            _sequence = (byte)(header[3] + 1);
            byte[] part = new byte[length];
            await _network.ReadExactlyAsync(part, stopping);
            payload.Write(part);
        }
        while (length == 0xFFFFFF);
        return payload.ToArray();
    }

    public async Task PacketAsync(byte[] payload)
    {
        int sent = 0;
        int length;
        do
        {
            length = Math.Min(payload.Length - sent, 0xFFFFFF);
            byte[] header = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(header, length);
            header[3] = _sequence++;
            await _network.WriteAsync(header, stopping);
            await _network.WriteAsync(payload.AsMemory(sent, length), stopping);
            sent += length;
        }
        while (length == 0xFFFFFF);
    }

    public Task RawAsync(byte[] bytes) => _network.WriteAsync(bytes, stopping).AsTask();

    public Task OkAsync(byte affected = 0) => PacketAsync([0, affected, 0, 2, 0, 0, 0]);

    public Task EofAsync() => PacketAsync([0xFE, 0, 0, 2, 0]);

    public Task ErrorAsync(ushort code, string state, string message) =>
        PacketAsync([0xFF, (byte)code, (byte)(code >> 8), (byte)'#', .. Encoding.ASCII.GetBytes(state), .. Encoding.UTF8.GetBytes(message)]);

    public async Task ColumnsAsync(params string[] names)
    {
        await PacketAsync([(byte)names.Length]);
        foreach (string name in names)
        {
            var column = new MemoryStream();
            foreach (string part in new[] { "def", "shop", "t", "t", name, name })
            {
                column.Write(Value(part));
            }

            column.Write([0x0C, 33, 0, 20, 0, 0, 0, 253, 0, 0, 0, 0, 0]);
            await PacketAsync(column.ToArray());
        }

        await EofAsync();
    }

    public Task RowAsync(params string?[] values) => PacketAsync([.. values.SelectMany(Value)]);

    public async Task ResultAsync(string[] names, params string?[][] rows)
    {
        await ColumnsAsync(names);
        foreach (string?[] row in rows)
        {
            await RowAsync(row);
        }

        await EofAsync();
    }

    public void Close() => socket.Socket.Shutdown(SocketShutdown.Both);

    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, stopping);

    public async Task ReadToEndAsync()
    {
        socket.Socket.Shutdown(SocketShutdown.Send);
        byte[] buffer = new byte[1024];
        while (await _network.ReadAsync(buffer, stopping) > 0)
        {
        }
    }

    public static byte[] Value(string? text)
    {
        if (text is null)
        {
            return [0xFB];
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] length = bytes.Length switch
        {
            < 251 => [(byte)bytes.Length],
            < 0x10000 => [0xFC, (byte)bytes.Length, (byte)(bytes.Length >> 8)],
            < 0x1000000 => [0xFD, (byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)(bytes.Length >> 16)],
            _ => [0xFE, .. BitConverter.GetBytes((long)bytes.Length)],
        };
        return [.. length, .. bytes];
    }
}
