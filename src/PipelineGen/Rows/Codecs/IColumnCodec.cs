namespace PipelineGen.Rows;

/// <summary>
/// Writes a column's bytes, text or binary, as the JSON value that StarRocks reads (STARROCKS.md 1.7).
/// Implemented by empty structs, so that the compiler makes straight code of <c>writer.Column&lt;Int8Codec&gt;(...)</c>.
/// Both formats give the same value (TYPES.md, rule 4).
/// </summary>
public interface IColumnEncoder
{
    /// <summary>Writes the value, or what the column's policy puts in its place (<see cref="OutsideDomain"/>).</summary>
    /// <exception cref="ColumnValueException">The value is torn, or outside the target's domain and the policy names nothing to write.</exception>
    static abstract void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer);
}

/// <summary>Reads a column's bytes, text or binary, as a C# value; for rows that user code asked for.</summary>
public interface IColumnDecoder<T>
{
    /// <exception cref="ColumnValueException">The value is torn, absent, or outside the C# type's domain.</exception>
    static abstract T Decode(ColumnInfo column, ColumnValue value);
}

/// <summary>Decodes nullable columns by the codec of the plain ones.</summary>
/// <remarks>Under <see cref="ValuePolicy.Null"/> a value that the C# type can't hold is null, as it is in the target.</remarks>
public static class NullableColumn
{
    /// <exception cref="ColumnValueException">As the codec's.</exception>
    public static T? Value<TCodec, T>(ColumnInfo column, ColumnValue value)
        where TCodec : struct, IColumnDecoder<T>
        where T : struct
    {
        if (value.IsNull)
            return null;
        try
        {
            return TCodec.Decode(column, value);
        }
        catch (ColumnValueException error) when (error.IsOutOfDomain && column.Policy == ValuePolicy.Null)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Value"/>
    public static T? Reference<TCodec, T>(ColumnInfo column, ColumnValue value)
        where TCodec : struct, IColumnDecoder<T>
        where T : class
    {
        if (value.IsNull)
            return null;
        try
        {
            return TCodec.Decode(column, value);
        }
        catch (ColumnValueException error) when (error.IsOutOfDomain && column.Policy == ValuePolicy.Null)
        {
            return null;
        }
    }
}

/// <summary>Checks that several codecs share.</summary>
internal static class Wire
{
    /// <summary>Decoders need a value: not NULL, not unchanged TOAST.</summary>
    public static ReadOnlySpan<byte> Present(ColumnInfo column, ColumnValue value)
    {
        if (value.IsNull)
            throw ColumnValueException.Missing(column, "NULL in a column that the committed catalog calls NOT NULL; run 'pipelinegen catalog pull'");
        if (value.IsUnchanged)
            throw ColumnValueException.Missing(column, "the value is TOASTed and unchanged, so the change does not carry it; REPLICA IDENTITY FULL makes Postgres send it");
        return value.Bytes;
    }

    /// <summary>The bytes of a value whose binary format has a fixed size.</summary>
    public static ReadOnlySpan<byte> Fixed(ColumnInfo column, ColumnValue value, int size)
    {
        if (value.Bytes.Length != size)
            throw ColumnValueException.Malformed(column, value, $"expected {size} bytes");
        return value.Bytes;
    }
}
