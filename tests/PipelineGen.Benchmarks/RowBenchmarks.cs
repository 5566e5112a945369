using BenchmarkDotNet.Attributes;

namespace PipelineGen.Benchmarks;

/// <summary>The table of SPEED.md, "Per row, in process".</summary>
[MemoryDiagnoser]
public class RowBenchmarks
{
    private RowOperations _rows = null!;

    [GlobalSetup]
    public void Setup()
    {
        _rows = new RowOperations();
        SameValues.Require(_rows);
    }

    [GlobalCleanup]
    public void Cleanup() => _rows.Dispose();

    [Benchmark]
    public int DecodeToSlots() => _rows.DecodeToSlots();

    [Benchmark(Baseline = true)]
    public int DecodeAndEncode() => _rows.DecodeAndEncode();

    [Benchmark]
    public int DecodeAndEncodeText() => _rows.DecodeAndEncodeText();

    [Benchmark]
    public int DecodeAndEncodeCopyRow() => _rows.DecodeAndEncodeCopyRow();

    [Benchmark]
    public Order MaterialiseRow() => _rows.MaterialiseRow();

    [Benchmark]
    public int RowObjectAndSourceGeneratedJson() => _rows.RowObjectAndSourceGeneratedJson();

    [Benchmark]
    public int RowObjectByReflection() => _rows.RowObjectByReflection();

    [Benchmark]
    public int DictionaryOfBoxedValues() => _rows.DictionaryOfBoxedValues();
}
