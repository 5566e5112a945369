using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>A dictionary of boxed values, and System.Text.Json over it.</summary>
internal sealed class BoxedDictionary
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new DateTimeText(), new DocumentAsIs() } };

    private readonly ColumnInfo[] _columns = [.. RecordedRow.Layout.Columns];

    public byte[] Encode(in TupleReader tuple)
    {
        var row = new Dictionary<string, object?>(_columns.Length);
        for (int i = 0; i < _columns.Length; i++)
            row[_columns[i].Name] = BoxedValues.Read(_columns[i], tuple[i]);
        return JsonSerializer.SerializeToUtf8Bytes(row, Options);
    }
}
