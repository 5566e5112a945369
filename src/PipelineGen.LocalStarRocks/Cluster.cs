using System.Globalization;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Execution;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks;

/// <summary>The StarRocks release whose behaviour is stood in for.</summary>
internal readonly record struct ServerVersion(int Major, int Minor, string Text)
{
    public static ServerVersion Parse(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int major) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int minor)
            ? new ServerVersion(major, minor, text)
            : throw new ArgumentException($"Version '{text}' is not like 3.5 or 4.1.2", nameof(text));
    }

    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>What the MySQL handshake says (STARROCKS.md, 7).</summary>
    public string MySqlVersion => IsAtLeast(3, 5) ? "8.0.33" : "5.1.0";
}

/// <summary>All that FE, BE and SQL endpoint of one stand-in share.</summary>
internal sealed class Cluster : IDisposable
{
    public const string Comment = "PipelineGen LocalStarRocks (a stand-in, not StarRocks)";

    public Cluster(LocalStarRocksOptions options, LocalStarRocksFaults faults)
    {
        Options = options;
        Faults = faults;
        Version = ServerVersion.Parse(options.Version);
        Store = new SqliteStore(options.DataFile);
        Catalog = new CatalogStore(Store);
        Labels = new LabelRegistry(Store, options.TimeProvider);
        Alters = new AlterJobs(this);
    }

    public LocalStarRocksOptions Options { get; }
    public LocalStarRocksFaults Faults { get; }
    public ServerVersion Version { get; }
    public SqliteStore Store { get; }
    public CatalogStore Catalog { get; }
    public LabelRegistry Labels { get; }
    public AlterJobs Alters { get; }
    public SqlConnections Connections { get; } = new();
    public ErrorLogs ErrorLogs { get; } = new();
    public TimeProvider Time => Options.TimeProvider;

    /// <summary>Set once the BE's port is known.</summary>
    public Uri BackendUrl { get; set; } = new("http://127.0.0.1/");

    /// <summary>Set once the ports are known.</summary>
    public int HttpPort { get; set; }

    /// <summary>Set once the ports are known.</summary>
    public int SqlPort { get; set; }

    public void Dispose()
    {
        Alters.Dispose();
        Store.Dispose();
    }
}
