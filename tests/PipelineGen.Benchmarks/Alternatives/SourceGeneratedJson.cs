using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>A row object, assigned by hand, and System.Text.Json's source-generated serializer.</summary>
internal sealed class SourceGeneratedJson
{
    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly ColumnInfo[] _columns = [.. RecordedRow.Layout.Columns];

    public SourceGeneratedJson() => _json = new Utf8JsonWriter(_body);

    public ReadOnlySpan<byte> Encode(in TupleReader tuple)
    {
        var order = new PlainOrder
        {
            Id = Int8Codec.Decode(_columns[0], tuple[0]),
            CustomerId = Int8Codec.Decode(_columns[1], tuple[1]),
            Status = TextCodec.Decode(_columns[2], tuple[2]),
            Total = NumericCodec.Decode(_columns[3], tuple[3]),
            Quantity = Int4Codec.Decode(_columns[4], tuple[4]),
            Discount = NullableColumn.Value<Float8Codec, double>(_columns[5], tuple[5]),
            IsGift = BoolCodec.Decode(_columns[6], tuple[6]),
            PlacedAt = TimestampTzCodec.Decode(_columns[7], tuple[7]),
            UpdatedAt = TimestampTzCodec.Decode(_columns[8], tuple[8]),
            ExternalRef = UuidCodec.Decode(_columns[9], tuple[9]),
            Note = NullableColumn.Reference<TextCodec, string>(_columns[10], tuple[10]),
            Metadata = NullableColumn.Value<JsonbCodec, PgJson>(_columns[11], tuple[11]),
        };
        _body.ResetWrittenCount();
        _json.Reset();
        JsonSerializer.Serialize(_json, order, OrderJsonContext.Default.PlainOrder);
        _json.Flush();
        return _body.WrittenSpan;
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Default,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(DateTimeText), typeof(DocumentAsIs)])]
[JsonSerializable(typeof(PlainOrder))]
internal sealed partial class OrderJsonContext : JsonSerializerContext;
