using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

public class RangeCodecTests
{
    private const int Empty = 1;
    private const int LowerIncluded = 2;
    private const int UpperIncluded = 4;
    private const int NoLower = 8;
    private const int NoUpper = 16;

    private static readonly ColumnInfo Ints = NestedColumns.Of("int4range", NestedColumns.Of("int4", name: "sample"));
    private static readonly ColumnInfo Texts = NestedColumns.Of("public.textrange", NestedColumns.Of("text", name: "sample"));
    private static readonly ColumnInfo Multi = NestedColumns.Of("int4multirange", Ints);

    public static TheoryData<byte[], string, PgRange<int>> IntRanges => new()
    {
        { [Empty], "empty", PgRange<int>.Empty },
        { [NoLower | NoUpper], "(,)", default },
        { Range(LowerIncluded, 1, 5), "[1,5)", PgRange<int>.Between(1, 5) },
        { Range(UpperIncluded, -1, 5), "(-1,5]", PgRange<int>.Between(-1, 5, lowerInclusive: false, upperInclusive: true) },
        { Range(LowerIncluded | NoUpper, 7, null), "[7,)", PgRange<int>.From(7) },
        { Range(NoLower, null, 7), "(,7)", PgRange<int>.Until(7) },
        { Range(NoLower | UpperIncluded, null, 7), "(,7]", PgRange<int>.Until(7, inclusive: true) },
    };

    [Theory]
    [MemberData(nameof(IntRanges))]
    public void Ranges_are_their_text(byte[] binary, string text, PgRange<int> range)
    {
        Carried.Both<RangeCodec<Int4Codec, int>, PgRange<int>>(Ints, binary, text, $"\"{text}\"", range);
        Printed.Both<RangeCodec<Int4Codec, int>>(Ints, binary, text);
        Printed.TornIsRefused<RangeCodec<Int4Codec, int>, PgRange<int>>(Ints, binary);
        Assert.Equal(text, range.ToString());
        Assert.Equal(range, PgRange<int>.Parse(text, static bound => int.Parse(bound, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("empty", "{\"lower\":null,\"upper\":null,\"lower_inc\":false,\"upper_inc\":false,\"empty\":true}")]
    [InlineData("[1,5)", "{\"lower\":1,\"upper\":5,\"lower_inc\":true,\"upper_inc\":false,\"empty\":false}")]
    [InlineData("(,5]", "{\"lower\":null,\"upper\":5,\"lower_inc\":false,\"upper_inc\":true,\"empty\":false}")]
    public void Ranges_are_STRUCTs_where_chosen(string text, string json)
    {
        byte[] binary = IntRanges.Single(row => (string)row[1] == text || (text == "(,5]" && (string)row[1] == "(,7]"))[0] as byte[] ?? [];
        if (text == "(,5]")
            binary = Range(NoLower | UpperIncluded, null, 5);
        Assert.Equal(json, Carried.Json<RangeStructCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, binary));
        Assert.Equal(json, Carried.Json<RangeStructCodec<Int4Codec, int>>(Ints, ColumnFormat.Text, Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("a", "a")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("(", "\"(\"")]
    [InlineData("]", "\"]\"")]
    [InlineData("{a}", "{a}")]
    [InlineData("empty", "empty")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("\\\"", "\"\\\\\"\"\"")]
    [InlineData("\v", "\"\v\"")]
    public void Bounds_are_quoted_where_Postgres_quotes(string bound, string quoted)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(bound);
        byte[] binary = [LowerIncluded, .. Int32(bytes.Length), .. bytes, .. Int32(bytes.Length), .. bytes];
        string text = $"[{quoted},{quoted})";
        Printed.Both<RangeCodec<TextCodec, string>>(Texts, binary, text);
        PgRange<string> range = PgRange<string>.Between(bound, bound);
        Assert.Equal(range, RangeCodec<TextCodec, string>.Decode(Texts, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))));
        Assert.Equal(text, range.ToString());
        Assert.Equal(range, PgRange<string>.Parse(text, static b => b));
    }

    [Fact]
    public void Both_bounds_may_have_escapes()
    {
        const string Text = "(\"\"\"a\\\\\",\"b\"\"\\\\\"]";
        PgRange<string> range = PgRange<string>.Between("\"a\\", "b\"\\", lowerInclusive: false, upperInclusive: true);
        Assert.Equal(range, RangeCodec<TextCodec, string>.Decode(Texts, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(Text))));
        Assert.Equal(Text, range.ToString());
    }

    [Fact]
    public void Multiranges_are_their_text()
    {
        byte[] first = Range(LowerIncluded, 1, 3);
        byte[] second = Range(LowerIncluded | NoUpper, 5, null);
        byte[] binary = [.. Int32(2), .. Int32(first.Length), .. first, .. Int32(second.Length), .. second];
        Carried.Both<MultirangeCodec<Int4Codec, int>, PgRange<int>[]>(Multi, binary, "{[1,3),[5,)}", "\"{[1,3),[5,)}\"", [PgRange<int>.Between(1, 3), PgRange<int>.From(5)]);
        Carried.Both<MultirangeCodec<Int4Codec, int>, PgRange<int>[]>(Multi, Int32(0), "{}", "\"{}\"", []);
        Printed.TornIsRefused<MultirangeCodec<Int4Codec, int>, PgRange<int>[]>(Multi, binary);
    }

