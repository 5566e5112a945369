using System.Reflection;
using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>A row object filled through PropertyInfo, and System.Text.Json by reflection, to a string, to UTF-8.</summary>
internal sealed class ReflectionMapping
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new DateTimeText(), new DocumentAsIs() },
    };

    private readonly ColumnInfo[] _columns = [.. RecordedRow.Layout.Columns];
    private readonly PropertyInfo[] _properties;
    private readonly byte[] _body = new byte[4096];

    public ReflectionMapping()
    {
        Dictionary<string, PropertyInfo> byColumn = typeof(PlainOrder).GetProperties().ToDictionary(static p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));
        _properties = [.. _columns.Select(c => byColumn[c.Name])];
    }

    public ReadOnlySpan<byte> Encode(in TupleReader tuple)
    {
        var order = new PlainOrder();
        for (int i = 0; i < _properties.Length; i++)
            _properties[i].SetValue(order, BoxedValues.Read(_columns[i], tuple[i]));
        string json = JsonSerializer.Serialize(order, Options);
        return _body.AsSpan(0, Encoding.UTF8.GetBytes(json, _body));
    }
}
