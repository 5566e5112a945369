using System.Security.Cryptography.X509Certificates;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>TLS on the SQL endpoint, step by step. A real server's is in <see cref="MariaDbTests"/>.</summary>
public sealed class SqlTlsTests
{
    private static Task<SqlConnection> ConnectAsync(FakeMySqlServer server, SqlTls tls, X509Certificate2? trusted = null) =>
        SqlConnection.ConnectAsync("127.0.0.1", server.Port, "root", "s3cret!", "shop", new SqlConnectionLimits { Tls = tls, TrustedRoots = trusted is null ? null : [trusted] }, null, default).WaitAsync(Patience);

    [Theory]
    [InlineData(SqlTls.Preferred, true, true)]
    [InlineData(SqlTls.Preferred, false, false)]
    [InlineData(SqlTls.Disabled, true, false)]
    [InlineData(SqlTls.Disabled, false, false)]
    [InlineData(SqlTls.Required, true, true)]
    public async Task What_is_asked_and_offered_decides(SqlTls asked, bool offered, bool encrypted)
    {
        using X509Certificate2 certificate = TestCertificates.For("127.0.0.1");
        await using var server = new FakeMySqlServer { Password = "s3cret!", Certificate = offered ? certificate : null };

        await using SqlConnection connection = await ConnectAsync(server, asked, certificate);
        await connection.PingAsync(default);
        Assert.Equal(0, await connection.ExecuteAsync("SELECT 1", default));

        Assert.Equal(encrypted, connection.IsEncrypted);
        Assert.Equal([encrypted], server.Encrypted);
        Assert.Equal(["shop"], server.Databases);
    }

    [Fact]
    public async Task Required_and_not_offered_is_final_and_no_login_leaves()
    {
        await using var server = new FakeMySqlServer { Password = "s3cret!" };

        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, SqlTls.Required));

        Assert.Equal(ErrorClass.Final, refused.Class);
        Assert.Contains("StarRocks:SqlTls", refused.Message);
        Assert.Empty(server.Encrypted);
    }

    [Theory]
    [InlineData("127.0.0.1", false)] // nobody vouches for it
    [InlineData("127.0.0.2", true)] // another host's
    public async Task Required_refuses_a_certificate_that_does_not_prove_the_host_before_any_login(string address, bool trusted)
    {
        using X509Certificate2 certificate = TestCertificates.For(address);
        await using var server = new FakeMySqlServer { Password = "s3cret!", Certificate = certificate };

        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, SqlTls.Required, trusted ? certificate : null));

        Assert.Equal(ErrorClass.Final, refused.Class);
        Assert.Contains("StarRocks:SqlTls", refused.Message);
        Assert.Empty(server.Encrypted);
    }

    [Fact]
    public async Task A_server_that_wants_tls_names_the_setting()
    {
        await using var server = new FakeMySqlServer { Password = "s3cret!", RefuseInsecure = (5205, "Connections using insecure transport are prohibited while --require_secure_transport=ON.") };

        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, SqlTls.Disabled));

        Assert.Equal((5205, ErrorClass.Final), (refused.Code, refused.Class));
        Assert.Contains("StarRocks:SqlTls", refused.Message);
    }

    [Fact]
    public async Task Bytes_smuggled_in_before_tls_end_the_connection()
    {
        byte[] greeting = FakeMySqlServer.GreetingPacket("abcdefghijklmnopqrst"u8.ToArray(), offersTls: true);
        byte[] ok = [7, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0];
        await using var server = new FakeMySqlServer { Greeting = [(byte)greeting.Length, 0, 0, 0, .. greeting, .. ok] };

        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, SqlTls.Preferred));

        Assert.Contains("unencrypted bytes", refused.Message);
    }
}
