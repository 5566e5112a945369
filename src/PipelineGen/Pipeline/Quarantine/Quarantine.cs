using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>More rows are in quarantine than <c>Pipeline:MaxQuarantinedRows</c> allows. A person decides.</summary>
public sealed class QuarantineLimitException(string message) : Exception(message);

/// <summary>What the tables' quarantines share: the limit, the form of a row, and who is told.</summary>
internal sealed class Quarantine(string pipeline, int limit, TimeProvider time, ILogger logger)
{
    /// <summary>A table and column is named in the log this often at most.</summary>
    private static readonly TimeSpan NoticeEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Table, string Column), (long At, long Untold)> _notices = [];
    private int _count;

    /// <summary>Rows of this pipeline that are in quarantine, or on the way there.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the target has the table.</summary>
    public bool TableExists { get; set; }

    /// <summary>Loads into the table since the last checkpoint: part of their labels.</summary>
    public int LoadsSinceCheckpoint { get; set; }

    /// <summary>The stem of these labels.</summary>
    public string LabelStem { get; } = Labels.Stem(pipeline, QuarantineTable.Name);

    public string Pipeline => pipeline;

    /// <summary>What the earlier run has left is known. It is no error if that is too much: a pipeline must come to the change that makes a row good.</summary>
    public void WarnOfLimit()
    {
        if (Count > limit)
            Log.QuarantineOverLimit(logger, Count, limit);
    }

    /// <summary>Called under <see cref="PipelineState.Gate"/>.</summary>
    public void AddToCount(int rows) => Volatile.Write(ref _count, _count + rows);

    /// <summary>Before a row goes into quarantine.</summary>
    /// <param name="more">Rows that are on the way and not counted yet.</param>
    /// <exception cref="QuarantineLimitException">There is no room for it.</exception>
    public void RequireRoom(TableLayout table, ColumnInfo? column, int more = 0)
    {
        if (Count + more < limit)
            return;
        throw new QuarantineLimitException(string.Create(
            CultureInfo.InvariantCulture,
            $"{table.FullName}{(column is null ? "" : $", column {column.Name} ({column.PostgresType} -> {column.StarRocksType})")}: more than {limit} rows of the pipeline are in quarantine ({QuarantineTable.Name}), " +
            $"which is what Pipeline:MaxQuarantinedRows allows. A policy for that many rows is a modelling decision: give the column a StarRocks type that holds its values, or another policy. {QuarantineTable.Name} tells columns, values and reasons"));
    }

    /// <summary>Appends what puts a row into quarantine. A later line of the same id wins over an earlier one (STARROCKS.md 1.10).</summary>
    /// <param name="key">Empty for a row of an append table.</param>
    /// <param name="transaction">Null for a row of a copy.</param>
    /// <param name="copyLabel">The copy's load; null for a row that a transaction brought.</param>
    public void WriteRow(LoadBuffer rows, QuarantineId id, string table, ReadOnlySpan<byte> key, RowRejection rejection, in ReceivedTransaction? transaction, string? copyLabel = null)
    {
        var writer = new LoadWriter(rows);
        Text(ref writer, "{\"id\":"u8, id.ToString(), 32);
        Text(ref writer, ",\"pipeline\":"u8, pipeline, 63);
        Text(ref writer, ",\"source_table\":"u8, table, 127);
        writer.Raw(",\"row_key\":"u8);
        if (key.IsEmpty)
            writer.Raw("null"u8);
        else
            writer.String(Cut(key, QuarantineTable.MaxKey));
        Text(ref writer, ",\"column_name\":"u8, rejection.Column.Name, QuarantineTable.MaxColumnName);
        int bytes = Text(ref writer, ",\"value\":"u8, rejection.Value, QuarantineTable.MaxValue);
        Number(ref writer, ",\"value_bytes\":"u8, bytes);
        Text(ref writer, ",\"reason\":"u8, rejection.Reason, QuarantineTable.MaxReason);
        if (transaction is { } from)
        {
            Text(ref writer, ",\"commit_lsn\":"u8, from.CommitLsn.ToString(), 17);
            Number(ref writer, ",\"xid\":"u8, (long)from.Xid);
        }
        else
        {
            writer.Raw(",\"commit_lsn\":null,\"xid\":null"u8);
        }

        if (copyLabel is null)
            writer.Raw(",\"copy_label\":null"u8);
        else
            Text(ref writer, ",\"copy_label\":"u8, copyLabel, 128);

        Text(ref writer, ",\"quarantined_at\":"u8, time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), 26);
        writer.Raw(",\"__op\":0}\n"u8);
        writer.Commit();
    }

    /// <summary>Appends what takes a row out of it. NOT NULL is checked before <c>__op</c> (STARROCKS.md 1.9), hence the fillers.</summary>
    public static void WriteDelete(LoadBuffer rows, QuarantineId id)
    {
        var writer = new LoadWriter(rows);
        Text(ref writer, "{\"id\":"u8, id.ToString(), 32);
        writer.Raw(",\"pipeline\":\"\",\"source_table\":\"\",\"column_name\":\"\",\"value_bytes\":0,\"reason\":\"\",\"quarantined_at\":\"1970-01-01 00:00:00\",\"__op\":1}\n"u8);
        writer.Commit();
    }

    /// <summary>Rows of a table were rejected: counted at once, and said at most once in a while for a column.</summary>
    public void Notice(TableLayout table, string column, string reason, long rows)
    {
        Metrics.Quarantined(pipeline, table.FullName, column, rows);
        long untold;
        lock (_gate)
        {
            bool known = _notices.TryGetValue((table.FullName, column), out (long At, long Untold) last);
            untold = last.Untold + rows;
            if (known && time.GetElapsedTime(last.At) < NoticeEvery)
            {
                _notices[(table.FullName, column)] = (last.At, untold);
                return;
            }

            _notices[(table.FullName, column)] = (time.GetTimestamp(), 0);
        }

        Log.Quarantined(logger, table.FullName, column, untold, reason);
    }

    /// <summary>The longest beginning of a UTF-8 text that has so many bytes at most and ends with a character.</summary>
    internal static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length <= maxBytes)
            return utf8;
        int end = maxBytes;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80)
            end--;
        return utf8[..end];
    }

    /// <returns>The whole text's length in bytes.</returns>
    private static int Text(ref LoadWriter writer, ReadOnlySpan<byte> name, string text, int maxBytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        writer.Raw(name);
        writer.String(Cut(utf8, maxBytes));
        return utf8.Length;
    }

    private static void Number(ref LoadWriter writer, ReadOnlySpan<byte> name, long value)
    {
        writer.Raw(name);
        Span<byte> free = writer.Reserve(20);
        value.TryFormat(free, out int written, default, CultureInfo.InvariantCulture);
        writer.Advance(written);
    }
}