    [Fact]
    public void A_text_that_is_too_long_is_outside_the_domain()
    {
        ColumnInfo column = NestedColumns.Of("int4range", Ints.Element, maxBytes: 5);
        Assert.Equal("\"[1,5)\"", Carried.Json<RangeCodec<Int4Codec, int>>(column, ColumnFormat.Binary, Range(LowerIncluded, 1, 5)));
        Carried.NeitherEncodes<RangeCodec<Int4Codec, int>>(column, Range(LowerIncluded, 1, 10), "[1,10)", "[1,10)", "6 bytes");
        ColumnInfo nulled = NestedColumns.Of("int4range", Ints.Element, maxBytes: 5, policy: ValuePolicy.Null);
        Assert.Equal("null", Carried.Json<RangeCodec<Int4Codec, int>>(nulled, ColumnFormat.Text, "[1,10)"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1,2")]
    [InlineData("[1;2)")]
    [InlineData("[1,2,3)")]
    [InlineData("1,2)")]
    [InlineData("[1,2)x")]
    [InlineData("[,2)")]
    [InlineData("(1,]")]
    [InlineData("[\"1,2)")]
    [InlineData("[1\"\",2)")]
    [InlineData("emptyx")]
    [InlineData("Empty")]
    public void Texts_that_are_no_ranges_are_refused(string text)
    {
        Printed.TextIsRefused<RangeCodec<Int4Codec, int>, PgRange<int>>(Ints, text);
        Printed.TextIsRefused<MultirangeCodec<Int4Codec, int>, PgRange<int>[]>(Multi, "{" + text + (text.Length == 0 ? "," : "") + "}");
        Assert.Throws<FormatException>(() => PgRange<string>.Parse(text, static b => b));
    }

    [Theory]
    [InlineData(Empty | LowerIncluded)]
    [InlineData(LowerIncluded | NoLower | NoUpper)]
    [InlineData(UpperIncluded | NoLower | NoUpper)]
    [InlineData(NoLower | NoUpper | 32)]
    [InlineData(NoLower | NoUpper | 128)]
    public void Flags_that_no_range_has_are_refused(int flags) =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<RangeCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, [(byte)flags]));

    [Fact]
    public void Ranges_say_what_their_bounds_are()
    {
        PgRange<int> from = PgRange<int>.From(7);
        Assert.Equal((true, false, true, false, true, false), (from.HasLower, from.HasUpper, from.IsLowerInclusive, from.IsLowerUnbounded, from.IsUpperUnbounded, from.IsEmpty));
        PgRange<int> empty = PgRange<int>.Empty;
        Assert.Equal((false, false, false, false, false, true), (empty.HasLower, empty.HasUpper, empty.IsLowerInclusive, empty.IsLowerUnbounded, empty.IsUpperUnbounded, empty.IsEmpty));
        Assert.NotEqual(PgRange<int>.Until(0), default);
        Assert.NotEqual(PgRange<int>.Between(1, 2), PgRange<int>.Between(1, 2, upperInclusive: true));
        Assert.True(PgRange<int>.Between(1, 2) == PgRange<int>.Between(1, 2));
        Assert.Equal(PgRange<int>.Between(1, 2).GetHashCode(), PgRange<int>.Between(1, 2).GetHashCode());
    }

    [Fact]
    public void Ranges_of_times_print_as_Postgres_does()
    {
        Assert.Equal("[2024-08-22,infinity)".Replace("infinity", "2024-08-23", StringComparison.Ordinal), PgRange<DateOnly>.Between(new DateOnly(2024, 8, 22), new DateOnly(2024, 8, 23)).ToString());
        Assert.Equal("[\"2024-08-22 12:30:00.5\",)", PgRange<DateTime>.From(new DateTime(2024, 8, 22, 12, 30, 0, 500, DateTimeKind.Unspecified)).ToString());
        Assert.Equal("(,\"2024-08-22 12:30:00+00\"]", PgRange<DateTime>.Until(new DateTime(2024, 8, 22, 12, 30, 0, DateTimeKind.Utc), inclusive: true).ToString());
        Assert.Equal("[1e+15,Infinity)", PgRange<double>.Between(1e15, double.PositiveInfinity).ToString());
    }

    private static byte[] Range(int flags, int? lower, int? upper) =>
        [(byte)flags, .. lower is { } l ? (byte[])[.. Int32(4), .. Int32(l)] : [], .. upper is { } u ? (byte[])[.. Int32(4), .. Int32(u)] : []];
}
