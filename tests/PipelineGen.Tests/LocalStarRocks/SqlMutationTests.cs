using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineGen.LocalStarRocks;
using Xunit.Abstractions;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>20,000 broken statements and packets over live connections: each is answered or ends its connection, and the server goes on.</summary>
public sealed class SqlMutationTests(ITestOutputHelper output)
{
    private const int Messages = 20_000;

    private static readonly string[] Seeds =
    [
        "SELECT id, v, count(*) FROM shop.t WHERE id > 1 AND v LIKE 'a%' GROUP BY id, v HAVING count(*) > 0 ORDER BY 1 DESC LIMIT 10",
        "INSERT INTO shop.t (id, v, a) VALUES (1, 'x', [1,2]), (2, NULL, NULL)",
        "ALTER TABLE shop.t ADD COLUMN c INT NOT NULL DEFAULT \"1\" COMMENT \"x\" AFTER v, DROP COLUMN c",
        "CREATE TABLE shop.u (id INT, m MAP<INT,STRUCT<a INT, b STRING>>, d DECIMAL(10,2)) PRIMARY KEY (id) DISTRIBUTED BY HASH(id) BUCKETS 2 ORDER BY (id) PROPERTIES (\"replication_num\" = \"1\")",
        "WITH a AS (SELECT 1 x) SELECT x, row_number() OVER (PARTITION BY x ORDER BY x) FROM a UNION ALL SELECT 2, CASE WHEN 1 THEN 2 ELSE CAST('3' AS INT) END",
        "UPDATE shop.t SET v = concat(v, 'y') WHERE id IN (SELECT id FROM shop.t) AND NOT EXISTS (SELECT 1)",
        "DELETE FROM shop.t WHERE id BETWEEN 5 AND 6 OR v IS NULL",
        "SHOW ALTER TABLE COLUMN FROM shop WHERE TableName = 't' ORDER BY CreateTime DESC LIMIT 1",
        "SHOW TRANSACTION FROM shop WHERE id = 1", "BEGIN", "COMMIT", "ROLLBACK", "SET @@session.x = 1, y = 'z'", "SELECT * FROM information_schema.columns",
    ];

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public async Task Nothing_that_is_sent_ends_the_server()
    {
        output.WriteLine($"seed {_seed}");
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { SchemaChangeStep = TimeSpan.FromMilliseconds(1) });
        await using SqlWire healthy = await SqlWire.ConnectAsync(server);
        await healthy.QueryAsync("CREATE DATABASE shop");
        await healthy.QueryAsync("CREATE TABLE shop.t (id INT, v VARCHAR(20), a ARRAY<INT>) PRIMARY KEY (id) PROPERTIES (\"replication_num\" = \"1\")");
        int[] sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => AttackAsync(server, new Random(_seed + worker), Messages / 4))));
        Assert.True(sent.Sum() >= Messages, $"seed {_seed}: only {sent.Sum()}");
        Assert.Equal("1", await healthy.ScalarAsync("SELECT 1"));
        await using SqlWire next = await SqlWire.ConnectAsync(server);
        Assert.True(int.Parse((await next.ScalarAsync("SELECT count(*) FROM information_schema.columns"))!) > 0);
    }

    private static async Task<int> AttackAsync(LocalStarRocksServer server, Random random, int count)
    {
        int sent = 0;
        while (sent < count)
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(server.QueryEndpoint.Split(':')[1]));
            NetworkStream stream = client.GetStream();
            try
            {
                await ReadPacketAsync(stream);
                byte[] login = [.. BitConverter.GetBytes(0x88200), .. BitConverter.GetBytes(1 << 24), 33, .. new byte[23], .. "root\0\0mysql_native_password\0"u8];
                bool broken = random.Next(20) == 0;
                sent++;
                await SendAsync(stream, 1, broken ? Mutate(random, login) : login);
                if ((await ReadPacketAsync(stream))[0] != 0)
                {
                    continue;
                }

                while (sent < count && await OneAsync(stream, random))
                {
                    sent++;
                }
            }
            catch (IOException)
            {
                // Cut off: as good an answer as an error.
                sent++;
            }
        }

        return sent;
    }

    /// <summary>False: the connection is of no more use.</summary>
    private static async Task<bool> OneAsync(NetworkStream stream, Random random)
    {
        byte[] statement = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]);
        switch (random.Next(40))
        {
            case 0:
                // Fewer bytes than the header says, and gone.
                await stream.WriteAsync((byte[])[200, 0, 0, 0, 3, .. statement.AsSpan(0, 4)]);
                return false;
            case 1:
                await SendAsync(stream, 0, []);
                await ReadPacketAsync(stream);
                return false;
            case 2:
                byte[] random32 = new byte[32];
                random.NextBytes(random32);
                random32[0] = (byte)random.Next(4, 23);
                await SendAsync(stream, (byte)random.Next(256), random32);
                break;
            case 3:
                await SendAsync(stream, 0, [22, .. Mutate(random, statement)]);
                break;
            case 4:
                await SendAsync(stream, 0, [22, .. "SELECT ?, ?"u8]);
                byte[] prepared = await ReadPacketAsync(stream);
                for (int i = 0; i < 6; i++)
                {
                    await ReadPacketAsync(stream);
                }

                byte[] parameters = new byte[random.Next(40)];
                random.NextBytes(parameters);
                await SendAsync(stream, 0, [23, .. prepared[1..5], 0, 1, 0, 0, 0, .. parameters]);
                break;
            case 5:
                // Two at once: the second waits its turn.
                await SendAsync(stream, 0, [14]);
                await SendAsync(stream, 0, [14]);
                await ReadAnswerAsync(stream);
                break;
            default:
                await SendAsync(stream, 0, [3, .. Mutate(random, statement)]);
                break;
        }

        return await ReadAnswerAsync(stream);
    }

    private static byte[] Mutate(Random random, byte[] message)
    {
        List<byte> bytes = [.. message];
        for (int i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at))); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 4: bytes[at] = "()'\"`\\;,.?-*0aN"u8[random.Next(15)]; break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    // True when a whole answer came.
    private static async Task<bool> ReadAnswerAsync(NetworkStream stream)
    {
        byte[] first = await ReadPacketAsync(stream);
        if (first.Length == 0 || first[0] is 0 or 0xFF or 0xFE)
        {
            return first.Length > 0;
        }

        for (int ends = 0; ends < 2;)
        {
            byte[] packet = await ReadPacketAsync(stream);
            if (packet[0] == 0xFF)
            {
                return true;
            }

            ends += packet[0] == 0xFE && packet.Length < 9 ? 1 : 0;
        }

        return true;
    }

    private static async Task SendAsync(NetworkStream stream, byte sequence, byte[] payload) =>
        await stream.WriteAsync((byte[])[(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence, .. payload]);

    private static async Task<byte[]> ReadPacketAsync(NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var header = new byte[4];
        await stream.ReadExactlyAsync(header, limit.Token);
        var payload = new byte[header[0] | header[1] << 8 | header[2] << 16];
        await stream.ReadExactlyAsync(payload, limit.Token);
        return payload;
    }
}
