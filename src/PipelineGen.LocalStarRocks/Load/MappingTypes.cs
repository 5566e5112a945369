using System.Numerics;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>How the types of a load's expressions meet: arithmetic, comparison, branches of IF and CASE.</summary>
internal static class MappingTypes
{
    public static Mapping Constant(MapType type, MapValue value) => new(type, _ => value) { Constant = value };

    public static bool IsExact(MapType type) => type is MapType.Boolean or MapType.Integer or MapType.Decimal;

    /// <summary>The server's text where no signature of a function takes these types.</summary>
    public static LoadFailure NoMatch(string function, params IEnumerable<MapType> types) =>
        new($"Getting analyzing error. Detail message: No matching function with signature: {function}({string.Join(", ", types.Select(MapValue.Name))}).");

    /// <summary>The type that several branches come out in.</summary>
    public static MapType Common(string function, MapType a, MapType b)
    {
        if (a == b || b == MapType.Null)
        {
            return a;
        }

        if (a == MapType.Null)
        {
            return b;
        }

        if (IsExact(a) && IsExact(b))
        {
            return a == MapType.Decimal || b == MapType.Decimal ? MapType.Decimal : MapType.Integer;
        }

        bool mixed = a is MapType.Binary or MapType.Json || b is MapType.Binary or MapType.Json;
        return mixed ? throw NoMatch(function, a, b)
            : IsTime(a) && IsTime(b) ? MapType.DateTime
            : a == MapType.Text || b == MapType.Text || IsTime(a) || IsTime(b) ? MapType.Text
            : MapType.Double;
    }

    /// <summary>The type that two values are compared in: text meets a number as text where they are tested for equality, and as DOUBLE elsewhere.</summary>
    public static MapType Comparison(MapType a, MapType b, bool equality)
    {
        if (a is MapType.Json || b is MapType.Json)
        {
            throw LoadFailure.NotInStandIn("the comparison of a JSON value");
        }

        return IsTime(a) && (IsTime(b) || b == MapType.Text) || IsTime(b) && a == MapType.Text ? MapType.DateTime
            : !equality && (a == MapType.Text && IsNumber(b) || b == MapType.Text && IsNumber(a)) ? MapType.Double
            : Common(equality ? "eq" : "compare", a, b);
    }

    public static Mapping To(Mapping mapping, MapType type)
    {
        if (mapping.Type == type || mapping.Type == MapType.Null || type == MapType.Null)
        {
            return mapping;
        }

        return new(type, row =>
        {
            MapValue value = mapping.Value(row);
            return value.IsNull ? value : To(value, type);
        });
    }

    public static int Order(in MapValue a, in MapValue b)
    {
        if (a.Type == MapType.Double)
        {
            return a.Real.CompareTo(b.Real);
        }

        if (!IsExact(a.Type))
        {
            return a.Bytes.AsSpan().SequenceCompareTo(b.Bytes);
        }

        int scale = Math.Max(a.Scale, b.Scale);
        return ExactNumbers.Rescale(a.Number, a.Scale, scale).CompareTo(ExactNumbers.Rescale(b.Number, b.Scale, scale));
    }

    public static Mapping Arithmetic(string symbol, Mapping left, Mapping right)
    {
        if (left.Type is MapType.Binary or MapType.Json or MapType.Date or MapType.DateTime || right.Type is MapType.Binary or MapType.Json or MapType.Date or MapType.DateTime)
        {
            throw LoadFailure.NotInStandIn($"{MapValue.Name(left.Type)} {symbol} {MapValue.Name(right.Type)} in a load");
        }

        bool integers = left.Type is MapType.Boolean or MapType.Integer && right.Type is MapType.Boolean or MapType.Integer;
        bool exact = IsExact(left.Type) && IsExact(right.Type) && symbol is "+" or "-" or "*";
        if (exact || (integers && symbol is "DIV" or "%"))
        {
            return new(integers ? MapType.Integer : MapType.Decimal, row => Exact(symbol, left.Value(row), right.Value(row), integers));
        }

        if (symbol is not ("+" or "-" or "*" or "/" or "%") || (IsExact(left.Type) && IsExact(right.Type) && !integers))
        {
            throw LoadFailure.NotInStandIn($"{MapValue.Name(left.Type)} {symbol} {MapValue.Name(right.Type)} in a load");
        }

        Mapping a = To(left, MapType.Double);
        Mapping b = To(right, MapType.Double);
        return new(MapType.Double, row =>
        {
            MapValue x = a.Value(row);
            MapValue y = b.Value(row);
            return x.IsNull || y.IsNull ? MapValue.Null : MapValue.Of(symbol switch
            {
                "+" => x.Real + y.Real,
                "-" => x.Real - y.Real,
                "*" => x.Real * y.Real,
                "/" => y.Real == 0 ? double.NaN : x.Real / y.Real,
                _ => y.Real == 0 ? double.NaN : x.Real % y.Real,
            });
        });
    }

    private static MapValue Exact(string symbol, in MapValue x, in MapValue y, bool integers)
    {
        if (x.IsNull || y.IsNull || (symbol is "DIV" or "%" && y.Number.IsZero))
        {
            return MapValue.Null;
        }

        int scale = Math.Max(x.Scale, y.Scale);
        BigInteger a = ExactNumbers.Rescale(x.Number, x.Scale, scale);
        BigInteger b = ExactNumbers.Rescale(y.Number, y.Scale, scale);
        BigInteger result = symbol switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => x.Number * y.Number,
            "DIV" => BigInteger.Divide(a, b),
            _ => BigInteger.Remainder(a, b),
        };
        // Beyond what the type holds the server's arithmetic comes out as NULL or wraps; NULL is what a column then gets either way.
        if (integers)
        {
            return ExactNumbers.FitsLargeInt(result) ? MapValue.Of(result) : MapValue.Null;
        }

        return ExactNumbers.FitsDecimal(result, 38) ? MapValue.Of(result, symbol == "*" ? x.Scale + y.Scale : scale) : MapValue.Null;
    }

    private static bool IsTime(MapType type) => type is MapType.Date or MapType.DateTime;

    private static bool IsNumber(MapType type) => IsExact(type) || type == MapType.Double;

    private static MapValue To(in MapValue value, MapType type)
    {
        if (value.Type == type)
        {
            return value;
        }

        switch (type)
        {
            case MapType.Text:
                return MapValue.Of(MapType.Text, value.Text());
            case MapType.Boolean:
                return MapValue.Of(value.IsTrue);
            case MapType.Integer or MapType.Decimal when IsExact(value.Type):
                return type == MapType.Integer ? MapValue.Of(value.Number) : MapValue.Of(value.Number, value.Scale);
            case MapType.Double:
                return Through(ColumnType.Double, value);
            case MapType.Date:
                return Through(ColumnType.Date, value);
            case MapType.DateTime:
                MapValue time = Through(ColumnType.DateTime, value);
                return time.IsNull ? time : MapValue.Of(MapType.DateTime, time.Bytes);
            default:
                return Through(ColumnType.BigInt, value);
        }
    }

    private static MapValue Through(ColumnType type, in MapValue value)
    {
        var cell = new RowCells(1);
        return ValueConversion.Convert(type, value.Source, value.Text(), cell, 0) == Conversion.Done ? MapValue.Read(cell, 0, type) : MapValue.Null;
    }
}
