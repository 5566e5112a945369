namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>The matrix of type changes that MODIFY COLUMN may make (STARROCKS.md, 6.3; the same in every version).</summary>
internal static class TypeChange
{
    private const int JsonTextMinimum = 8;

    /// <exception cref="StarRocksError">StarRocks refuses the change.</exception>
    public static void Check(ColumnType from, ColumnType to)
    {
        if (from.ToSql() == to.ToSql())
        {
            return;
        }

        if (from.IsText && to.IsText)
        {
            if (to.Length < from.Length)
            {
                throw StarRocksError.Refused("Cannot shorten string length");
            }

            if (from.Kind == TypeKind.Varchar && to.Kind == TypeKind.Char)
            {
                throw Refused(from, to);
            }

            return;
        }

        if (!IsAllowed(from, to))
        {
            throw Refused(from, to);
        }
    }

    /// <summary>Whether nothing but the definition changes: a longer VARCHAR.</summary>
    public static bool IsWidening(ColumnType from, ColumnType to) => from.Kind == TypeKind.Varchar && to.Kind == TypeKind.Varchar;

    private static StarRocksError Refused(ColumnType from, ColumnType to) => StarRocksError.Refused($"Can not change {from} to {to}");

    private static bool IsAllowed(ColumnType from, ColumnType to) => (from.Kind, to.Kind) switch
    {
        (TypeKind.TinyInt, TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt or TypeKind.LargeInt or TypeKind.Double or TypeKind.Varchar) => true,
        (TypeKind.SmallInt, TypeKind.Int or TypeKind.BigInt or TypeKind.LargeInt or TypeKind.Double or TypeKind.Varchar) => true,
        (TypeKind.Int, TypeKind.BigInt or TypeKind.LargeInt or TypeKind.Double or TypeKind.Date or TypeKind.Varchar) => true,
        (TypeKind.BigInt, TypeKind.LargeInt or TypeKind.Double or TypeKind.Varchar) => true,
        (TypeKind.LargeInt, TypeKind.Varchar) => true,
        (TypeKind.Float, TypeKind.Double or TypeKind.Varchar) => true,
        (TypeKind.Double, TypeKind.Varchar) => true,
        (TypeKind.Varchar, TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt or TypeKind.LargeInt) => true,
        (TypeKind.Varchar, TypeKind.Float or TypeKind.Double or TypeKind.Date or TypeKind.Json or TypeKind.Decimal) => true,
        (TypeKind.Json, TypeKind.Varchar) => to.Length >= JsonTextMinimum,
        (TypeKind.Decimal, TypeKind.Decimal) => to.Scale >= from.Scale && to.Precision - to.Scale >= from.Precision - from.Scale,

        // The sign, the point and, of a fraction alone, the zero before it.
        (TypeKind.Decimal, TypeKind.Varchar) => to.Length >= from.Precision + 3,
        (TypeKind.Date, TypeKind.DateTime) => true,
        (TypeKind.DateTime, TypeKind.Date) => true,
        _ => false,
    };
}
