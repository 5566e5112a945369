namespace PipelineGen.Rows;

/// <summary>The infinite line <c>Ax + By + C = 0</c>. (PostgreSQL documentation, 8.8.2.)</summary>
public readonly record struct PgLine(double A, double B, double C) : IPgShape<PgLine>
{
    /// <summary>Reads what Postgres prints: <c>{1,-1,0}</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgLine Parse(string text) => ShapeText.Parse<PgLine>(text);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    static bool IPgShape<PgLine>.TryRead(ref ShapeReader reader, out PgLine shape)
    {
        shape = default;
        if (!reader.Take("{"u8) || !reader.TryNumber(out double a) || !reader.Take(","u8) || !reader.TryNumber(out double b) || !reader.Take(","u8) ||
            !reader.TryNumber(out double c) || !reader.Take("}"u8))
            return false;
        shape = new PgLine(a, b, c);
        return true;
    }

    static void IPgShape<PgLine>.Print(in PgLine shape, ref PgTextWriter text)
    {
        text.Raw((byte)'{');
        FloatText.Print(shape.A, ref text);
        text.Raw((byte)',');
        FloatText.Print(shape.B, ref text);
        text.Raw((byte)',');
        FloatText.Print(shape.C, ref text);
        text.Raw((byte)'}');
    }
}

/// <summary>A line segment. (PostgreSQL documentation, 8.8.3.)</summary>
public readonly record struct PgLseg(PgPoint Start, PgPoint End) : IPgShape<PgLseg>
{
    /// <summary>Reads what Postgres prints: <c>[(0,0),(1,1)]</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgLseg Parse(string text) => ShapeText.Parse<PgLseg>(text);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    static bool IPgShape<PgLseg>.TryRead(ref ShapeReader reader, out PgLseg shape)
    {
        shape = default;
        if (!reader.Take("["u8) || !reader.TryPoint(out PgPoint start) || !reader.Take(","u8) || !reader.TryPoint(out PgPoint end) || !reader.Take("]"u8))
            return false;
        shape = new PgLseg(start, end);
        return true;
    }

    static void IPgShape<PgLseg>.Print(in PgLseg shape, ref PgTextWriter text)
    {
        text.Raw((byte)'[');
        ShapeText.Print(shape.Start, ref text);
        text.Raw((byte)',');
        ShapeText.Print(shape.End, ref text);
        text.Raw((byte)']');
    }
}

/// <summary>A box, by its upper right and its lower left corner, which is how Postgres keeps it. (PostgreSQL documentation, 8.8.4.)</summary>
public readonly record struct PgBox(PgPoint UpperRight, PgPoint LowerLeft) : IPgShape<PgBox>
{
    /// <summary>Reads what Postgres prints: <c>(1,1),(0,0)</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgBox Parse(string text) => ShapeText.Parse<PgBox>(text);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    static bool IPgShape<PgBox>.TryRead(ref ShapeReader reader, out PgBox shape)
    {
        shape = default;
        if (!reader.TryPoint(out PgPoint upperRight) || !reader.Take(","u8) || !reader.TryPoint(out PgPoint lowerLeft))
            return false;
        shape = new PgBox(upperRight, lowerLeft);
        return true;
    }

    static void IPgShape<PgBox>.Print(in PgBox shape, ref PgTextWriter text)
    {
        ShapeText.Print(shape.UpperRight, ref text);
        text.Raw((byte)',');
        ShapeText.Print(shape.LowerLeft, ref text);
    }
}

/// <summary>A circle. (PostgreSQL documentation, 8.8.7.)</summary>
public readonly record struct PgCircle(PgPoint Center, double Radius) : IPgShape<PgCircle>
{
    /// <summary>Reads what Postgres prints: <c>&lt;(0,0),5&gt;</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgCircle Parse(string text) => ShapeText.Parse<PgCircle>(text);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    static bool IPgShape<PgCircle>.TryRead(ref ShapeReader reader, out PgCircle shape)
    {
        shape = default;
        if (!reader.Take("<"u8) || !reader.TryPoint(out PgPoint center) || !reader.Take(","u8) || !reader.TryNumber(out double radius) || !reader.Take(">"u8))
            return false;
        shape = new PgCircle(center, radius);
        return true;
    }

    static void IPgShape<PgCircle>.Print(in PgCircle shape, ref PgTextWriter text)
    {
        text.Raw((byte)'<');
        ShapeText.Print(shape.Center, ref text);
        text.Raw((byte)',');
        FloatText.Print(shape.Radius, ref text);
        text.Raw((byte)'>');
    }
}
