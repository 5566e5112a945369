using System.Text;
using PipelineGen.IntegrationTests.Conformance.Running;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>Broken statements and commands over a connection that is kept: each must be answered, by a result or an error, and the connection stays.</summary>
internal sealed class SqlMutations(StarRocksAddress address, string database, MutationCount count)
{
    private const int Depth = 20;

    private static readonly byte[][] Samples =
    [
        .. ((string[])
        [
            "SELECT id, v FROM t WHERE id > 1 AND v LIKE 'a%' ORDER BY id DESC LIMIT 3",
            "SELECT count(*), max(v), sum(d) FROM t GROUP BY b HAVING count(*) > 1",
            "SELECT CASE WHEN id IN (1, 2, NULL) THEN concat(v, 'x') ELSE CAST(id AS VARCHAR) END AS c FROM t",
            "SELECT * FROM t a JOIN t b ON a.id = b.id WHERE a.v IS NOT NULL",
            "INSERT INTO t (id, v, d) VALUES (1, 'it''s', 1.5), (2, \"b\", NULL)",
            "UPDATE t SET v = 'c', d = d + 1 WHERE id BETWEEN 1 AND 9",
            "DELETE FROM t WHERE id = 3 OR v <=> NULL",
            "CREATE TABLE u (id INT NOT NULL COMMENT \"k\", v DECIMAL(10,2) DEFAULT \"1.5\", a ARRAY<INT>) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")",
            "DROP TABLE IF EXISTS u",
            "ALTER TABLE t ADD COLUMN w INT DEFAULT \"1\" AFTER v",
            "SHOW CREATE TABLE t", "SHOW FULL COLUMNS FROM t", "SHOW TABLES LIKE 't%'", "DESC t", "SHOW VARIABLES LIKE 'version%'",
            "SHOW ALTER TABLE COLUMN WHERE TableName = \"t\" ORDER BY CreateTime DESC LIMIT 1",
            "SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.columns WHERE TABLE_SCHEMA = 'm' ORDER BY ORDINAL_POSITION",
            "SET NAMES utf8mb4", "SELECT @@version_comment", "USE m", "SELECT 0x41, 'a\\'b\\\\', -1.5e3, TRUE, DATE '2024-01-02'",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Statements that nest: a parser that recurses without a limit would end the process.</summary>
    private static readonly string[] Deep =
    [
        $"SELECT {new string('(', 60_000)}1{new string(')', 60_000)}",
        $"SELECT {string.Concat(Enumerable.Repeat("NOT ", 40_000))}1",
        $"SELECT {string.Concat(Enumerable.Repeat("- ", 40_000))}1",
        $"SELECT {string.Concat(Enumerable.Repeat("1 + ", 40_000))}1",
        $"SELECT {string.Concat(Enumerable.Repeat("CASE WHEN 1 THEN ", 20_000))}1",
        $"SELECT * FROM {string.Concat(Enumerable.Repeat("(SELECT * FROM ", 20_000))}t",
        $"CREATE TABLE n (id INT NOT NULL, a {string.Concat(Enumerable.Repeat("ARRAY<", 20_000))}INT{new string('>', 20_000)}) PRIMARY KEY (id)",
        $"SELECT concat({string.Concat(Enumerable.Repeat("concat(", 20_000))}'a'",
        $"SELECT {string.Concat(Enumerable.Repeat("1, ", 20_000))}1",
    ];

    public void Run(int seed, int messages)
    {
        var mutator = new Mutator(seed);
        using RawSql sql = RawSql.Connect(address.SqlHost, address.SqlPort, address.User, address.Password, database: database);
        var batch = new List<(byte Command, byte[] Argument)>(Depth);
        for (int sent = 0; sent < messages; sent += batch.Count)
        {
            batch.Clear();
            for (int i = 0; i < Depth; i++)
                batch.Add(mutator.Random.Next(20) == 0 ? (AnyCommand(mutator), mutator.Break("m"u8.ToArray())) : ((byte)3, mutator.Break(mutator.Any(Samples))));
            Exchange(sql, batch, seed, sent);
        }

        foreach (string statement in Deep)
            Exchange(sql, [(3, Encoding.UTF8.GetBytes(statement))], seed, messages);
    }

    private void Exchange(RawSql sql, List<(byte Command, byte[] Argument)> batch, int seed, int at)
    {
        foreach ((byte command, byte[] argument) in batch)
            sql.Send(command, argument);
        string before = "none";
        foreach ((byte command, byte[] argument) in batch)
        {
            try
            {
                sql.Receive();
            }
            catch (RawSqlError)
            {
                // An answer as good as a result.
            }
            catch (Exception e) when (e is IOException or IndexOutOfRangeException or ArgumentException)
            {
                throw new InvalidOperationException($"seed {seed}, message {at}: command {command} of {Shown(argument)}: {e.Message}\nbefore it: {before}", e);
            }

            at++;
            before = $"command {command} of {Shown(argument)}";
            count.Add("SQL commands");
        }
    }

    /// <summary>Any but those that have no answer (QUIT, SEND_LONG_DATA, CLOSE), one of another shape (FIELD_LIST, STATISTICS, PREPARE), or wait for more.</summary>
    private static byte AnyCommand(Mutator mutator)
    {
        byte command;
        do
            command = (byte)mutator.Random.Next(0, 40);
        while (command is 1 or 4 or 9 or 17 or 18 or 19 or 22 or 24 or 25 or 30);
        return command;
    }

    private static string Shown(byte[] argument) => Encoding.Latin1.GetString(argument.AsSpan(0, Math.Min(argument.Length, 300)));
}
