using System.Text;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>The row of a change, completed by the source's values for what the change left out.</summary>
/// <param name="Message">The change's bytes and behind them the values; null when the source has no row under this key.</param>
/// <param name="Slots">Where each column lies in <paramref name="Message"/>.</param>
internal sealed record SuppliedRow(byte[]? Message, ColumnSlot[] Slots);

/// <summary>
/// Reads the unchanged TOAST columns of one row from the source, by its key. The values are the current ones: newer than
/// the change at most, and then the change that made them comes later in the stream and sets them again.
/// </summary>
/// <param name="xid">The change's transaction, widened: a snapshot that doesn't see it would miss the row (POSTGRES.md, F2).</param>
internal sealed class PointRead(TableLane lane, ulong xid, byte[] message, ColumnSlot[] slots)
{
    private static readonly TimeSpan VisibilityPause = TimeSpan.FromMilliseconds(10);

    public async Task<SuppliedRow> ReadAsync(NpgsqlDataSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryReadAsync(source, cancellationToken).ConfigureAwait(false) is { } row)
                return row;
            await Task.Delay(VisibilityPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null while the server's snapshots don't see the change yet.</summary>
    private async Task<SuppliedRow?> TryReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        TableLayout layout = lane.Layout;
        List<int> missing = [.. Enumerable.Range(0, slots.Length).Where(i => slots[i].Format == ColumnFormat.UnchangedToast)];
        // Values and key travel as text: every type has that form, and both formats of a codec give the same value.
        string columns = string.Join(", ", missing.Select((i, n) => $"{SourceNames.TextOutput(layout.Columns[i].Name)} AS v{n}"));
        string condition = string.Join(" AND ", layout.Key.Select((column, i) => $"{SourceNames.QuoteIdentifier(layout.Columns[column].Name)} = ${i + 1}::{SourceTypeName(layout.Columns[column])}"));
        // One statement, so that the snapshot that is printed is the one that looks for the row.
        await using NpgsqlCommand command = source.CreateCommand(
            "SELECT pg_current_snapshot()::text, pg_is_in_recovery(), found.* FROM (SELECT) one LEFT JOIN " +
            $"(SELECT true AS found, {columns} FROM {(layout.IsPartitioned ? "" : "ONLY ")}{SourceNames.QuoteTable(layout.Schema, layout.Name)} WHERE {condition}) found ON true");
        foreach (int column in layout.Key)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = KeyText(column) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!TransactionSnapshot.Parse(reader.GetString(0), reader.GetBoolean(1)).Sees(xid))
            return null;
        if (await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false))
            return new SuppliedRow(null, slots);

        using var complete = new MemoryStream();
        complete.Write(message);
        var completed = (ColumnSlot[])slots.Clone();
        for (int i = 0; i < missing.Count; i++)
        {
            if (await reader.IsDBNullAsync(i + 3, cancellationToken).ConfigureAwait(false))
            {
                completed[missing[i]] = new ColumnSlot { Format = ColumnFormat.Null };
                continue;
            }

            byte[] value = Encoding.UTF8.GetBytes(reader.GetString(i + 3));
            completed[missing[i]] = new ColumnSlot { Offset = (int)complete.Length, Length = value.Length, Format = ColumnFormat.Text };
            complete.Write(value);
        }

        return new SuppliedRow(complete.ToArray(), completed);
    }

    /// <summary>The catalog file's spelling, which quotes what needs it; pg_catalog's types are found under any search_path.</summary>
    private static string SourceTypeName(ColumnInfo column) =>
        column.TypeOid != 0 ? $"pg_catalog.{column.PostgresType}" : column.PostgresType;

    /// <summary>The key column as text that Postgres reads back as the same value.</summary>
    private string KeyText(int column)
    {
        ColumnSlot slot = slots[column];
        ReadOnlySpan<byte> bytes = message.AsSpan(slot.Offset, slot.Length);
        if (slot.Format == ColumnFormat.Text)
            return Encoding.UTF8.GetString(bytes);
        ColumnInfo info = lane.Layout.Columns[column];
        if (info.Print is null)
            return EncodedKey(lane.Layout.Key.ToList().IndexOf(column));
        // What the target gets is not always what Postgres reads: an interval may be microseconds there, bytes hex without \x.
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            info.Print(info, new ColumnValue(slot.Format, bytes), ref text);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>For columns that bear no printer: the encoder's text of the n-th key column.</summary>
    private string EncodedKey(int index)
    {
        using var scratch = new LoadBuffer();
        lane.Codec.AppendKey(new TupleReader(message, slots), scratch);
        using var row = System.Text.Json.JsonDocument.Parse(scratch.ToArray());
        return row.RootElement.EnumerateObject().ElementAt(index).Value.ToString();
    }
}
