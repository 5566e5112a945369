using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>What each geometric type says of itself: its parts in the order of both formats, and its text.</summary>
internal interface IPgShape<TSelf>
    where TSelf : struct, IPgShape<TSelf>
{
    static abstract bool TryRead(ref ShapeReader reader, out TSelf shape);

    static abstract void Print(in TSelf shape, ref PgTextWriter text);
}

/// <summary>
/// Takes a shape apart in either format. Binary formats are the float8 of the text in its order, and nothing of its punctuation;
/// only paths and polygons have an int32 count before their points (PostgreSQL source, geo_ops.c).
/// </summary>
internal ref struct ShapeReader(ReadOnlySpan<byte> bytes, bool isBinary)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public bool IsBinary { get; } = isBinary;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Takes punctuation, which the binary format doesn't have.</summary>
    public bool Take(scoped ReadOnlySpan<byte> token)
    {
        if (IsBinary)
            return true;
        if (!_rest.StartsWith(token))
            return false;
        _rest = _rest[token.Length..];
        return true;
    }

    public bool TryNumber(out double number)
    {
        if (IsBinary)
        {
            number = 0;
            if (_rest.Length < 8)
                return false;
            number = BinaryPrimitives.ReadDoubleBigEndian(_rest);
            _rest = _rest[8..];
            return true;
        }

        int end = _rest.IndexOfAny(",)]}>"u8);
        ReadOnlySpan<byte> text = end < 0 ? _rest : _rest[..end];
        _rest = _rest[text.Length..];
        return FloatText.TryWord(text, out number) ||
            (double.TryParse(text, FloatText.Strict, CultureInfo.InvariantCulture, out number) && double.IsFinite(number));
    }

    public bool TryPoint(out PgPoint point)
    {
        point = default;
        if (!Take("("u8) || !TryNumber(out double x) || !Take(","u8) || !TryNumber(out double y) || !Take(")"u8))
            return false;
        point = new PgPoint(x, y);
        return true;
    }

    public bool TryFlag(out bool flag)
    {
        flag = false;
        if (_rest.IsEmpty || _rest[0] > 1)
            return false;
        flag = _rest[0] == 1;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>The count that precedes the points in the binary format.</summary>
    public bool TryCount(out int count)
    {
        count = 0;
        if (_rest.Length < 4)
            return false;
        count = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[4..];
        return count > 0 && count <= _rest.Length / 16;
    }

    /// <summary>One point or more.</summary>
    public bool TryPoints(out List<PgPoint> points)
    {
        points = [];
        int count = 0;
        if (IsBinary)
        {
            if (!TryCount(out count))
                return false;
            points.Capacity = count;
        }

        do
        {
            if (!TryPoint(out PgPoint point))
                return false;
            points.Add(point);
        }
        while (IsBinary ? points.Count < count : Take(","u8));
        return true;
    }
}

/// <summary>The texts of geometric types.</summary>
internal static class ShapeText
{
    public static T Parse<T>(string text)
        where T : struct, IPgShape<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new ShapeReader(Encoding.UTF8.GetBytes(text), isBinary: false);
        return T.TryRead(ref reader, out T shape) && reader.IsAtEnd
            ? shape
            : throw new FormatException($"'{text}' is not what Postgres prints of a {typeof(T).Name[2..].ToLowerInvariant()}.");
    }

    public static string ToString<T>(in T shape)
        where T : struct, IPgShape<T>
    {
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            T.Print(shape, ref text);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    public static void Print(PgPoint point, ref PgTextWriter text)
    {
        text.Raw((byte)'(');
        FloatText.Print(point.X, ref text);
        text.Raw((byte)',');
        FloatText.Print(point.Y, ref text);
        text.Raw((byte)')');
    }

    public static void Print(IReadOnlyList<PgPoint> points, ref PgTextWriter text)
    {
        for (int i = 0; i < points.Count; i++)
        {
            if (i > 0)
                text.Raw((byte)',');
            Print(points[i], ref text);
        }
    }

    public static int HashOf(IReadOnlyList<PgPoint> points)
    {
        var hash = default(HashCode);
        foreach (PgPoint point in points)
            hash.Add(point);
        return hash.ToHashCode();
    }
}
