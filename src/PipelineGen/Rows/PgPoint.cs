namespace PipelineGen.Rows;

/// <summary>A point as Postgres has it: two float8, each of which may be NaN or infinite. (PostgreSQL documentation, 8.8.1.)</summary>
public readonly record struct PgPoint(double X, double Y) : IPgShape<PgPoint>
{
    /// <summary>Reads what Postgres prints: <c>(1,2.5)</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgPoint Parse(string text) => ShapeText.Parse<PgPoint>(text);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    static bool IPgShape<PgPoint>.TryRead(ref ShapeReader reader, out PgPoint shape) => reader.TryPoint(out shape);

    static void IPgShape<PgPoint>.Print(in PgPoint shape, ref PgTextWriter text) => ShapeText.Print(shape, ref text);
}
