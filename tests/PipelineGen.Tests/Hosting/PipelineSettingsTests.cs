using Microsoft.Extensions.Configuration;
using PipelineGen.Hosting;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Hosting;

public class PipelineSettingsTests
{
    private const string Secret = "s3cret-w0rd";

    private static readonly Dictionary<string, string?> Required = new()
    {
        ["Source:ConnectionString"] = $"Host=db;Database=shop;Username=me;Password={Secret}",
        ["StarRocks:LoadUrl"] = "http://fe:8030",
        ["StarRocks:QueryEndpoint"] = "fe:9030",
    };

    [Fact]
    public void Defaults()
    {
        (PipelineOptions options, StarRocksOptions target) = Read();
        Assert.Equal(("shop", "shop"), (options.Slot, options.Publication));
        Assert.Equal(TimeSpan.FromSeconds(2), options.FlushInterval);
        Assert.Equal(32L * 1024 * 1024, options.FlushBytes);
        Assert.Equal(64L * 1024 * 1024, options.HardLimitBytes);
        Assert.Equal(2, options.SnapshotWorkers);
        Assert.Equal(TimeSpan.FromSeconds(10), options.HeartbeatInterval);
        Assert.Equal(10L * 1024 * 1024 * 1024, options.MaxRetainedWal);
        Assert.Equal((SourceWireFormat.Binary, 100_000), (options.WireFormat, options.MaxQuarantinedRows));
        Assert.Equal(("shop", "root", ""), (target.Database, target.User, target.Password));
        Assert.Equal((LoadCompression.None, SqlTls.Preferred, false), (target.Compression, target.SqlTls, target.AllowInsecureRedirect));
        Assert.Equal([new Uri("http://fe:8030")], target.LoadUrls);
    }

