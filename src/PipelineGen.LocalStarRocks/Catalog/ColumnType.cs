using System.Globalization;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>The kinds of type that StarRocks can store and the stand-in carries (STARROCKS.md, 4).</summary>
internal enum TypeKind
{
    Null, Boolean, TinyInt, SmallInt, Int, BigInt, LargeInt, Float, Double, Decimal,
    Date, DateTime, Char, Varchar, Varbinary, Json, Array, Map, Struct,
}

/// <summary>A column's type. <c>Length</c> is in bytes for CHAR, VARCHAR and VARBINARY.</summary>
internal sealed record ColumnType(TypeKind Kind, int Length = 0, int Precision = 0, int Scale = 0)
{
    public const int MaxVarchar = 1048576;
    public const int StringLength = 65533;

    public static readonly ColumnType Null = new(TypeKind.Null);
    public static readonly ColumnType Boolean = new(TypeKind.Boolean);
    public static readonly ColumnType TinyInt = new(TypeKind.TinyInt);
    public static readonly ColumnType SmallInt = new(TypeKind.SmallInt);
    public static readonly ColumnType Int = new(TypeKind.Int);
    public static readonly ColumnType BigInt = new(TypeKind.BigInt);
    public static readonly ColumnType LargeInt = new(TypeKind.LargeInt);
    public static readonly ColumnType Float = new(TypeKind.Float);
    public static readonly ColumnType Double = new(TypeKind.Double);
    public static readonly ColumnType Date = new(TypeKind.Date);
    public static readonly ColumnType DateTime = new(TypeKind.DateTime);
    public static readonly ColumnType Text = new(TypeKind.Varchar, MaxVarchar);
    public static readonly ColumnType Json = new(TypeKind.Json);
    public static readonly ColumnType Binary = new(TypeKind.Varbinary, MaxVarchar);

    /// <summary>The element of an ARRAY, key and value of a MAP, the fields of a STRUCT.</summary>
    public IReadOnlyList<ColumnType> Elements { get; init; } = [];

    /// <summary>Names of a STRUCT's fields.</summary>
    public IReadOnlyList<string> FieldNames { get; init; } = [];

    public bool IsInteger => Kind is >= TypeKind.Boolean and <= TypeKind.BigInt;
    public bool IsFloating => Kind is TypeKind.Float or TypeKind.Double;
    public bool IsNumeric => Kind is >= TypeKind.Boolean and <= TypeKind.Decimal;
    public bool IsText => Kind is TypeKind.Char or TypeKind.Varchar;
    public bool IsTime => Kind is TypeKind.Date or TypeKind.DateTime;
    public bool IsNested => Kind is TypeKind.Array or TypeKind.Map or TypeKind.Struct;

    /// <summary>Kept in SQLite as canonical decimal text under the collation <c>SRNUM</c>: SQLite has neither 128-bit integers nor decimals.</summary>
    public bool IsExactText => Kind is TypeKind.LargeInt or TypeKind.Decimal;

    /// <summary>As <c>information_schema.columns.DATA_TYPE</c> prints it (StarRocks' ScalarType.toMysqlDataTypeString).</summary>
    public string MySqlDataType => Kind switch
    {
        TypeKind.Boolean => "tinyint",
        TypeKind.LargeInt => "bigint unsigned",
        TypeKind.Array => "array",
        TypeKind.Map => "map",
        TypeKind.Struct => "struct",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>As <c>COLUMN_TYPE</c> prints it.</summary>
    public string MySqlColumnType => Kind switch
    {
        TypeKind.Boolean => "tinyint(1)",
        TypeKind.LargeInt => "bigint(20) unsigned",
        _ => ToSql(),
    };

    /// <summary>As <c>SHOW CREATE TABLE</c> prints it.</summary>
    public string ToSql() => Kind switch
    {
        TypeKind.TinyInt => "tinyint(4)",
        TypeKind.SmallInt => "smallint(6)",
        TypeKind.Int => "int(11)",
        TypeKind.BigInt => "bigint(20)",
        TypeKind.LargeInt => "largeint(40)",
        TypeKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({Precision}, {Scale})"),
        TypeKind.Char => $"char({Length})",
        TypeKind.Varchar => $"varchar({Length})",
        TypeKind.Varbinary => Length == MaxVarchar ? "varbinary" : $"varbinary({Length})",
        TypeKind.Array => $"array<{Elements[0].ToSql()}>",
        TypeKind.Map => $"map<{Elements[0].ToSql()},{Elements[1].ToSql()}>",
        TypeKind.Struct => "struct<" + string.Join(", ", Elements.Select((e, i) => $"{Identifiers.Plain(FieldNames[i])} {e.ToSql()}")) + ">",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>As <c>DESC</c> prints it: no display widths on integers.</summary>
    public string ToDescription() => Kind switch
    {
        TypeKind.Decimal => $"decimal({Precision},{Scale})",
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt or TypeKind.LargeInt => Kind.ToString().ToLowerInvariant(),
        _ => ToSql(),
    };

    /// <summary>As error texts print it.</summary>
    public override string ToString() => ToDescription().ToUpperInvariant();

    /// <summary>The type's declaration in SQLite.</summary>
    public string StorageType => Kind switch
    {
        TypeKind.Boolean or TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt => "INTEGER",
        TypeKind.Float or TypeKind.Double => "REAL",
        TypeKind.LargeInt or TypeKind.Decimal => "TEXT COLLATE SRNUM",
        TypeKind.Varbinary => "BLOB",
        _ => "TEXT",
    };
}
