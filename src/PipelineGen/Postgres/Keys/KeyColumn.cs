using PipelineGen.Rows;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Postgres;

/// <summary>By what a key column is ordered. All but the last two are the order of the type's default btree operator class.</summary>
internal enum KeyOrder
{
    Bool,
    Char,
    Int2,
    Int4,
    Int8,
    Oid,
    Xid8,
    Float4,
    Float8,
    Numeric,
    Money,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Bytea,
    PgLsn,
    MacAddr,
    MacAddr8,

    /// <summary>text, varchar, name: the bytes of the text in UTF-8, which is its order in COLLATE "C".</summary>
    Text,

    /// <summary>Any other type: the bytes of the text that its output function prints.</summary>
    Printed,
}

/// <summary>One column of a key, from the compiled layout alone.</summary>
/// <param name="Index">Its place in <see cref="TableLayout.Columns"/>.</param>
/// <param name="TypeName">The type under domains, which is pg_catalog's; empty for <see cref="KeyOrder.Printed"/>.</param>
internal readonly record struct KeyColumn(int Index, ColumnInfo Info, KeyOrder Order, string TypeName)
{
    /// <exception cref="ArgumentException">The table has no key.</exception>
    public static KeyColumn[] Of(TableLayout table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Key.Count == 0)
            throw new ArgumentException($"{table.FullName} has no key", nameof(table));
        return [.. table.Key.Select(index => Of(index, table.Columns[index]))];
    }

    private static KeyColumn Of(int index, ColumnInfo column)
    {
        string type = BuiltInType(column);
        KeyOrder order = type switch
        {
            "bool" => KeyOrder.Bool,
            "char" => KeyOrder.Char,
            "int2" => KeyOrder.Int2,
            "int4" => KeyOrder.Int4,
            "int8" => KeyOrder.Int8,
            "oid" => KeyOrder.Oid,
            "xid8" => KeyOrder.Xid8,
            "float4" => KeyOrder.Float4,
            "float8" => KeyOrder.Float8,
            "numeric" => KeyOrder.Numeric,
            "money" => KeyOrder.Money,
            "date" => KeyOrder.Date,
            "time" => KeyOrder.Time,
            "timestamp" => KeyOrder.Timestamp,
            "timestamptz" => KeyOrder.TimestampTz,
            "interval" => KeyOrder.Interval,
            "uuid" => KeyOrder.Uuid,
            "bytea" => KeyOrder.Bytea,
            "pg_lsn" => KeyOrder.PgLsn,
            "macaddr" => KeyOrder.MacAddr,
            "macaddr8" => KeyOrder.MacAddr8,
            "text" or "varchar" or "name" => KeyOrder.Text,
            _ => KeyOrder.Printed,
        };
        return new KeyColumn(index, column, order, order == KeyOrder.Printed ? "" : type);
    }

    /// <summary>
    /// The name of the column's type in pg_catalog, or of its domain's; empty where it is, or could be, somebody's own type of
    /// such a name.
    /// </summary>
    private static string BuiltInType(ColumnInfo column)
    {
        if (!CatalogFormat.TryReadType(column.PostgresType, out TypeReference type) || type.IsArray)
            return "";
        if (type.IsBuiltIn)
            return type.Name.Name;
        // Of a user's own type the base type's name is its own; of a domain it is another, but for odd domains, which go without.
        return column.BaseType == type.Name.Name ? "" : column.BaseType;
    }
}
