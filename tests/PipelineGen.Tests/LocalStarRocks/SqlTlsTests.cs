using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PipelineGen.LocalStarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>TLS, and clients that say nothing, too much or half of it.</summary>
public sealed class SqlTlsTests
{
    internal static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset day = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 made = request.CreateSelfSigned(day, day.AddYears(50));

        // TLS wants a key that is not only of this moment.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    [Fact]
    public async Task Tls_is_offered_with_a_certificate_only()
    {
        using X509Certificate2 certificate = Certificate();
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { SqlCertificate = certificate, Password = "secret" });
        await using SqlWire secure = await SqlWire.ConnectAsync(server, tls: true);
        Assert.Equal(0x800u, secure.ServerCapabilities & 0x800);
        Assert.Equal("1", await secure.ScalarAsync("SELECT 1"));
        await using SqlWire plain = await SqlWire.ConnectAsync(server);
        Assert.Equal("1", await plain.ScalarAsync("SELECT 1"));
        await using LocalStarRocksServer without = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire bare = await SqlWire.ConnectAsync(without);
        Assert.Equal(0u, bare.ServerCapabilities & 0x800);
    }

    [Fact]
    public async Task Silent_and_idle_clients_are_let_go()
    {
        var time = new ManualTime();
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { TimeProvider = time });
        using TcpClient silent = await ConnectAsync(server);
        Assert.True(await silent.GetStream().ReadAsync(new byte[200]) > 0);
        await using SqlWire idle = await SqlWire.ConnectAsync(server);
        await idle.QueryAsync("SET wait_timeout = 60");
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, await EndAsync(silent));
        Assert.Equal("1", await idle.ScalarAsync("SELECT 1"));
        time.Advance(TimeSpan.FromSeconds(61));
        await Assert.ThrowsAnyAsync<IOException>(() => idle.ScalarAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_packet_over_the_limit_is_refused_and_its_connection_ended()
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        SqlRefusal? refusal = null;
        try
        {
            await sql.QueryAsync($"SELECT length('{new string('x', 34_000_000)}')");
        }
        catch (SqlRefusal e)
        {
            refusal = e;
        }
        catch (IOException)
        {
            // The refusal may be lost behind what was still being sent.
        }

        Assert.True(refusal is null or { Code: 1153 });
        await Assert.ThrowsAnyAsync<IOException>(() => sql.ScalarAsync("SELECT 1"));
        await using SqlWire next = await SqlWire.ConnectAsync(server);
        Assert.Equal("1", await next.ScalarAsync("SELECT 1"));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0, 0x82, 0, 0, 0, 0, 0, 1, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 65, 0, 20, 1 })]
    public async Task A_broken_login_gets_bad_handshake(byte[] login)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        using TcpClient client = await ConnectAsync(server);
        var buffer = new byte[500];
        Assert.True(await client.GetStream().ReadAsync(buffer) > 0);
        await client.GetStream().WriteAsync((byte[])[(byte)login.Length, 0, 0, 1, .. login]);
        await client.GetStream().ReadAtLeastAsync(buffer, 7);
        Assert.Equal((0xFF, 1043), (buffer[4], BitConverter.ToUInt16(buffer, 5)));
        Assert.Equal(0, await EndAsync(client));
    }

    private static async Task<TcpClient> ConnectAsync(LocalStarRocksServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, int.Parse(server.QueryEndpoint.Split(':')[1]));
        return client;
    }

    private static async Task<int> EndAsync(TcpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            while (await client.GetStream().ReadAsync(new byte[500], limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset is an end too.
        }

        return 0;
    }
}
