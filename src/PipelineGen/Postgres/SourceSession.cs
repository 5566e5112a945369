using Npgsql;

namespace PipelineGen.Postgres;

/// <summary>Connection strings of this pipeline's sessions on the source.</summary>
public static class SourceSession
{
    /// <summary>
    /// Settings under which text output has one form: ISO dates in UTC, ISO 8601 intervals, shortest exact floats, hex bytea,
    /// money with a dollar sign, commas and a point.
    /// Text-format columns are parsed under these (TYPES.md, rule 4).
    /// </summary>
    private const string TextOutput = "-c DateStyle=ISO -c TimeZone=UTC -c IntervalStyle=iso_8601 -c extra_float_digits=3 -c bytea_output=hex -c lc_monetary=C";

    /// <summary>
    /// For queries and COPY. Timeouts that would end a long chunk are off. So is row security: a policy would hide rows from the
    /// copy that the stream brings; with it off Postgres refuses such a query instead of filtering it.
    /// </summary>
    public static string ForQueries(string connectionString) =>
        Build(connectionString, "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=0 -c row_security=off", "pipelinegen");

    /// <summary>For the walsender session.</summary>
    public static string ForReplication(string connectionString) => Build(connectionString, "", "pipelinegen stream");

    /// <summary>Whom the messages name: host, port and database, never a secret.</summary>
    public static string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{builder.Host}:{builder.Port}/{builder.Database}";
    }

    private static string Build(string connectionString, string more, string application)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ReadBufferSize = 256 * 1024 };
        builder.ApplicationName ??= application;
        builder.Options = string.Join(' ', new[] { builder.Options, TextOutput, more }.Where(static o => !string.IsNullOrEmpty(o)));
        // Progress is what a long chunk shows; Npgsql's default of 30 s is for small queries.
        builder.CommandTimeout = 0;
        // Npgsql sends this after the options, so that a time zone of the user's would win over TextOutput's.
        builder.Timezone = "UTC";
        builder.Pooling = application == "pipelinegen";
        return builder.ConnectionString;
    }
}

/// <summary>Names on the source.</summary>
public static class SourceNames
{
    public static string QuoteIdentifier(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static string QuoteTable(string schema, string name) => $"{QuoteIdentifier(schema)}.{QuoteIdentifier(name)}";

    /// <summary>
    /// A column as the text that its type's output function prints, which is what pgoutput sends in text format. A cast to text
    /// is something else: it prints inet with its /32, bool as 'true', and takes the padding off char(n).
    /// </summary>
    public static string TextOutput(string column)
    {
        string quoted = QuoteIdentifier(column);
        // format() makes '' of NULL; and a composite of NULLs "IS NULL" without being it.
        return $"CASE WHEN {quoted} IS NOT DISTINCT FROM NULL THEN NULL ELSE format('%s', {quoted}) END";
    }

    public static string QuoteLiteral(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <exception cref="ArgumentException">Not a name that a slot can have: <c>[a-z0-9_]{1,63}</c>.</exception>
    public static void RequireSlotName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 63 || !name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
            throw new ArgumentException($"'{name}' is no name for a replication slot: 1 to 63 lower-case letters, digits and underscores", nameof(name));
    }
}
