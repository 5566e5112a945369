using PipelineGen.Benchmarks.Alternatives;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks;

/// <summary>What is measured, one row a call: by BenchmarkDotNet, by the quick run and by the tests alike.</summary>
internal sealed class RowOperations : IDisposable
{
    /// <summary>More than one block of the load buffer, so that opening and returning blocks is part of the figure.</summary>
    private const int RowsOfABody = 2000;

    private readonly RecordedRow _insert = RecordedRow.Insert();
    private readonly RecordedRow _insertAsText = RecordedRow.InsertAsText();
    private readonly RecordedRow _copy = RecordedRow.Copy();
    private readonly TableCodec _codec = TableCodec.For<Order>();
    private readonly LoadBuffer _body = new();
    private readonly SourceGeneratedJson _sourceGenerated = new();
    private readonly ReflectionMapping _reflection = new();
    private readonly BoxedDictionary _dictionary = new();

    /// <summary>Bytes of the row's columns in binary format.</summary>
    public int ColumnBytes => _insert.ColumnBytes;

    public int DecodeToSlots() => _insert.Read().Count;

    public int DecodeAndEncode() => Append(_insert);

    public int DecodeAndEncodeText() => Append(_insertAsText);

    public int DecodeAndEncodeCopyRow() => Append(_copy);

    public Order MaterialiseRow() => Materialise<Order>(_insert.Read());

    public int RowObjectAndSourceGeneratedJson() => _sourceGenerated.Encode(_insert.Read()).Length;

    public int RowObjectByReflection() => _reflection.Encode(_insert.Read()).Length;

    public int DictionaryOfBoxedValues() => _dictionary.Encode(_insert.Read()).Length;

    /// <summary>Each operation that makes JSON, with the JSON of one row.</summary>
    public IReadOnlyList<(string Name, byte[] Json)> Bodies() =>
    [
        (nameof(DecodeAndEncode), Body(_insert)),
        (nameof(DecodeAndEncodeText), Body(_insertAsText)),
        (nameof(DecodeAndEncodeCopyRow), Body(_copy)),
        (nameof(RowObjectAndSourceGeneratedJson), _sourceGenerated.Encode(_insert.Read()).ToArray()),
        (nameof(RowObjectByReflection), _reflection.Encode(_insert.Read()).ToArray()),
        (nameof(DictionaryOfBoxedValues), _dictionary.Encode(_insert.Read())),
    ];

    public void Dispose() => _body.Dispose();

    private static TRow Materialise<TRow>(in TupleReader tuple)
        where TRow : IRow<TRow> => TRow.Decode(tuple);

    private int Append(RecordedRow row)
    {
        if (_body.Rows == RowsOfABody)
            _body.Clear();
        _codec.AppendUpsert(row.Read(), _body);
        return _body.Rows;
    }

    private byte[] Body(RecordedRow row)
    {
        using var body = new LoadBuffer();
        _codec.AppendUpsert(row.Read(), body);
        return body.ToArray();
    }
}