    [Fact]
    public void Every_key_is_read()
    {
        (PipelineOptions options, StarRocksOptions target) = Read(
            ("Source:Slot", "slot_1"), ("Source:Publication", "Pub lication"), ("StarRocks:LoadUrl", "http://a:8030; https://b:8030 ;"), ("StarRocks:QueryEndpoint", "a:9030;b:9030"),
            ("StarRocks:Database", "Db"), ("StarRocks:User", "u"), ("StarRocks:Password", Secret), ("Pipeline:FlushInterval", "500ms"), ("Pipeline:FlushBytes", "1MB"),
            ("Pipeline:SnapshotWorkers", "8"), ("Pipeline:ChunkRows", "5"), ("Pipeline:HeartbeatInterval", "1m"), ("Pipeline:MaxRetainedWal", "0"),
            ("StarRocks:Compression", "GZIP"), ("StarRocks:SqlTls", "required"), ("StarRocks:AllowInsecureRedirect", "true"),
            ("Source:WireFormat", "Text"), ("Pipeline:MaxQuarantinedRows", "7"));
        Assert.Equal((SourceWireFormat.Text, 7), (options.WireFormat, options.MaxQuarantinedRows));
        Assert.Equal((LoadCompression.Gzip, SqlTls.Required, true), (target.Compression, target.SqlTls, target.AllowInsecureRedirect));
        Assert.Equal(("slot_1", "Pub lication"), (options.Slot, options.Publication));
        Assert.Equal([new Uri("http://a:8030"), new Uri("https://b:8030")], target.LoadUrls);
        Assert.Equal(("a:9030;b:9030", "Db", "u", Secret), (target.QueryEndpoint, target.Database, target.User, target.Password));
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1)), (options.FlushInterval, options.HeartbeatInterval));
        Assert.Equal((1024L * 1024, 8, 0L), (options.FlushBytes, options.SnapshotWorkers, options.MaxRetainedWal));
    }

    [Theory]
    [InlineData("Source:ConnectionString")]
    [InlineData("StarRocks:LoadUrl")]
    [InlineData("StarRocks:QueryEndpoint")]
    public void A_required_key_is_missed_with_every_way_to_set_it(string key)
    {
        foreach (string? value in (string?[])[null, ""])
        {
            string message = Refused((key, value));
            Assert.StartsWith($"{key} is not set: ", message, StringComparison.Ordinal);
            Assert.All(["appsettings.json", key.Replace(":", "__", StringComparison.Ordinal), $"--{key}=..."], way => Assert.Contains(way, message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Source:Slot", "Shop", "Source:Slot: 'Shop' is no name for a replication slot")]
    [InlineData("Source:ConnectionString", "Database=shop", "Source:ConnectionString names no Host")]
    [InlineData("Source:ConnectionString", "Host=db;Pasword=s3cret-w0rd", "Source:ConnectionString: ")]
    [InlineData("Source:ConnectionString", "s3cret-w0rd", "Source:ConnectionString: ")]
    [InlineData("Source:WireFormat", "csv", "Source:WireFormat is 'csv': one of binary, text is expected")]
    [InlineData("Pipeline:MaxQuarantinedRows", "0", "Pipeline:MaxQuarantinedRows is '0': a whole number between 1 and 10000000 is expected")]
    [InlineData("StarRocks:LoadUrl", "fe:8030", "StarRocks:LoadUrl holds 'fe:8030'")]
    [InlineData("StarRocks:LoadUrl", "ftp://fe", "StarRocks:LoadUrl holds 'ftp://fe'")]
    [InlineData("StarRocks:LoadUrl", "root:s3cret-w0rd@fe:8030", "StarRocks:LoadUrl holds ")]
    [InlineData("StarRocks:LoadUrl", "ftp://root:s3cret-w0rd@fe:8030", "StarRocks:LoadUrl holds ")]
    [InlineData("StarRocks:LoadUrl", "http://root:s3cret-w0rd@fe:8030", "must not carry user or password")]
    [InlineData("StarRocks:LoadUrl", " ; ", "LoadUrls: at least one")]
    [InlineData("StarRocks:QueryEndpoint", "fe:port", "QueryEndpoint: 'fe:port' is not host:port")]
    [InlineData("StarRocks:Compression", "zip", "StarRocks:Compression is 'zip': one of none, gzip is expected")]
    [InlineData("StarRocks:SqlTls", "yes", "StarRocks:SqlTls is 'yes': one of disabled, preferred, required is expected")]
    [InlineData("StarRocks:AllowInsecureRedirect", "1", "StarRocks:AllowInsecureRedirect is '1': one of false, true is expected")]
    [InlineData("StarRocks:User", "a:b", "User: a user name without ':'")]
    [InlineData("Pipeline:FlushInterval", "5", "Pipeline:FlushInterval is '5': a duration such as 500ms, 2s or 1m")]
    [InlineData("Pipeline:FlushInterval", "1ms", "between 00:00:00.0100000 and 01:00:00")]
    [InlineData("Pipeline:FlushInterval", "2h", "between 00:00:00.0100000 and 01:00:00")]
    [InlineData("Pipeline:FlushInterval", "99999999999999999999h", "Pipeline:FlushInterval is '99999999999999999999h'")]
    [InlineData("Pipeline:FlushInterval", "NaNs", "Pipeline:FlushInterval is 'NaNs'")]
    [InlineData("Pipeline:FlushInterval", "-2s", "Pipeline:FlushInterval is '-2s'")]
    [InlineData("Pipeline:HeartbeatInterval", "soon", "Pipeline:HeartbeatInterval is 'soon'")]
    [InlineData("Pipeline:FlushBytes", "1KB", "Pipeline:FlushBytes is '1KB': a size such as 512KB, 32MB or 10GB")]
    [InlineData("Pipeline:FlushBytes", "2GB", "between 64.0 KB and 1.0 GB")]
    [InlineData("Pipeline:FlushBytes", "lots", "Pipeline:FlushBytes is 'lots'")]
    [InlineData("Pipeline:SnapshotWorkers", "0", "Pipeline:SnapshotWorkers is '0': a whole number between 1 and 64")]
    [InlineData("Pipeline:SnapshotWorkers", "1.5", "Pipeline:SnapshotWorkers is '1.5'")]
    [InlineData("Pipeline:ChunkRows", "-1", "Pipeline:ChunkRows is '-1'")]
    [InlineData("Pipeline:MaxRetainedWal", "-1", "Pipeline:MaxRetainedWal is '-1'")]
    public void A_bad_value_is_named_with_what_is_expected_and_no_secret(string key, string value, string said)
    {
        string message = Refused((key, value));
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Source:ConectionString", "Source:ConnectionString")]
    [InlineData("StarRocks:LoadUrls", "StarRocks:LoadUrl")]
    [InlineData("Pipeline:Flushinterva", "Pipeline:FlushInterval")]
    [InlineData("StarRocks:Pasword", "StarRocks:Password")]
    public void An_unknown_key_is_an_error_with_the_nearest_name(string key, string nearest)
    {
        string message = Refused((key, Secret));
        Assert.Equal($"{key} is no setting of a pipeline. Did you mean {nearest}?", message);
    }

    [Fact]
    public void Case_does_not_matter_and_other_sections_are_not_ours()
    {
        (PipelineOptions options, _) = Read(("pipeline:SNAPSHOTWORKERS", "3"), ("Logging:LogLevel:Default", "Debug"), ("PATH", "/bin"));
        Assert.Equal(3, options.SnapshotWorkers);
    }

    [Fact]
    public void Every_key_has_a_description_and_every_secret_is_marked()
    {
        Assert.All(PipelineSettings.Keys, static k => Assert.NotEmpty(k.Description));
        Assert.Equal(["Source:ConnectionString", "StarRocks:Password"], PipelineSettings.Keys.Where(static k => k.IsSecret).Select(static k => k.Name));
        Assert.Equal(PipelineSettings.Keys.Count, PipelineSettings.Keys.Select(static k => k.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static string Refused(params (string Key, string? Value)[] settings) => Assert.Throws<SettingsException>(() => Read(settings)).Message;

    private static (PipelineOptions Options, StarRocksOptions Target) Read(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Required, StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in settings)
            all[key] = value;
        return PipelineSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(all).Build(), "shop");
    }
}
