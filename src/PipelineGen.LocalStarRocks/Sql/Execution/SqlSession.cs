namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>One connection's state.</summary>
internal sealed class SqlSession(Cluster cluster, uint connectionId)
{
    public Cluster Cluster { get; } = cluster;
    public uint ConnectionId { get; } = connectionId;
    public string? Database { get; set; }
    public SessionVariables Variables { get; private set; } = new(cluster);

    /// <summary>Between BEGIN and COMMIT.</summary>
    public SqlTransaction? Transaction { get; set; }

    public DateTimeOffset Started { get; } = cluster.Time.GetUtcNow();

    public DateTimeOffset CommandStarted { get; set; } = cluster.Time.GetUtcNow();

    /// <summary>What SHOW PROCESSLIST shows; null between statements.</summary>
    public string? Statement { get; set; }

    public string Host { get; init; } = "";

    /// <summary>KILL: ends the connection, or what it is doing.</summary>
    public Action<bool> Kill { get; set; } = _ => { };

    /// <summary>COM_RESET_CONNECTION and COM_CHANGE_USER.</summary>
    public void Reset()
    {
        Database = null;
        Abandon();
        Variables = new SessionVariables(Cluster);
    }

    /// <summary>The connection goes, or begins anew: an open transaction is rolled back.</summary>
    public void Abandon()
    {
        if (Transaction is { } open)
        {
            Cluster.Labels.Abort(open.Load, "connection closed");
            Transaction = null;
        }
    }
}

/// <summary>Variables as SHOW VARIABLES lists them. SET is accepted for any name: what it changes is only what is read back.</summary>
internal sealed class SessionVariables
{
    private readonly SortedDictionary<string, string> _values;

    public SessionVariables(Cluster cluster) => _values = new(StringComparer.OrdinalIgnoreCase)
    {
        ["autocommit"] = "1",
        ["auto_increment_increment"] = "1",
        ["character_set_client"] = "utf8",
        ["character_set_connection"] = "utf8",
        ["character_set_database"] = "utf8",
        ["character_set_results"] = "utf8",
        ["character_set_server"] = "utf8",
        ["collation_connection"] = "utf8_general_ci",
        ["collation_database"] = "utf8_general_ci",
        ["collation_server"] = "utf8_general_ci",
        ["init_connect"] = "",
        ["interactive_timeout"] = "3600",
        ["license"] = "MIT",
        ["lower_case_table_names"] = "0",
        ["max_allowed_packet"] = "33554432",
        ["net_buffer_length"] = "16384",
        ["net_read_timeout"] = "60",
        ["net_write_timeout"] = "60",
        ["performance_schema"] = "0",
        ["query_cache_size"] = "1048576",
        ["query_cache_type"] = "0",
        ["query_timeout"] = "300",
        ["sql_auto_is_null"] = "0",
        ["sql_mode"] = "ONLY_FULL_GROUP_BY",
        ["system_time_zone"] = "UTC",
        ["time_zone"] = "UTC",
        ["transaction_isolation"] = "READ-COMMITTED",
        ["tx_isolation"] = "READ-COMMITTED",
        ["tx_read_only"] = "0",
        ["version"] = cluster.Version.MySqlVersion,
        ["version_comment"] = Cluster.Comment,
        ["wait_timeout"] = "28800",
    };

    public IEnumerable<KeyValuePair<string, string>> All => _values;

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public void Set(string name, string value) => _values[name] = value;
}
