using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// The key of a row as one JSON object, the same from the stream and from a copy, in binary and in text format, since the
/// codecs give one value for all of these (TYPES.md, rule 4). Not thread-safe: everybody has one of their own.
/// </summary>
internal sealed class RowKey : IDisposable
{
    private readonly LoadBuffer _scratch = new();
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>The key's text; valid until the next call.</summary>
    /// <exception cref="ColumnValueException">A key value that is torn, or outside its column without a policy.</exception>
    public ReadOnlySpan<byte> Read(TableCodec codec, TupleReader tuple)
    {
        _scratch.Clear();
        codec.AppendKey(tuple, _scratch);
        ReadOnlySpan<byte> row = _scratch.Row(_scratch.Last);
        // The key's members come first; behind them stand fillers.
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        for (int i = 0; i < codec.Layout.Key.Count; i++)
        {
            reader.Read();
            reader.Read();
            reader.Skip();
        }

        _text.ResetWrittenCount();
        _text.Write(row[..(int)reader.BytesConsumed]);
        _text.Write("}"u8);
        return _text.WrittenSpan;
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>A row's key for messages.</summary>
    public static string Describe(TableLane lane, TupleReader tuple)
    {
        if (lane.Appends is not null)
            return "of an append table";
        using var key = new RowKey();
        try
        {
            return Encoding.UTF8.GetString(key.Read(lane.Codec, tuple));
        }
        catch (ColumnValueException)
        {
            return "with a key that can't be written either";
        }
    }
}
