using System.Globalization;
using Microsoft.Extensions.Configuration;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>A setting that is missing or can't be read; the message names key, value and what is expected.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>One configuration key of a pipeline (ARCHITECTURE.md, section 3).</summary>
/// <param name="Default">The default as text; null where the key is required, or has a default that the pipeline's name gives.</param>
internal sealed record SettingKey(string Name, string? Default, string Description, bool IsSecret = false);

/// <summary>Reads and checks a pipeline's configuration, by hand: ahead-of-time builds have no binder by reflection.</summary>
internal static class PipelineSettings
{
    public static readonly IReadOnlyList<SettingKey> Keys =
    [
        new("Source:ConnectionString", null, "Npgsql connection string of the Postgres database (required)", IsSecret: true),
        new("Source:Slot", null, "replication slot; default: the pipeline's name"),
        new("Source:Publication", null, "publication; default: the pipeline's name"),
        new("Source:WireFormat", "binary", "how Postgres sends values: 'binary' where every compiled column can be read so, or 'text' for all columns, where a type can not be sent in binary"),
        new("Source:Streaming", "on", "receive large transactions while they run, into spill files: 'on', or 'off' to let Postgres keep them until they commit"),
        new("StarRocks:LoadUrl", null, "HTTP address of one or more frontends, separated by ';', such as http://fe:8030 (required)"),
        new("StarRocks:QueryEndpoint", null, "host:port of the frontends' MySQL endpoint, such as fe:9030 (required)"),
        new("StarRocks:Database", null, "target database; default: the pipeline's name"),
        new("StarRocks:User", "root", "StarRocks account"),
        new("StarRocks:Password", "", "its password", IsSecret: true),
        new("StarRocks:Consistency", "table", "'table': a load a table; 'transaction' (StarRocks 4.0 and later): a batch of all tables and the position become visible at once"),
        new("StarRocks:AllowInsecureRedirect", "false", "let an https frontend redirect loads to an http backend, which sends the password in the clear"),
        new("StarRocks:Compression", "none", "compress the bodies of loads: none, or gzip (StarRocks 3.2.7 and later)"),
        new("StarRocks:SqlTls", "preferred", "encrypt SQL connections: disabled, preferred (where offered, certificate not checked), or required (certificate and host name checked)"),
        new("Pipeline:FlushInterval", "2s", "a load at least this often while there are changes"),
        new("Pipeline:FlushBytes", "32MB", "encoded changes after which the next transaction end is loaded; about twice as much may wait in memory"),
        new("Pipeline:SnapshotWorkers", "2", "ranges of tables that are copied at the same time, each over a connection of its own"),
        new("Pipeline:ChunkRows", "100000", "rows of a snapshot range: what is read again, at most, for each worker after a crash"),
        new("Pipeline:MaxMemory", "256MB", "managed memory for what waits: changes, copies and transactions in the making; beyond it they wait in spill files or in Postgres"),
        new("Pipeline:SpillFolder", "", "folder of the spill files; default: the system's folder for temporary files"),
        new("Pipeline:SpillEncryption", "off", "encrypt spill files with a key that only the process has: 'on' or 'off'"),
        new("Pipeline:HeartbeatInterval", "10s", "how often an idle pipeline persists and acknowledges its position"),
        new("Pipeline:MaxRetainedWal", "10GB", "WAL that the slot may retain before a warning; 0 for none"),
        new("Pipeline:MaxQuarantinedRows", "100000", "rows in _pipelinegen_quarantine above which the pipeline stops: a policy for so many is a modelling decision"),
    ];

    private static readonly string[] Sections = ["Source", "StarRocks", "Pipeline"];

