using System.Buffers;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>
/// The key of a row as bytes whose order (memcmp, <c>SequenceCompareTo</c>) is that of the server's expression, which
/// <see cref="SourceKey"/> writes: equal bytes are equal keys there, and no key's bytes begin another's. So a change of the
/// stream finds the range of keys that the server has chosen and copied (POSTGRES.md, 2 and F9).
/// </summary>
/// <remarks>
/// Both formats of a value, and its text in a <see cref="KeyRange"/>, give the same bytes. The bytes are for memory and temporary
/// files only: what is kept is the text, so that a later version may encode otherwise.
/// </remarks>
internal sealed class KeyEncoding
{
    private readonly KeyColumn[] _columns;

    private KeyEncoding(KeyColumn[] columns) => _columns = columns;

    /// <summary>Of the compiled layout alone: whatever format the wire has, and whatever server.</summary>
    /// <exception cref="ArgumentException">The table has no key.</exception>
    public static KeyEncoding Of(TableLayout table) => new(KeyColumn.Of(table));

    /// <summary>Appends the key of a row of the stream or of a COPY.</summary>
    /// <exception cref="ColumnValueException">
    /// A key column is NULL, or left out, or no value of its type; the beginning of the key may have been written then.
    /// </exception>
    public void Append(TupleReader tuple, ArrayBufferWriter<byte> into)
    {
        foreach (ref readonly KeyColumn column in _columns.AsSpan())
            Append(in column, tuple[column.Index], into);
    }

    /// <summary>A range's bound: the key's values as Postgres prints them in <see cref="SourceSession"/>'s sessions.</summary>
    /// <exception cref="ArgumentException">It is not a value for each key column.</exception>
    /// <exception cref="ColumnValueException">A text is no value of its column's type.</exception>
    public byte[] Encode(IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != _columns.Length)
            throw new ArgumentException($"the key of {_columns[0].Info.Table} has {_columns.Length} columns, and the bound {values.Count} values", nameof(values));
        var into = new ArrayBufferWriter<byte>(64);
        for (int i = 0; i < values.Count; i++)
            Append(in _columns[i], new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(values[i])), into);
        return into.WrittenSpan.ToArray();
    }

    private static void Append(in KeyColumn key, ColumnValue value, ArrayBufferWriter<byte> into)
    {
        ColumnInfo column = key.Info;
        Wire.Present(column, value);
        switch (key.Order)
        {
            case KeyOrder.Bool:
                KeyBytes.Append(BoolCodec.Decode(column, value) ? (byte)1 : (byte)0, into);
                break;
            case KeyOrder.Char:
                KeyBytes.AppendChar(column, value, into);
                break;
            case KeyOrder.Int2:
                KeyBytes.Append(Int2Codec.Decode(column, value), into);
                break;
            case KeyOrder.Int4:
                KeyBytes.Append(Int4Codec.Decode(column, value), into);
                break;
            case KeyOrder.Int8:
                KeyBytes.Append(Int8Codec.Decode(column, value), into);
                break;
            case KeyOrder.Oid:
                KeyBytes.Append(OidCodec.Decode(column, value), into);
                break;
            case KeyOrder.Xid8:
                KeyBytes.Append(Xid8Codec.Decode(column, value), into);
                break;
            case KeyOrder.Float4:
                KeyBytes.Append(Float4Codec.Read(column, value), into);
                break;
            case KeyOrder.Float8:
                KeyBytes.Append(Float8Codec.Read(column, value), into);
                break;
            case KeyOrder.Numeric:
                KeyNumeric.Append(column, value, into);
                break;
            case KeyOrder.Money:
                KeyBytes.Append(MoneyCodec.Read(column, value), into);
                break;
            case KeyOrder.Date:
                // The infinities are the ends of int32 and int64.
                KeyBytes.Append(DateCodec.Read(column, value), into);
                break;
            case KeyOrder.Time:
                KeyBytes.Append(TimeCodec.Read(column, value), into);
                break;
            case KeyOrder.Timestamp:
                KeyBytes.Append(TimestampWire.Read(column, value, withOffset: false), into);
                break;
            case KeyOrder.TimestampTz:
                KeyBytes.Append(TimestampWire.Read(column, value, withOffset: true), into);
                break;
            case KeyOrder.Interval:
                KeyBytes.Append(IntervalCodec.Read(column, value).Duration, into);
                break;
            case KeyOrder.Uuid:
                KeyBytes.Append(UuidCodec.Decode(column, value), into);
                break;
            case KeyOrder.Bytea:
                KeyBytes.AppendBytea(column, value, into);
                break;
            case KeyOrder.PgLsn:
                KeyBytes.AppendLsn(column, value, into);
                break;
            case KeyOrder.MacAddr:
                KeyBytes.AppendHardwareAddress(column, value, 6, into);
                break;
            case KeyOrder.MacAddr8:
                KeyBytes.AppendHardwareAddress(column, value, 8, into);
                break;
            case KeyOrder.Text:
                KeyBytes.AppendText(column, value, value.Bytes, into);
                break;
            default:
                KeyBytes.AppendPrinted(column, value, into);
                break;
        }
    }
}
