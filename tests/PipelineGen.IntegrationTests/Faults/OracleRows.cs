namespace PipelineGen.IntegrationTests.Faults;

[PostgresTable("public.oracle_tallies")]
[StarRocksTable("oracle_tallies", Properties = ["replication_num=1"])]
public partial class OracleTally;

[PostgresTable("public.oracle_words")]
[StarRocksTable("oracle_words", Properties = ["replication_num=1"])]
public partial class OracleWord;

[PostgresTable("public.oracle_things")]
[StarRocksTable("oracle_things", Properties = ["replication_num=1"])]
public partial class OracleThing;

[PostgresTable("public.oracle_lines")]
[StarRocksTable("oracle_lines", Properties = ["replication_num=1"])]
public partial struct OracleLine;

[PostgresTable("public.oracle_samples")]
[StarRocksTable("oracle_samples", Properties = ["replication_num=1"])]
public partial record struct OracleSample;

[PostgresTable("public.oracle_moves")]
[StarRocksTable("oracle_moves", Properties = ["replication_num=1"])]
public partial class OracleMove;

[PostgresTable("public.oracle_papers")]
[StarRocksTable("oracle_papers", Properties = ["replication_num=1"])]
[Column("extra", StarRocksType = "JSON")]
public partial record OraclePaper;

[PostgresTable("public.oracle_ticks")]
[StarRocksTable("oracle_ticks", Model = TableModel.Append, Properties = ["replication_num=1"])]
public partial class OracleTick;

/// <summary>What the oracle runs, in a process of its own.</summary>
[Pipeline("oracle", typeof(OracleTally), typeof(OracleWord), typeof(OracleThing), typeof(OracleLine), typeof(OracleSample), typeof(OracleMove), typeof(OraclePaper), typeof(OracleTick))]
public partial class OraclePipeline;
