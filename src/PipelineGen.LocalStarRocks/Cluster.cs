using System.Globalization;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Sql.Execution;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks;

/// <summary>The StarRocks release whose behaviour is stood in for.</summary>
internal readonly record struct ServerVersion(int Major, int Minor, int Patch, string Text)
{
    /// <summary>The families whose behaviour is written down in STARROCKS.md.</summary>
    public static readonly string[] Families = ["3.3", "3.5", "4.0", "4.1"];

    /// <exception cref="ArgumentException">No version, or of a family that isn't known.</exception>
    public static ServerVersion Parse(string text)
    {
        string[] parts = text.Split('.');
        int patch = int.MaxValue; // of a bare family the newest
        if (parts.Length is not (2 or 3)
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            || (parts.Length == 3 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out patch)))
        {
            throw new ArgumentException($"Version '{text}' is not like 3.5 or 4.1.2", nameof(text));
        }

        return Families.Contains($"{major}.{minor}", StringComparer.Ordinal)
            ? new ServerVersion(major, minor, patch, text)
            : throw new ArgumentException($"Version '{text}' is none of {string.Join(", ", Families)}", nameof(text));
    }

    public bool IsAtLeast(int major, int minor, int patch = 0) => (Major, Minor, Patch).CompareTo((major, minor, patch)) >= 0;

    /// <summary>What the MySQL handshake says (STARROCKS.md, 7).</summary>
    public string MySqlVersion => IsAtLeast(3, 5) ? "8.0.33" : "5.1.0";
}

/// <summary>All that FE, BE and SQL endpoint of one stand-in share.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private int _backendStarts;

    public const string Comment = "PipelineGen LocalStarRocks (a stand-in, not StarRocks)";

    public Cluster(LocalStarRocksOptions options, LocalStarRocksFaults faults)
    {
        Options = options;
        Faults = faults;
        Version = ServerVersion.Parse(options.Version);
        Store = new SqliteStore(options.DataFile);
        Catalog = new CatalogStore(Store);
        Labels = new LabelRegistry(Store, options.TimeProvider, options.MaxRunningTransactions);
        Application = new LoadApplication(this);
        Publisher = new Publisher(this);
        Committer = new LoadCommitter(this);
        MultiTable = new MultiTableTransactions(this);
        Transactions = new BackendTransactions(this);
        MergeCommits = new MergeCommits(this);
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
    public LoadApplication Application { get; }
    public Publisher Publisher { get; }
    public LoadCommitter Committer { get; }
    public MultiTableTransactions MultiTable { get; }
    public BackendTransactions Transactions { get; }
    public MergeCommits MergeCommits { get; }
    public CoordinatorMap Coordinators { get; } = new();
    public ErrorLogs ErrorLogs { get; } = new();
    public TimeProvider Time => Options.TimeProvider;

    /// <summary>The leading FE's address, set once its port is known.</summary>
    public Uri LeaderUrl => new($"http://127.0.0.1:{HttpPort}/");

    /// <summary>Set once the BE's port is known.</summary>
    public Uri BackendUrl { get; set; } = new("http://127.0.0.1/");

    /// <summary>Set once the ports are known.</summary>
    public int HttpPort { get; set; }

    /// <summary>Set once the ports are known.</summary>
    public int SqlPort { get; set; }

    /// <summary>Another FE leads: only what was journaled is known to it (STARROCKS.md, 2.4, 2.8).</summary>
    public void ChangeLeader()
    {
        Coordinators.Clear();
        MultiTable.Forget();
        Labels.ForgetPrepares();
    }

    /// <summary>Changes when the BE restarts: a load that began before it ends unnoticed by the FE.</summary>
    public int BackendStarts => Volatile.Read(ref _backendStarts);

    /// <summary>The BE's process ends: what it held of transactions is gone, and the FE doesn't hear of it.</summary>
    public async Task LoseBackendAsync()
    {
        Interlocked.Increment(ref _backendStarts);
        Transactions.Lose();
        MergeCommits.Lose();
        await MultiTable.LoseBackendAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Alters.Dispose();
        await Publisher.DisposeAsync().ConfigureAwait(false);
        Transactions.Lose();
        MergeCommits.Lose();
        MultiTable.Forget();
        await Labels.FlushAsync().ConfigureAwait(false);
        Store.Dispose();
    }
}
