using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>How StarRocks reads a DATETIME, which is not how System.Text.Json writes a DateTime.</summary>
public sealed class DateTimeText : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[32];
        string format = value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff";
        value.TryFormat(text, out int written, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}

/// <summary>A document goes into the JSON as it is; parsing it first would cost the alternatives more.</summary>
public sealed class DocumentAsIs : JsonConverter<PgJson>
{
    public override PgJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, PgJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
