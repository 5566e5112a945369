using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>What CSV takes differently from JSON (STARROCKS.md, 1.6); the rest is <see cref="ValueConversion"/>.</summary>
internal static class CsvValue
{
    private static readonly BigInteger TwoTo64 = BigInteger.One << 64;

    /// <exception cref="LoadFailure">CSV has no converter for the type.</exception>
    public static void CheckType(ColumnType type)
    {
        if (type.Kind == TypeKind.Struct || type is { Kind: TypeKind.Decimal, Precision: > 38 })
        {
            throw new LoadFailure("Unsupported CSV type " + (type.Kind == TypeKind.Decimal ? $"DECIMAL256({type.Precision}, {type.Scale})" : type.ToString()));
        }

        foreach (ColumnType element in type.Elements)
        {
            CheckType(element);
        }
    }

    /// <param name="strict">A bad element fails its whole array or map; otherwise it becomes null.</param>
    public static Conversion Convert(ColumnType type, ReadOnlySpan<byte> field, bool strict, RowCells row, int column)
    {
        switch (type.Kind)
        {
            case TypeKind.LargeInt when field.Contains((byte)'.'):
                return FractionalLargeInt(field, row, column);
            case TypeKind.Varbinary:
                return Binary(type, field, row, column);
            case TypeKind.Json:
                return ValueConversion.Convert(type, SourceKind.Nested, field, row, column);
            case TypeKind.Array or TypeKind.Map:
                ByteText printed = ByteText.Scratch();
                if (!CsvNested.TryPrint(type, field, strict, printed))
                {
                    return Conversion.BadValue;
                }

                row.SetText(column, printed.Written);
                return Conversion.Done;
            default:
                return ValueConversion.Convert(type, SourceKind.String, field, row, column);
        }
    }

    // Through a decimal whose whole part is cut to 64 bits: wrong for big ones, and so on the server.
    private static Conversion FractionalLargeInt(ReadOnlySpan<byte> field, RowCells row, int column)
    {
        if (!ExactNumbers.TryRead(field, out BigInteger mantissa, out int scale))
        {
            return Conversion.BadValue;
        }

        BigInteger low = BigInteger.Remainder(ExactNumbers.Truncate(mantissa, scale), TwoTo64);
        long value = unchecked((long)(ulong)(low.Sign < 0 ? low + TwoTo64 : low));
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int written);
        row.SetText(column, digits[..written]);
        return Conversion.Done;
    }

    // Text that happens to be base64 is decoded; other text is kept as it is.
    private static Conversion Binary(ColumnType type, ReadOnlySpan<byte> field, RowCells row, int column)
    {
        byte[] decoded = ArrayPool<byte>.Shared.Rent(field.Length);
        try
        {
            bool isBase64 = Base64.DecodeFromUtf8(field, decoded, out int consumed, out int written) == OperationStatus.Done && consumed == field.Length;
            ReadOnlySpan<byte> bytes = isBase64 ? decoded.AsSpan(0, written) : field;
            if (bytes.Length > type.Length)
            {
                return Conversion.TooLong;
            }

            row.SetBlob(column, bytes);
            return Conversion.Done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(decoded);
        }
    }
}
