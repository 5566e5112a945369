using System.Globalization;
using System.Numerics;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The types that expressions in <c>columns</c> and <c>where</c> are worked out in.</summary>
internal enum MapType { Null, Boolean, Integer, Decimal, Double, Text, Binary, Json, Date, DateTime }

/// <summary>One value within such an expression. Exact numbers are <c>Number</c> * 10^-<c>Scale</c>, doubles <c>Real</c>, all else <c>Bytes</c>.</summary>
internal readonly record struct MapValue(MapType Type, BigInteger Number, int Scale, double Real, byte[] Bytes)
{
    public static readonly MapValue Null = new(MapType.Null, default, 0, 0, []);

    public bool IsNull => Type == MapType.Null;
    public bool IsTrue => Type == MapType.Double ? Real != 0 : !Number.IsZero;

    public static MapValue Of(bool value) => new(MapType.Boolean, value ? 1 : 0, 0, 0, []);

    public static MapValue Of(BigInteger value) => new(MapType.Integer, value, 0, 0, []);

    public static MapValue Of(BigInteger mantissa, int scale) => new(MapType.Decimal, mantissa, scale, 0, []);

    // A double that isn't one comes out of the server's arithmetic as NULL.
    public static MapValue Of(double value) => double.IsFinite(value) ? new(MapType.Double, default, 0, value, []) : Null;

    public static MapValue Of(MapType type, byte[] bytes) => new(type, default, 0, 0, bytes);

    public static MapValue OfText(string text) => Of(MapType.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>As conversion to a column takes it.</summary>
    public SourceKind Source => Type switch
    {
        MapType.Null => SourceKind.Null,
        MapType.Boolean => IsTrue ? SourceKind.True : SourceKind.False,
        MapType.Integer or MapType.Decimal or MapType.Double => SourceKind.Number,
        MapType.Json => SourceKind.Nested,
        _ => SourceKind.String,
    };

    /// <summary>As a cast to VARCHAR prints it.</summary>
    public byte[] Text() => Type switch
    {
        MapType.Boolean => [(byte)(IsTrue ? '1' : '0')],
        MapType.Integer or MapType.Decimal => Encoding.ASCII.GetBytes(ExactNumbers.Print(Number, Scale)),
        MapType.Double => Encoding.ASCII.GetBytes(NumberText.Print(ColumnType.Double, Real)),
        _ => Bytes,
    };

    public double ToDouble() => Type == MapType.Double ? Real : double.Parse(Text(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A stored cell as a value.</summary>
    public static MapValue Read(RowCells row, int column, ColumnType type)
    {
        ref readonly Cell cell = ref row.Cells[column];
        switch (cell.Kind)
        {
            case CellKind.Null:
                return Null;
            case CellKind.Integer:
                return type.Kind == TypeKind.Boolean ? Of(cell.Integer != 0) : Of((BigInteger)cell.Integer);
            case CellKind.Real:
                return new(MapType.Double, default, 0, cell.Real, []);
            default:
                ReadOnlySpan<byte> bytes = row.Bytes(column);
                if (type.IsExactText && ExactNumbers.TryRead(bytes, out BigInteger mantissa, out int scale))
                {
                    return type.Kind == TypeKind.LargeInt ? Of(mantissa) : Of(mantissa, scale);
                }

                return type.IsFloating ? new(MapType.Double, default, 0, double.NaN, []) : Of(TypeOf(type), bytes.ToArray());
        }
    }

    public static MapType TypeOf(ColumnType type) => type.Kind switch
    {
        TypeKind.Null => MapType.Null,
        TypeKind.Boolean => MapType.Boolean,
        TypeKind.Float or TypeKind.Double => MapType.Double,
        TypeKind.Decimal => MapType.Decimal,
        TypeKind.Date => MapType.Date,
        TypeKind.DateTime => MapType.DateTime,
        TypeKind.Varbinary => MapType.Binary,
        TypeKind.Json => MapType.Json,
        TypeKind.Char or TypeKind.Varchar => MapType.Text,
        TypeKind.Array or TypeKind.Map or TypeKind.Struct => throw LoadFailure.NotInStandIn($"a value of {type} within an expression"),
        _ => MapType.Integer,
    };

    /// <summary>As the server's texts name it.</summary>
    public static string Name(MapType type) => type switch
    {
        MapType.Null => "null_type",
        MapType.Integer => "bigint",
        MapType.Text => "varchar",
        MapType.Binary => "varbinary",
        _ => type.ToString().ToLowerInvariant(),
    };
}

/// <summary>An expression, bound: its type is known before the first row.</summary>
internal sealed record Mapping(MapType Type, Func<MappedRow, MapValue> Value)
{
    /// <summary>The value of an expression that no row changes; null for the others.</summary>
    public MapValue? Constant { get; init; }
}
