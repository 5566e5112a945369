using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

public sealed class StreamLoadTlsTests
{
    private static readonly Uri Secure = new("https://fe:8443/api/shop/orders/_stream_load");

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_final_and_gets_no_request()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<int> serving = ServeAsync(listener, certificate);
        using var client = new StreamLoadClient(Options(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")));

        var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(), default).WaitAsync(Patience));

        Assert.Equal(ErrorClass.Final, failed.Error.Class);
        Assert.False(failed.BodyBegan);
        Assert.Equal(0, await serving.WaitAsync(Patience));
        listener.Stop();
    }

    [Fact]
    public void A_redirect_from_https_to_http_is_refused_unless_allowed()
    {
        var redirect = new HttpReply(307, "http://user:x@be:8040/api/shop/orders/_stream_load?a=b", default);

        Assert.Null(FrontendRoute.NextHop(Secure, redirect, allowInsecure: false, out string refusal));
        Assert.Contains("in the clear", refusal);
        Assert.DoesNotContain("user:x", refusal);
        Assert.Equal("be:8040", FrontendRoute.NextHop(Secure, redirect, allowInsecure: true, out _)?.Authority);
        Assert.Equal("https://be:8443/x", FrontendRoute.NextHop(Secure, redirect with { Location = "https://be:8443/x" }, allowInsecure: false, out _)?.ToString());
        Assert.Equal("https://fe:8443/x", FrontendRoute.NextHop(Secure, redirect with { Location = "/x" }, allowInsecure: false, out _)?.ToString());
    }

    [Theory]
    [InlineData(302, "https://be/x")]
    [InlineData(307, null)]
    [InlineData(307, "ftp://be/x")]
    public void A_redirect_that_is_not_StarRocks_is_refused(int status, string? location) =>
        Assert.Null(FrontendRoute.NextHop(Secure, new HttpReply(status, location, default), allowInsecure: true, out _));

    private static async Task<int> ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        using var tls = new SslStream(new NetworkStream(socket));
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            return await tls.ReadAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return 0;
        }
    }
}