    /// <exception cref="SettingsException">A key is missing, unknown or unreadable.</exception>
    public static (PipelineOptions Options, StarRocksOptions Target) Read(IConfiguration configuration, string pipeline)
    {
        RefuseUnknownKeys(configuration);
        string slot = Value("Source:Slot") ?? pipeline;
        try
        {
            SourceNames.RequireSlotName(slot);
        }
        catch (ArgumentException error)
        {
            throw new SettingsException($"Source:Slot: {error.Message}");
        }

        var options = new PipelineOptions
        {
            SourceConnectionString = ConnectionString(Required("Source:ConnectionString")),
            Slot = slot,
            Publication = Value("Source:Publication") ?? pipeline,
            WireFormat = OneOf("Source:WireFormat", ("binary", SourceWireFormat.Binary), ("text", SourceWireFormat.Text)),
            Consistency = OneOf("StarRocks:Consistency", ("table", LoadConsistency.Table), ("transaction", LoadConsistency.Transaction)),
            FlushInterval = Duration("Pipeline:FlushInterval", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            FlushBytes = Size("Pipeline:FlushBytes", 64 * 1024, 1L << 30),
            SnapshotWorkers = Count("Pipeline:SnapshotWorkers", 1, 64),
            HeartbeatInterval = Duration("Pipeline:HeartbeatInterval", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            ChunkRows = Count("Pipeline:ChunkRows", 1, int.MaxValue),
            StreamTransactions = OneOf("Source:Streaming", ("on", true), ("off", false)),
            MaxMemory = Size("Pipeline:MaxMemory", 32 * 1024 * 1024, 1L << 40),
            SpillFolder = Value("Pipeline:SpillFolder") is { Length: > 0 } folder ? folder : Path.GetTempPath(),
            SpillEncryption = OneOf("Pipeline:SpillEncryption", ("on", true), ("off", false)),
            MaxQuarantinedRows = Count("Pipeline:MaxQuarantinedRows", 1, 10_000_000),
            MaxRetainedWal = Size("Pipeline:MaxRetainedWal", 0, long.MaxValue),
        };
        var target = new StarRocksOptions
        {
            LoadUrls = [.. Required("StarRocks:LoadUrl").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Url)],
            QueryEndpoint = Required("StarRocks:QueryEndpoint"),
            Database = Value("StarRocks:Database") ?? pipeline,
            User = Value("StarRocks:User")!,
            Password = Value("StarRocks:Password")!,
            AllowInsecureRedirect = OneOf("StarRocks:AllowInsecureRedirect", ("false", false), ("true", true)),
            Compression = OneOf("StarRocks:Compression", ("none", LoadCompression.None), ("gzip", LoadCompression.Gzip)),
            SqlTls = OneOf("StarRocks:SqlTls", ("disabled", SqlTls.Disabled), ("preferred", SqlTls.Preferred), ("required", SqlTls.Required)),
        };
        try
        {
            target.Validate();
        }
        catch (ArgumentException error)
        {
            throw new SettingsException($"StarRocks: {error.Message}");
        }

        return (options, target);

        string? Value(string key) => configuration[key] is { Length: > 0 } value ? value : Keys.First(k => k.Name == key).Default;

        string Required(string key) => Value(key) ?? throw new SettingsException(
            $"{key} is not set: {Keys.First(k => k.Name == key).Description}. Set it in appsettings.json, as the environment variable {key.Replace(":", "__", StringComparison.Ordinal)}, or with --{key}=...");

        TimeSpan Duration(string key, TimeSpan min, TimeSpan max) => Units.TryParseDuration(Value(key)!, out TimeSpan value) && value >= min && value <= max
            ? value
            : throw new SettingsException($"{key} is '{Value(key)}': a duration such as 500ms, 2s or 1m, between {min} and {max}, is expected");

        long Size(string key, long min, long max) => Units.TryParseSize(Value(key)!, out long value) && value >= min && value <= max
            ? value
            : throw new SettingsException($"{key} is '{Value(key)}': a size such as 512KB, 32MB or 10GB, {(max == long.MaxValue ? $"of at least {Units.Bytes(min)}" : $"between {Units.Bytes(min)} and {Units.Bytes(max)}")}, is expected");

        int Count(string key, int min, int max) => int.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new SettingsException($"{key} is '{Value(key)}': a whole number between {min} and {max} is expected");

        T OneOf<T>(string key, params (string Name, T Value)[] choices)
        {
            foreach ((string name, T value) in choices)
            {
                if (string.Equals(name, Value(key), StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            throw new SettingsException($"{key} is '{Value(key)}': one of {string.Join(", ", choices.Select(static c => c.Name))} is expected");
        }

        static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new SettingsException($"StarRocks:LoadUrl holds '{WithoutAccount(text)}': an address such as http://fe:8030 is expected");

        // People put user and password there; a message must not repeat them.
        static string WithoutAccount(string text) => text.LastIndexOf('@') is >= 0 and var at ? $"...{text[at..]}" : text;
    }

    private static string ConnectionString(string text)
    {
        try
        {
            var builder = new Npgsql.NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(builder.Host) ? throw new SettingsException("Source:ConnectionString names no Host") : text;
        }
        catch (ArgumentException error)
        {
            // Npgsql's message names the keyword, never a value.
            throw new SettingsException($"Source:ConnectionString: {error.Message}");
        }
    }

    private static void RefuseUnknownKeys(IConfiguration configuration)
    {
        foreach (string section in Sections)
        {
            foreach (IConfigurationSection child in configuration.GetSection(section).GetChildren())
            {
                string key = $"{section}:{child.Key}";
                if (Keys.Any(k => string.Equals(k.Name, key, StringComparison.OrdinalIgnoreCase)))
                    continue;
                throw new SettingsException($"{key} is no setting of a pipeline. Did you mean {EditDistance.Nearest(key, Keys.Select(static k => k.Name))}?");
            }
        }
    }
}
