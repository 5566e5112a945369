using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

public class ShapeCodecTests
{
    private static readonly ColumnInfo Column = NestedColumns.Of("shape");

    [Fact]
    public void Points()
    {
        Both<PointCodec, PgPoint>(Doubles(1, -2.5), "(1,-2.5)", new PgPoint(1, -2.5), PgPoint.Parse);
        Both<PointCodec, PgPoint>(Doubles(double.NaN, double.NegativeInfinity), "(NaN,-Infinity)", new PgPoint(double.NaN, double.NegativeInfinity), PgPoint.Parse);
        Both<PointCodec, PgPoint>(Doubles(-0.0, 1e300), "(-0,1e+300)", new PgPoint(-0.0, 1e300), PgPoint.Parse);
    }

    [Fact]
    public void Lines() => Both<LineCodec, PgLine>(Doubles(1, -1, 0.1), "{1,-1,0.1}", new PgLine(1, -1, 0.1), PgLine.Parse);

    [Fact]
    public void Segments() => Both<LsegCodec, PgLseg>(Doubles(0, 1, 2, 3), "[(0,1),(2,3)]", new PgLseg(new PgPoint(0, 1), new PgPoint(2, 3)), PgLseg.Parse);

    [Fact]
    public void Boxes() => Both<BoxCodec, PgBox>(Doubles(2, 3, 0, 1), "(2,3),(0,1)", new PgBox(new PgPoint(2, 3), new PgPoint(0, 1)), PgBox.Parse);

    [Fact]
    public void Circles() => Both<CircleCodec, PgCircle>(Doubles(2, 3, 5), "<(2,3),5>", new PgCircle(new PgPoint(2, 3), 5), PgCircle.Parse);

    [Fact]
    public void Paths()
    {
        PgPoint[] points = [new(0, 1), new(2, 3)];
        Both<PathCodec, PgPath>([1, .. Int32(2), .. Doubles(0, 1, 2, 3)], "((0,1),(2,3))", new PgPath(points, isClosed: true), PgPath.Parse);
        Both<PathCodec, PgPath>([0, .. Int32(2), .. Doubles(0, 1, 2, 3)], "[(0,1),(2,3)]", new PgPath(points, isClosed: false), PgPath.Parse);
        Assert.NotEqual(new PgPath(points, isClosed: true), new PgPath(points, isClosed: false));
        Assert.Equal(new PgPath([.. points], isClosed: true).GetHashCode(), new PgPath(points, isClosed: true).GetHashCode());
        Assert.Equal("[]", default(PgPath).ToString());
    }

    [Fact]
    public void Polygons()
    {
        PgPoint[] points = [new(0, 1), new(2, 3), new(4, 5)];
        Both<PolygonCodec, PgPolygon>([.. Int32(3), .. Doubles(0, 1, 2, 3, 4, 5)], "((0,1),(2,3),(4,5))", new PgPolygon(points), PgPolygon.Parse);
        Assert.NotEqual(new PgPolygon(points), new PgPolygon(points[..2]));
    }

    [Fact]
    public void A_point_is_a_STRUCT_where_chosen()
    {
        ColumnInfo Of(ValuePolicy policy) => NestedColumns.Of("point", fields: [NestedColumns.Of("float8", name: "sample", policy: policy), NestedColumns.Of("float8", name: "sample", policy: policy)]);
        Carried.Both<PointStructCodec, PgPoint>(Of(ValuePolicy.Error), Doubles(1, -2.5), "(1,-2.5)", "{\"x\":1,\"y\":-2.5}", new PgPoint(1, -2.5));
        Carried.NeitherEncodes<PointStructCodec>(Of(ValuePolicy.Error), Doubles(1, double.NaN), "(1,NaN)", "NaN");
        Assert.Equal("{\"x\":1,\"y\":null}", Carried.Json<PointStructCodec>(Of(ValuePolicy.Null), ColumnFormat.Text, "(1,Infinity)"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("(1,2")]
    [InlineData("(1,2))")]
    [InlineData("1,2")]
    [InlineData("(1;2)")]
    [InlineData("(,2)")]
    [InlineData("(1, 2)")]
    [InlineData("(nan,1)")]
    [InlineData("(1e999,1)")]
    public void Torn_points_are_refused(string text)
    {
        Printed.TextIsRefused<PointCodec, PgPoint>(Column, text);
        Assert.Throws<FormatException>(() => PgPoint.Parse(text));
    }

    [Fact]
    public void Counts_that_cannot_be_are_refused()
    {
        Printed.TextIsRefused<PathCodec, PgPath>(Column, "((0,1),(2,3)]");
        Printed.TextIsRefused<PathCodec, PgPath>(Column, "()");
        foreach (long count in (long[])[0, -1, 2, int.MaxValue])
            Assert.Throws<ColumnValueException>(() => PathCodec.Decode(Column, new ColumnValue(ColumnFormat.Binary, (byte[])[1, .. Int32(count), .. Doubles(0, 1)])));
        Assert.Throws<ColumnValueException>(() => PathCodec.Decode(Column, new ColumnValue(ColumnFormat.Binary, (byte[])[2, .. Int32(1), .. Doubles(0, 1)])));
    }

    private static void Both<TCodec, T>(byte[] binary, string text, T shape, Func<string, T> parse)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
        where T : struct
    {
        Carried.Both<TCodec, T>(Column, binary, text, $"\"{text}\"", shape);
        Printed.Both<TCodec>(Column, binary, text);
        Printed.TornIsRefused<TCodec, T>(Column, binary);
        Assert.Equal(text, shape.ToString());
        Assert.Equal(shape, parse(text));
    }

    private static byte[] Doubles(params double[] numbers) => [.. numbers.SelectMany(Double)];
}
