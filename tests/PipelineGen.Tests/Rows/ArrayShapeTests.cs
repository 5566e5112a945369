using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

/// <summary>Arrays of all dimensions, of arrays, and what their texts quote.</summary>
public class ArrayShapeTests
{
    private static readonly ColumnInfo Ints = NestedColumns.ArrayOf("int4", elementOid: 23);
    private static readonly ColumnInfo Texts = NestedColumns.ArrayOf("text");

    public static TheoryData<string, string> Quoted => new()
    {
        { "", "{\"\"}" }, { "a", "{a}" }, { "NULL", "{\"NULL\"}" }, { "nUlL", "{\"nUlL\"}" }, { "NULLS", "{NULLS}" },
        { "a,b", "{\"a,b\"}" }, { "a;b", "{a;b}" }, { "{", "{\"{\"}" }, { "}", "{\"}\"}" }, { "a b", "{\"a b\"}" }, { "a\tb", "{\"a\tb\"}" },
        { "a\vb", "{\"a\vb\"}" }, { "\"", "{\"\\\"\"}" }, { "\\", "{\"\\\\\"}" }, { "\"\\\"", "{\"\\\"\\\\\\\"\"}" }, { "(a)", "{(a)}" }, { "ä", "{ä}" },
    };

    [Theory]
    [MemberData(nameof(Quoted))]
    public void Elements_are_quoted_where_Postgres_quotes(string element, string text)
    {
        byte[] binary = PgBinary.Array(Encoding.UTF8.GetBytes(element));
        Printed.Both<ReferenceArrayCodec<TextCodec, string>>(Texts, binary, text);
        Assert.Equal(new string?[] { element }, ReferenceArrayCodec<TextCodec, string>.Decode(Texts, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))));
    }

    [Theory]
    [InlineData("{{1,2,3},{4,NULL,6}}", new[] { 2, 3 }, new[] { 1, 1 })]
    [InlineData("[0:1]={1,2}", new[] { 2 }, new[] { 0 })]
    [InlineData("[-5:-4][1:1]={{1},{2}}", new[] { 2, 1 }, new[] { -5, 1 })]
    [InlineData("{{{{{{7}}}}}}", new[] { 1, 1, 1, 1, 1, 1 }, new[] { 1, 1, 1, 1, 1, 1 })]
    public void Arrays_of_another_shape_are_outside_ARRAY(string text, int[] sizes, int[] lowerBounds)
    {
        int?[] elements = [.. text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
            .Split(',').Select(static e => e == "NULL" ? (int?)null : int.Parse(e, System.Globalization.CultureInfo.InvariantCulture))];
        byte[] binary = Shaped(sizes, lowerBounds, elements);
        Printed.Both<ValueArrayCodec<Int4Codec, int>>(Ints, binary, text);
        Carried.NeitherEncodes<ValueArrayCodec<Int4Codec, int>>(Ints, binary, text, text, "has several dimensions or a lower bound other than 1");
        Carried.NeitherDecodes<ValueArrayCodec<Int4Codec, int>, int?[]>(Ints, binary, text, text);
        Printed.TornIsRefused<ValueArrayCodec<Int4Codec, int>, int?[]>(Ints, binary);
    }

    [Fact]
    public void Dimensions_become_nested_arrays_in_JSON()
    {
        byte[] binary = Shaped([2, 3], [1, 1], [1, 2, 3, 4, null, 6]);
        Assert.Equal("[[1,2,3],[4,null,6]]", Carried.Json<ValueArrayJsonCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, binary));
        Assert.Equal("[[1,2,3],[4,null,6]]", Carried.Json<ValueArrayJsonCodec<Int4Codec, int>>(Ints, ColumnFormat.Text, "{{1,2,3},{4,NULL,6}}"u8));
        Assert.Equal("[]", Carried.Json<ValueArrayJsonCodec<Int4Codec, int>>(Ints, ColumnFormat.Text, "{}"u8));
        Assert.Equal("[[\"a,b\"],[null]]", Carried.Json<ReferenceArrayJsonCodec<TextCodec, string>>(Texts, ColumnFormat.Text, "{{\"a,b\"},{NULL}}"u8));
        Carried.NeitherEncodes<ValueArrayJsonCodec<Int4Codec, int>>(Ints, Shaped([2], [0], [1, 2]), "[0:1]={1,2}", "[0:1]={1,2}", "has a lower bound other than 1");
    }

    [Theory]
    [InlineData(ValuePolicy.Null)]
    [InlineData(ValuePolicy.Quarantine)]
    public void Policies_decide_about_shapes_and_elements(ValuePolicy policy)
    {
        ColumnInfo column = NestedColumns.ArrayOf("float8", policy);
        Assert.Equal(("null", policy == ValuePolicy.Quarantine ? "{{NaN}}" : null), Encoded("{{NaN}}"));
        Assert.Equal(("[1,null]", policy == ValuePolicy.Quarantine ? "NaN" : null), Encoded("{1,NaN}"));
        // No policy is for what is not an array.
        Assert.Throws<ColumnValueException>(() => Encoded("{{1},{2,3}}"));
        Assert.Throws<ColumnValueException>(() => Encoded("[0:1]={1"));

        (string Json, string? Rejected) Encoded(string text)
        {
            using var buffer = new LoadBuffer();
            var writer = new LoadWriter(buffer);
            ValueArrayCodec<Float8Codec, double>.Encode(column, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text)), ref writer);
            RowRejection? rejection = writer.Rejection;
            if (rejection is null)
                writer.Commit();
            return (rejection is null ? Encoding.UTF8.GetString(buffer.ToArray()) : text == "{{NaN}}" ? "null" : "[1,null]", rejection?.Value);
        }
    }

    [Fact]
    public void Boxes_are_separated_by_semicolons()
    {
        ColumnInfo column = NestedColumns.ArrayOf("box", delimiter: ';');
        byte[] binary = PgBinary.Array([.. Double(1), .. Double(2), .. Double(0), .. Double(-1)], null);
        Printed.Both<ValueArrayCodec<BoxCodec, PgBox>>(column, binary, "{(1,2),(0,-1);NULL}");
        PgBox?[] boxes = [new PgBox(new PgPoint(1, 2), new PgPoint(0, -1)), null];
        Carried.Both<ValueArrayCodec<BoxCodec, PgBox>, PgBox?[]>(column, binary, "{(1,2),(0,-1);NULL}", "[\"(1,2),(0,-1)\",null]", boxes);
    }

    [Fact]
    public void Arrays_of_a_domain_over_an_array_hold_whole_arrays()
    {
        ColumnInfo column = NestedColumns.Of("public.numbers[]", NestedColumns.ArrayOf("int4"));
        byte[] binary = PgBinary.Array(PgBinary.Array(Int32(1), Int32(2)), null, PgBinary.Array(Int32(3)));
        Carried.Both<ReferenceArrayCodec<ValueArrayCodec<Int4Codec, int>, int?[]>, int?[]?[]>(column, binary, "{\"{1,2}\",NULL,\"{3}\"}", "[[1,2],null,[3]]", [[1, 2], null, [3]]);
        Printed.Both<ReferenceArrayCodec<ValueArrayCodec<Int4Codec, int>, int?[]>>(column, binary, "{\"{1,2}\",NULL,\"{3}\"}");
    }

    [Fact]
    public void Elements_of_another_type_are_refused()
    {
        // The element type of PgBinary's arrays is text, 25.
        var error = Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, PgBinary.Array(Int32(1))));
        Assert.Contains("type OID 25, not 23", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{1,2")]
    [InlineData("{{1},{2}")]
    [InlineData("{{1},2}")]
    [InlineData("{1,{2}}")]
    [InlineData("{{1,2},{3}}")]
    [InlineData("{{1},{2,3}}")]
    [InlineData("{{}}")]
    [InlineData("{{{{{{{1}}}}}}}")]
    [InlineData("[1:2]={1,2}")]
    [InlineData("[0:2]={1,2}")]
    [InlineData("[0:0]={1,2}")]
    [InlineData("[0:1]{1,2}")]
    [InlineData("[0:1]=")]
    [InlineData("[0:1][0:1]={1,2}")]
    [InlineData("[2:1]={}")]
    [InlineData("[0:2147483647]={1}")]
    [InlineData("[-2147483648:2147483647]={1}")]
    [InlineData("[0:99999999999]={1}")]
    [InlineData("{1}x")]
    [InlineData("{a\\b}")]
    [InlineData("{a\"b\"}")]
    public void Texts_that_are_no_arrays_are_refused(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Contains("not an array", Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayJsonCodec<TextCodecAsInt, int>>(Ints, ColumnFormat.Text, bytes)).Message, StringComparison.Ordinal);
        Assert.Contains("not an array", Assert.Throws<ColumnValueException>(() => Printed.Text<ValueArrayCodec<TextCodecAsInt, int>>(Ints, ColumnFormat.Text, bytes)).Message, StringComparison.Ordinal);
        Assert.Contains("not an array", Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<TextCodecAsInt, int>>(Ints, ColumnFormat.Text, bytes)).Message, StringComparison.Ordinal);
    }

    /// <summary>array_send of any shape.</summary>
    private static byte[] Shaped(int[] sizes, int[] lowerBounds, int?[] elements)
    {
        List<byte> bytes = [.. Int32(sizes.Length), .. Int32(elements.Contains(null) ? 1 : 0), .. Int32(23)];
        for (int i = 0; i < sizes.Length; i++)
            bytes.AddRange([.. Int32(sizes[i]), .. Int32(lowerBounds[i])]);
        foreach (int? element in elements)
            bytes.AddRange(element is { } number ? [.. Int32(4), .. Int32(number)] : Int32(-1));
        return [.. bytes];
    }

    /// <summary>Takes every element, so that only the array's own reader can refuse.</summary>
    private readonly struct TextCodecAsInt : IColumnEncoder, IColumnDecoder<int>, IPgText
    {
        public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => writer.String(value.Bytes);

        public static int Decode(ColumnInfo column, ColumnValue value) => value.Bytes.Length;

        public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(value.Bytes);
    }
}
