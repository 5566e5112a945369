using PipelineGen.StarRocks;

namespace PipelineGen.Tests.StarRocks;

public sealed class StarRocksOptionsTests
{
    private static readonly StarRocksOptions Good = LoadFixtures.Options(new Uri("http://fe:8030"));

    [Fact]
    public void The_password_is_not_in_the_text()
    {
        string text = Good.ToString();
        Assert.Contains("fe:8030", text);
        Assert.Contains("loader", text);
        Assert.DoesNotContain("s3cret", text);
    }

    [Fact]
    public void Endpoints_are_read_in_order_with_default_port()
    {
        Assert.Equal([("fe1", 9030), ("10.0.0.2", 9031), ("::1", 9032), ("fe80::1", 9030)], (Good with { QueryEndpoint = "fe1; 10.0.0.2:9031;[::1]:9032;fe80::1" }).QueryEndpoints);
    }

    [Theory]
    [InlineData(":9030")]
    [InlineData("fe:0")]
    [InlineData("fe:x")]
    [InlineData("")]
    public void A_bad_endpoint_is_refused(string endpoint) => Assert.Throws<ArgumentException>((Good with { QueryEndpoint = endpoint }).Validate);

    [Fact]
    public void Bad_values_are_refused_by_name()
    {
        Good.Validate();
        Assert.Equal("LoadUrls", Assert.Throws<ArgumentException>((Good with { LoadUrls = [] }).Validate).ParamName);
        Assert.Equal("LoadUrls", Assert.Throws<ArgumentException>((Good with { LoadUrls = [new Uri("ftp://fe")] }).Validate).ParamName);
        ArgumentException secretInUrl = Assert.Throws<ArgumentException>((Good with { LoadUrls = [new Uri("http://u:hidden@fe:8030")] }).Validate);
        Assert.DoesNotContain("hidden", secretInUrl.Message);
        Assert.Equal("Database", Assert.Throws<ArgumentException>((Good with { Database = "" }).Validate).ParamName);
        Assert.Equal("LoadTimeout", Assert.Throws<ArgumentException>((Good with { LoadTimeout = TimeSpan.Zero }).Validate).ParamName);
    }
}
