using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>One entry of the BE's <c>/api/transaction/list</c> (STARROCKS.md, 2.1).</summary>
internal sealed class TransactionList(TransactionContext context)
{
    public byte[] ToJson()
    {
        LoadTransaction transaction = context.Transaction;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, IndentSize = 4 }))
        {
            json.WriteStartObject();
            if (!context.IsBusy)
            {
                json.WriteString("Status", "OK");
            }

            json.WriteBoolean("InProcessing", context.IsBusy);
            json.WriteString("Label", transaction.Label);
            json.WriteNumber("TxnId", transaction.Id);
            json.WriteNumber("NumberTotalRows", transaction.Counts.Total);
            json.WriteNumber("NumberLoadedRows", transaction.Counts.Loaded);
            json.WriteNumber("NumberFilteredRows", transaction.Counts.Filtered);
            json.WriteNumber("NumberUnselectedRows", transaction.Counts.Unselected);
            json.WriteNumber("LoadBytes", context.Load?.Bytes ?? 0);
            json.WriteNumber("StreamLoadPlanTimeMs", (long)context.Plan.TotalMilliseconds);
            json.WriteNumber("ReceivedDataTimeMs", (long)context.Received.TotalMilliseconds);
            json.WriteNumber("WriteDataTimeMs", 0);
            json.WriteNumber("BeginTimestamp", transaction.PrepareTime.ToUnixTimeSeconds());
            json.WriteNumber("LastActiveTimestamp", context.LastActive.ToUnixTimeSeconds());
            json.WriteNumber("TransactionTimeoutSec", (long)transaction.Timeout.TotalSeconds);
            json.WriteNumber("IdleTransactionTimeoutSec", transaction.IdleTimeout == TimeSpan.Zero ? -1 : (long)transaction.IdleTimeout.TotalSeconds);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
