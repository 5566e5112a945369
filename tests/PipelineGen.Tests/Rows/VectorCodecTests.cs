using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

/// <summary>pgvector's types, in the formats of its send functions.</summary>
public class VectorCodecTests
{
    private static readonly ColumnInfo Vectors = NestedColumns.Of("public.vector(3)", NestedColumns.Of("float4", name: "sample"));
    private static readonly ColumnInfo Sparse = NestedColumns.Of("public.sparsevec(5)");

    [Fact]
    public void A_vector_is_an_ARRAY_of_floats()
    {
        byte[] binary = [.. Int16(3), .. Int16(0), .. Float(1), .. Float(-2.5f), .. Float(1e-7f)];
        Carried.Both<VectorCodec, float[]>(Vectors, binary, "[1,-2.5,1e-07]", "[1,-2.5,1E-07]", [1, -2.5f, 1e-7f]);
        Printed.Both<VectorCodec>(Vectors, binary, "[1,-2.5,1e-07]");
        Printed.TornIsRefused<VectorCodec, float[]>(Vectors, binary);
    }

    [Fact]
    public void A_halfvec_is_an_ARRAY_of_floats()
    {
        byte[] binary = [.. Int16(4), .. Int16(0), .. Half(1), .. Half(-2.5), .. Half(65504), .. Half(0.1)];
        Carried.Both<HalfvecCodec, float[]>(Vectors, binary, "[1,-2.5,65504,0.099975586]", "[1,-2.5,65504,0.099975586]", [1, -2.5f, 65504, 0.099975586f]);
        Printed.Both<HalfvecCodec>(Vectors, binary, "[1,-2.5,65504,0.099975586]");
        Printed.TornIsRefused<HalfvecCodec, float[]>(Vectors, binary);
    }

    [Fact]
    public void A_sparsevec_is_its_text()
    {
        byte[] binary = [.. Int32(5), .. Int32(2), .. Int32(0), .. Int32(0), .. Int32(2), .. Float(1.5f), .. Float(2)];
        Carried.Both<SparsevecCodec, string>(Sparse, binary, "{1:1.5,3:2}/5", "\"{1:1.5,3:2}/5\"", "{1:1.5,3:2}/5");
        Carried.Both<SparsevecCodec, string>(Sparse, [.. Int32(5), .. Int32(0), .. Int32(0)], "{}/5", "\"{}/5\"", "{}/5");
        Printed.TornIsRefused<SparsevecCodec, string>(Sparse, binary);
        // An index that is not in order, and one behind the end.
        Assert.Throws<ColumnValueException>(() => Printed.Text<SparsevecCodec>(Sparse, ColumnFormat.Binary, [.. Int32(5), .. Int32(2), .. Int32(0), .. Int32(2), .. Int32(2), .. Float(1), .. Float(2)]));
        Assert.Throws<ColumnValueException>(() => Printed.Text<SparsevecCodec>(Sparse, ColumnFormat.Binary, [.. Int32(5), .. Int32(1), .. Int32(0), .. Int32(5), .. Float(1)]));
    }

    [Fact]
    public void A_number_that_JSON_lacks_is_its_elements_matter()
    {
        byte[] binary = [.. Int16(2), .. Int16(0), .. Float(float.NaN), .. Float(1)];
        Carried.NeitherEncodes<VectorCodec>(Vectors, binary, "[NaN,1]", "NaN");
        ColumnInfo nulled = NestedColumns.Of("public.vector(2)", NestedColumns.Of("float4", name: "sample", policy: ValuePolicy.Null));
        Assert.Equal("[null,1]", Carried.Json<VectorCodec>(nulled, ColumnFormat.Binary, binary));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[1")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1,x]")]
    [InlineData("{1}")]
    public void Torn_text_is_refused(string text) => Printed.TextIsRefused<VectorCodec, float[]>(Vectors, text);

    private static byte[] Half(double value) => Int16(BitConverter.HalfToUInt16Bits((Half)value));
}
