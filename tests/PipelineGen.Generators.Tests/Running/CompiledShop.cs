using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis.Emit;
using PipelineGen.Generators.Tests.Harness;
using PipelineGen.Rows;

namespace PipelineGen.Generators.Tests.Running;

/// <summary>A generated assembly, loaded.</summary>
internal sealed class CompiledShop
{
    private readonly Assembly _assembly;

    public CompiledShop(string source, params CatalogText[] catalogs)
    {
        GeneratorRun run = GeneratorRun.Of(source, catalogs).AssertClean();
        using var image = new MemoryStream();
        EmitResult result = run.Output.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        _assembly = Assembly.Load(image.ToArray());
    }

    public Type Type(string name) => _assembly.GetType(name, throwOnError: true)!;

    public TableCodec Codec(string row) => Call<TableCodec>(nameof(CodecOf), row);

    public object Decode(string row, RecordedTuple tuple) => Call<object>(nameof(DecodeAs), row, tuple);

    public string Upsert(string row, RecordedTuple tuple)
    {
        using var buffer = new LoadBuffer();
        Codec(row).AppendUpsert(tuple.Reader, buffer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public string Delete(string row, RecordedTuple key)
    {
        using var buffer = new LoadBuffer();
        Codec(row).AppendDelete(key.Reader, buffer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static object? Property(object row, string name) => row.GetType().GetProperty(name)!.GetValue(row);

    private static TableCodec CodecOf<TRow>()
        where TRow : IRow<TRow> => TableCodec.For<TRow>();

    private static object DecodeAs<TRow>(RecordedTuple tuple)
        where TRow : IRow<TRow> => TRow.Decode(tuple.Reader);

    private T Call<T>(string method, string row, params object[] arguments) => (T)typeof(CompiledShop)
        .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(Type(row))
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
