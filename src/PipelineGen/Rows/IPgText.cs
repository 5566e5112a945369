namespace PipelineGen.Rows;

/// <summary>
/// Prints a value as Postgres' output function does under the settings of <c>SourceSession</c>: DateStyle ISO, TimeZone UTC,
/// IntervalStyle iso_8601, shortest exact floats, hex bytea, lc_monetary C. A value in text format is that text already.
/// What is carried as text is printed by it, and so is a value in a message.
/// </summary>
public interface IPgText
{
    /// <exception cref="ColumnValueException">The bytes are not a value of the type.</exception>
    static abstract void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text);
}

/// <summary><see cref="IPgText.Print"/> of a column's codec, where no type parameter can name it.</summary>
public delegate void PgTextPrinter(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text);
