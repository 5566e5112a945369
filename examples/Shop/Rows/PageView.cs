using PipelineGen;

namespace Shop;

/// <summary>A page that somebody looked at. Rows are only added, so the table needs no key: each arrives exactly once.</summary>
[PostgresTable("public.page_views")]
[StarRocksTable("page_views", Model = TableModel.Append, Key = ["viewed_at"], Buckets = 4, Properties = ["replication_num=1"])]
[Column("headers", StarRocksType = "JSON")]
public partial class PageView;
