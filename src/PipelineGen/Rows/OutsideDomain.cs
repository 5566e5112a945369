using System.Runtime.CompilerServices;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// Where a codec turns when its target can't hold a value: does what the column's policy says. Codecs that can clamp do that
/// before they come here; so <see cref="ValuePolicy.Clamp"/> here means that no nearest value exists.
/// </summary>
public static class OutsideDomain
{
    /// <summary>Bytes; a VARCHAR of StarRocks holds an eighth of it at most (STARROCKS.md, section 4).</summary>
    private const int LongestDescribed = 8 * 1024 * 1024;

    /// <summary>Writes what stands in for the value, or marks the row as rejected, or throws.</summary>
    /// <typeparam name="TText">Prints the value for the message.</typeparam>
    /// <param name="reason">Continues a sentence that begins with the value: <c>is not a number that a DECIMAL can hold</c>.</param>
    /// <exception cref="ColumnValueException">The policy is <see cref="ValuePolicy.Error"/>, or <see cref="ValuePolicy.Clamp"/> and there is nothing to clamp to.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Write<TText>(ColumnInfo column, scoped ColumnValue value, string reason, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        switch (column.Policy)
        {
            case ValuePolicy.Null:
                writer.Raw("null"u8);
                break;
            case ValuePolicy.Quarantine:
                string text = Describe<TText>(column, value);
                // The row's bytes stay well formed until the end, where the rejection drops them.
                if (writer.PrintsRejected)
                    writer.String(Encoding.UTF8.GetBytes(text));
                else
                    writer.Raw("null"u8);
                writer.Reject(column, text, reason);
                break;
            default:
                throw Error<TText>(column, value, reason);
        }
    }

    /// <summary>The error of a decoder whose C# type can't hold the value.</summary>
    /// <inheritdoc cref="Write"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ColumnValueException Error<TText>(ColumnInfo column, scoped ColumnValue value, string reason)
        where TText : struct, IPgText => ColumnValueException.OutOfDomain(column, Describe<TText>(column, value), reason);

    /// <summary>The value as Postgres prints it; of one whose text no table could hold, its size and first bytes.</summary>
    public static string Describe<TText>(ColumnInfo column, scoped ColumnValue value)
        where TText : struct, IPgText
    {
        if (value.Bytes.Length > LongestDescribed)
            return $"of {value.Bytes.Length} bytes, {value.Format} format, that begins {Convert.ToHexString(value.Bytes[..64])}";
        using var text = new PgTextWriter(stackalloc byte[256]);
        ref PgTextWriter writer = ref Unsafe.AsRef(in text);
        TText.Print(column, value, ref writer);
        return writer.ToString();
    }
}
