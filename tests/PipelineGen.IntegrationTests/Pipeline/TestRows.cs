namespace PipelineGen.IntegrationTests;

[PostgresTable("public.notes")]
[StarRocksTable("notes", Properties = ["replication_num=1"])]
public partial class Note;

[PostgresTable("public.documents")]
[StarRocksTable("documents", Properties = ["replication_num=1"])]
[Column("extra", StarRocksType = "JSON")]
public partial record Document;

[PostgresTable("public.readings")]
[StarRocksTable("readings", Properties = ["replication_num=1"])]
public partial struct Reading;

[PostgresTable("public.archive")]
[StarRocksTable("archive", Properties = ["replication_num=1"])]
public partial class Archived;

[PostgresTable("public.events")]
[StarRocksTable("events", Properties = ["replication_num=1"])]
public partial class Event;

[PostgresTable("public.clicks")]
[StarRocksTable(Model = TableModel.Append, Properties = ["replication_num=1"])]
public partial record struct Click;

[PostgresTable("public.hosts")]
[StarRocksTable("hosts", Properties = ["replication_num=1"])]
public partial class MonitoredHost;

[Pipeline("it", typeof(Note), typeof(Document), typeof(Reading), typeof(Archived), typeof(Event), typeof(Click))]
public partial class TestPipeline;

[Pipeline("it_clicks", typeof(Click))]
public partial class ClickPipeline;

[Pipeline("it_text", typeof(MonitoredHost), typeof(Note))]
public partial class TextPipeline;
