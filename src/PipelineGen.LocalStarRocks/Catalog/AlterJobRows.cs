using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Jobs in SQLite.</summary>
internal static class AlterJobRows
{
    public static IEnumerable<AlterJob> Load(SqliteHandle db)
    {
        using SqliteStatement rows = db.Prepare("SELECT id, db, table_id, name, created, finished, watermark, version, state, msg, target FROM sr_alter_jobs ORDER BY id");
        while (rows.Step())
        {
            AlterState state = Enum.Parse<AlterState>(rows.Text(8));
            yield return new AlterJob
            {
                Id = rows.Integer(0),
                Database = rows.Text(1),
                TableId = rows.Integer(2),
                TableName = rows.Text(3),
                Created = DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(4)),
                Finished = rows.IsNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(5)),
                Watermark = rows.Integer(6),
                SchemaVersion = rows.Integer(7),
                State = state,
                Message = rows.Text(9),
                Target = TableAnalysis.Analyse((CreateTableStatement)SqlParser.Parse(rows.Text(10)), rows.Text(1)) with { SchemaVersion = rows.Integer(7) },
            };
        }
    }

    public static void Save(SqliteHandle db, AlterJob job)
    {
        using SqliteStatement save = db.Prepare("INSERT OR REPLACE INTO sr_alter_jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
        save.Bind(1, job.Id);
        save.Bind(2, job.Database);
        save.Bind(3, job.TableId);
        save.Bind(4, job.TableName);
        save.Bind(5, job.Created.ToUnixTimeMilliseconds());
        if (job.Finished is { } finished)
        {
            save.Bind(6, finished.ToUnixTimeMilliseconds());
        }

        save.Bind(7, job.Watermark);
        save.Bind(8, job.SchemaVersion);

        // Steps between are not written down: after a restart a job begins again at PENDING.
        save.Bind(9, (job.IsLive ? AlterState.Pending : job.State).ToString());
        save.Bind(10, job.Message);
        save.Bind(11, TableText.Print(job.Target));
        save.Step();
    }
}
