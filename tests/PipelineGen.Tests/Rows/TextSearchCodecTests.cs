using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

public class TextSearchCodecTests
{
    private static readonly ColumnInfo Vectors = NestedColumns.Of("tsvector");
    private static readonly ColumnInfo Queries = NestedColumns.Of("tsquery");

    [Fact]
    public void Vectors_are_their_text()
    {
        byte[] binary =
        [
            .. Int32(3), .. "a'b\0"u8, .. Int16(0), .. "c\\d\0"u8, .. Int16(2), .. Int16(0xC000 | 1), .. Int16(16383), .. "ä x\0"u8, .. Int16(3), .. Int16(0x8000 | 2), .. Int16(0x4000 | 3), .. Int16(4),
        ];
        const string Text = "'a''b' 'c\\\\d':1A,16383 'ä x':2B,3C,4";
        Printed.Both<TsVectorCodec>(Vectors, binary, Text);
        Carried.Both<TsVectorCodec, string>(Vectors, binary, Text, "\"" + Text.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"", Text);
        Carried.Both<TsVectorCodec, string>(Vectors, Int32(0), "", "\"\"", "");
        Printed.TornIsRefused<TsVectorCodec, string>(Vectors, binary);
    }

    public static TheoryData<byte[][], string> QueryTexts => new()
    {
        { [], "" },
        { [Word("a")], "'a'" },
        { [Word("a'b\\")], "'a''b\\\\'" },
        { [Word("a", weights: 15)], "'a':ABCD" },
        { [Word("a", weights: 0, prefix: 1)], "'a':*" },
        { [Word("a", weights: 9, prefix: 1)], "'a':*AD" },
        { [Operator(1), Word("a")], "!'a'" },
        { [Operator(1), Operator(1), Word("a")], "!!'a'" },
        { [Operator(2), Word("b"), Word("a")], "'a' & 'b'" },
        { [Operator(3), Word("c"), Operator(2), Word("b"), Word("a")], "'a' & 'b' | 'c'" },
        { [Operator(2), Word("c"), Operator(3), Word("b"), Word("a")], "( 'a' | 'b' ) & 'c'" },
        { [Operator(2), Operator(3), Word("c"), Word("b"), Word("a")], "'a' & ( 'b' | 'c' )" },
        { [Operator(1), Operator(2), Word("b"), Word("a")], "!( 'a' & 'b' )" },
        { [Phrase(1), Word("b"), Word("a")], "'a' <-> 'b'" },
        { [Phrase(0), Word("b"), Word("a")], "'a' <0> 'b'" },
        { [Phrase(16384), Word("b"), Word("a")], "'a' <16384> 'b'" },
        { [Phrase(1), Word("c"), Phrase(2), Word("b"), Word("a")], "'a' <2> 'b' <-> 'c'" },
        { [Phrase(1), Phrase(2), Word("c"), Word("b"), Word("a")], "'a' <-> ( 'b' <2> 'c' )" },
        { [Phrase(1), Operator(2), Word("c"), Word("b"), Operator(1), Word("a")], "!'a' <-> ( 'b' & 'c' )" },
    };

    [Theory]
    [MemberData(nameof(QueryTexts))]
    public void Queries_are_their_text(byte[][] items, string text)
    {
        byte[] binary = [.. Int32(items.Length), .. items.SelectMany(static i => i)];
        Printed.Both<TsQueryCodec>(Queries, binary, text);
        Carried.Both<TsQueryCodec, string>(Queries, binary, text, "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"", text);
        Printed.TornIsRefused<TsQueryCodec, string>(Queries, binary);
    }

    [Fact]
    public void A_query_may_be_deep()
    {
        const int Depth = 200_000;
        byte[] nots = [.. Int32(Depth + 1), .. Enumerable.Repeat(Operator(1), Depth).SelectMany(static i => i), .. Word("a")];
        Assert.Equal(new string('!', Depth) + "'a'", Printed.Text<TsQueryCodec>(Queries, ColumnFormat.Binary, nots));
        byte[] rightDeep = [.. Int32((Depth * 2) + 1), .. Enumerable.Repeat(Operator(2), Depth).SelectMany(static i => i), .. Enumerable.Repeat(Word("a"), Depth + 1).SelectMany(static i => i)];
        Assert.Equal(string.Join(" & ", Enumerable.Repeat("'a'", Depth + 1)), Printed.Text<TsQueryCodec>(Queries, ColumnFormat.Binary, rightDeep));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 1, 2, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 1, 2, 5, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 1, 3, 1, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 1, 1, 16, 0, 97, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 1, 1, 0, 2, 97, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 2, 1, 0, 0, 97, 0, 1, 0, 0, 97, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 2, 2, 2, 1, 0, 0, 97, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 3, 2, 4, 128, 0, 1, 0, 0, 97, 0, 1, 0, 0, 97, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 0, 0 })]
    [InlineData(new byte[] { 127, 255, 255, 255, 0, 0 })]
    public void Items_that_make_no_tree_are_refused(byte[] binary) =>
        Assert.Throws<ColumnValueException>(() => Printed.Text<TsQueryCodec>(Queries, ColumnFormat.Binary, binary));

    private static byte[] Word(string lexeme, byte weights = 0, byte prefix = 0) => [1, weights, prefix, .. Encoding.UTF8.GetBytes(lexeme), 0];

    private static byte[] Operator(byte operation) => [2, operation];

    private static byte[] Phrase(int distance) => [2, 4, .. Int16(distance)];
}
