using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>point: two float8; <c>(x,y)</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct PointCodec : IColumnEncoder, IColumnDecoder<PgPoint>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<PointCodec>(column, value, ref writer);

    public static PgPoint Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgPoint>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgPoint>(column, value, ref text);
}

/// <summary>line: three float8; <c>{A,B,C}</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct LineCodec : IColumnEncoder, IColumnDecoder<PgLine>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<LineCodec>(column, value, ref writer);

    public static PgLine Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgLine>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgLine>(column, value, ref text);
}

/// <summary>lseg: two points; <c>[(x,y),(x,y)]</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct LsegCodec : IColumnEncoder, IColumnDecoder<PgLseg>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<LsegCodec>(column, value, ref writer);

    public static PgLseg Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgLseg>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgLseg>(column, value, ref text);
}

/// <summary>box: its upper right and lower left corner; <c>(x,y),(x,y)</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct BoxCodec : IColumnEncoder, IColumnDecoder<PgBox>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<BoxCodec>(column, value, ref writer);

    public static PgBox Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgBox>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgBox>(column, value, ref text);
}

/// <summary>path: a byte closed, int32 count and the points; <c>((x,y),...)</c> closed, <c>[(x,y),...]</c> open. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct PathCodec : IColumnEncoder, IColumnDecoder<PgPath>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<PathCodec>(column, value, ref writer);

    public static PgPath Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgPath>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.PrintPoints(column, value, hasClosure: true, ref text);
}

/// <summary>polygon: int32 count and the points; <c>((x,y),...)</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct PolygonCodec : IColumnEncoder, IColumnDecoder<PgPolygon>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<PolygonCodec>(column, value, ref writer);

    public static PgPolygon Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgPolygon>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.PrintPoints(column, value, hasClosure: false, ref text);
}

/// <summary>circle: its center and its radius; <c>&lt;(x,y),r&gt;</c>. Into VARCHAR as the text that Postgres prints.</summary>
public readonly struct CircleCodec : IColumnEncoder, IColumnDecoder<PgCircle>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<CircleCodec>(column, value, ref writer);

    public static PgCircle Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgCircle>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgCircle>(column, value, ref text);
}

/// <summary>
/// point into STRUCT&lt;x DOUBLE, y DOUBLE&gt;. <see cref="ColumnInfo.Fields"/> describes x and y; JSON has no NaN and no infinity, so
/// that their policies decide those.
/// </summary>
public readonly struct PointStructCodec : IColumnEncoder, IColumnDecoder<PgPoint>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        PgPoint point = ShapeWire.Read<PgPoint>(column, value);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(number, point.X);
        writer.Field<Float8Codec>(column.Fields[0], new ColumnValue(ColumnFormat.Binary, number), "{\"x\":"u8);
        BinaryPrimitives.WriteDoubleBigEndian(number, point.Y);
        writer.Field<Float8Codec>(column.Fields[1], new ColumnValue(ColumnFormat.Binary, number), ",\"y\":"u8);
        writer.Raw((byte)'}');
    }

    public static PgPoint Decode(ColumnInfo column, ColumnValue value) => ShapeWire.Read<PgPoint>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ShapeWire.Print<PgPoint>(column, value, ref text);
}

internal static class ShapeWire
{
    public static T Read<T>(ColumnInfo column, ColumnValue value)
        where T : struct, IPgShape<T>
    {
        var reader = new ShapeReader(Wire.Present(column, value), value.IsBinary);
        return T.TryRead(ref reader, out T shape) && reader.IsAtEnd
            ? shape
            : throw ColumnValueException.Malformed(column, value, $"not a {typeof(T).Name[2..].ToLowerInvariant()}");
    }

    public static void Print<T>(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
        where T : struct, IPgShape<T>
    {
        if (value.IsBinary)
            T.Print(Read<T>(column, value), ref text);
        else
            text.Raw(value.Bytes);
    }

    /// <summary>A path or polygon, point by point, so that none of them is kept.</summary>
    public static void PrintPoints(ColumnInfo column, scoped ColumnValue value, bool hasClosure, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        var reader = new ShapeReader(value.Bytes, isBinary: true);
        bool isClosed = true;
        if ((hasClosure && !reader.TryFlag(out isClosed)) || !reader.TryCount(out int count))
            throw ColumnValueException.Malformed(column, value, hasClosure ? "not a path" : "not a polygon");
        text.Raw((byte)(isClosed ? '(' : '['));
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryPoint(out PgPoint point))
                throw ColumnValueException.Malformed(column, value, hasClosure ? "not a path" : "not a polygon");
            if (i > 0)
                text.Raw((byte)',');
            ShapeText.Print(point, ref text);
        }

        if (!reader.IsAtEnd)
            throw ColumnValueException.Malformed(column, value, hasClosure ? "not a path" : "not a polygon");
        text.Raw((byte)(isClosed ? ')' : ']'));
    }
}
