using System.Security.Cryptography.X509Certificates;

namespace PipelineGen.LocalStarRocks;

/// <summary>How a <see cref="LocalStarRocksServer"/> is started. Port 0 means any free one.</summary>
public sealed record LocalStarRocksOptions
{
    /// <summary>The FE's HTTP port (StarRocks' default is 8030).</summary>
    public int HttpPort { get; init; }

    /// <summary>
    /// The HTTP port of a second, following FE, which sends transaction calls, merge commits, <c>get_load_state</c> and <c>_cancel</c> on
    /// to the leader (STARROCKS.md, 1.1). Null: there is none.
    /// </summary>
    public int? FollowerHttpPort { get; init; }

    /// <summary>The BE's HTTP port (StarRocks' default is 8040).</summary>
    public int BackendPort { get; init; }

    /// <summary>The SQL port (StarRocks' default is 9030).</summary>
    public int SqlPort { get; init; }

    /// <summary>The SQLite file that keeps tables, rows and labels over restarts. Null: kept until the server is disposed.</summary>
    public string? DataFile { get; init; }

    /// <summary>The one user there is.</summary>
    public string User { get; init; } = "root";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>The StarRocks release stood in for, of the families 3.3, 3.5, 4.0 and 4.1: <c>3.5</c> for its newest, or whole, such as <c>3.5.2</c>.</summary>
    public string Version { get; init; } = "3.5";

    /// <summary>Loads are parsed, checked and counted, and nothing of them is kept: for benchmarks of what comes before.</summary>
    public bool Discard { get; init; }

    /// <summary>How many transactions of one database may be PREPARE, PREPARED or COMMITTED (StarRocks' <c>max_running_txn_num_per_db</c>).</summary>
    public int MaxRunningTransactions { get; init; } = 1000;

    /// <summary>How long a schema change stays PENDING, and how long RUNNING. On the clock of <see cref="TimeProvider"/>.</summary>
    public TimeSpan SchemaChangeStep { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>With it the SQL endpoint offers TLS. Null: it doesn't, as a StarRocks without keystore.</summary>
    public X509Certificate2? SqlCertificate { get; init; }

    /// <summary>The clock behind labels, timeouts and CURRENT_TIMESTAMP.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
