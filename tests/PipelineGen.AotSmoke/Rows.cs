using PipelineGen;

namespace PipelineGen.AotSmoke;

/// <summary>The plain types, and the choices that change how one is carried.</summary>
[PostgresTable("public.every_binary_type")]
[StarRocksTable("every_binary_type", Properties = ["replication_num=1"])]
[ColumnDefaults("json", StarRocksType = "JSON")]
[ColumnDefaults("jsonb", StarRocksType = "JSON")]
[Column("loose", StarRocksType = "VARCHAR(1048576)")]
[Column("digest", StarRocksType = "VARCHAR(64)")]
[Column("document_text", StarRocksType = "VARCHAR(1048576)")]
[Column("tree_text", StarRocksType = "VARCHAR(1048576)")]
public partial class EveryBinaryType;

/// <summary>Every type whose StarRocks column holds the text that Postgres prints; recorded as text.</summary>
[PostgresTable("public.every_text_type")]
[StarRocksTable("every_text_type", Properties = ["replication_num=1"])]
[Column("price", StarRocksType = "VARCHAR(32)")]
public partial record struct EveryTextType;

/// <summary>Streams binary.</summary>
[Pipeline("aot_binary", typeof(EveryBinaryType))]
public partial class BinaryPipeline;

/// <summary>Streams text, by Source:WireFormat.</summary>
[Pipeline("aot_text", typeof(EveryBinaryType), typeof(EveryTextType))]
public partial class TextPipeline;
