namespace PipelineGen.Rows;

/// <summary>A path of points, open or closed. Equal when its points and its closure are. (PostgreSQL documentation, 8.8.5.)</summary>
public readonly struct PgPath(IReadOnlyList<PgPoint> points, bool isClosed) : IEquatable<PgPath>, IPgShape<PgPath>
{
    private readonly IReadOnlyList<PgPoint>? _points = points;

    public IReadOnlyList<PgPoint> Points => _points ?? [];

    public bool IsClosed { get; } = isClosed;

    /// <summary>Reads what Postgres prints: <c>((0,0),(1,1))</c> closed, <c>[(0,0),(1,1)]</c> open.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgPath Parse(string text) => ShapeText.Parse<PgPath>(text);

    public bool Equals(PgPath other) => IsClosed == other.IsClosed && Points.SequenceEqual(other.Points);

    public override bool Equals(object? obj) => obj is PgPath other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(IsClosed, ShapeText.HashOf(Points));

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    public static bool operator ==(PgPath left, PgPath right) => left.Equals(right);

    public static bool operator !=(PgPath left, PgPath right) => !left.Equals(right);

    static bool IPgShape<PgPath>.TryRead(ref ShapeReader reader, out PgPath shape)
    {
        shape = default;
        bool isClosed;
        if (reader.IsBinary)
        {
            if (!reader.TryFlag(out isClosed))
                return false;
        }
        else if (reader.Take("["u8))
            isClosed = false;
        else if (reader.Take("("u8))
            isClosed = true;
        else
            return false;
        if (!reader.TryPoints(out List<PgPoint> points) || !reader.Take(isClosed ? ")"u8 : "]"u8))
            return false;
        shape = new PgPath(points, isClosed);
        return true;
    }

    static void IPgShape<PgPath>.Print(in PgPath shape, ref PgTextWriter text)
    {
        text.Raw((byte)(shape.IsClosed ? '(' : '['));
        ShapeText.Print(shape.Points, ref text);
        text.Raw((byte)(shape.IsClosed ? ')' : ']'));
    }
}

/// <summary>A polygon, by its corners. Equal when the corners are, in their order. (PostgreSQL documentation, 8.8.6.)</summary>
public readonly struct PgPolygon(IReadOnlyList<PgPoint> points) : IEquatable<PgPolygon>, IPgShape<PgPolygon>
{
    private readonly IReadOnlyList<PgPoint>? _points = points;

    public IReadOnlyList<PgPoint> Points => _points ?? [];

    /// <summary>Reads what Postgres prints: <c>((0,0),(1,1),(1,0))</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PgPolygon Parse(string text) => ShapeText.Parse<PgPolygon>(text);

    public bool Equals(PgPolygon other) => Points.SequenceEqual(other.Points);

    public override bool Equals(object? obj) => obj is PgPolygon other && Equals(other);

    public override int GetHashCode() => ShapeText.HashOf(Points);

    /// <summary>As Postgres prints it.</summary>
    public override string ToString() => ShapeText.ToString(this);

    public static bool operator ==(PgPolygon left, PgPolygon right) => left.Equals(right);

    public static bool operator !=(PgPolygon left, PgPolygon right) => !left.Equals(right);

    static bool IPgShape<PgPolygon>.TryRead(ref ShapeReader reader, out PgPolygon shape)
    {
        shape = default;
        if (!reader.Take("("u8) || !reader.TryPoints(out List<PgPoint> points) || !reader.Take(")"u8))
            return false;
        shape = new PgPolygon(points);
        return true;
    }

    static void IPgShape<PgPolygon>.Print(in PgPolygon shape, ref PgTextWriter text)
    {
        text.Raw((byte)'(');
        ShapeText.Print(shape.Points, ref text);
        text.Raw((byte)')');
    }
}
