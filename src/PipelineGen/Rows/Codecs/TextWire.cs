namespace PipelineGen.Rows;

/// <summary>What is carried as text: the VARCHAR's byte limit and the policy beyond it.</summary>
internal static class TextWire
{
    /// <summary>Writes a text that may be cut (<see cref="ValuePolicy.Clamp"/>) to the bytes that the column has, at a character's boundary.</summary>
    /// <typeparam name="TText">Prints the value for the message.</typeparam>
    public static void WriteText<TText>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> text, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        if (Exceeds(column, text.Length))
        {
            if (column.Policy != ValuePolicy.Clamp)
            {
                OutsideDomain.Write<TText>(column, value, TooLong(column, text.Length), ref writer);
                return;
            }

            text = Prefix(text, column.MaxBytes);
        }

        writer.String(text);
    }

    /// <summary>Writes a text whose beginning would be another value or none: a number, a document, a geometry.</summary>
    public static void WriteWhole<TText>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> text, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        if (Exceeds(column, text.Length))
            OutsideDomain.Write<TText>(column, value, TooLong(column, text.Length), ref writer);
        else
            writer.String(text);
    }

    /// <summary>Writes what <typeparamref name="TText"/> prints.</summary>
    /// <param name="mayBeCut">Whether a beginning of the text is a shorter text, and not another value or none.</param>
    public static void WritePrinted<TText>(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer, bool mayBeCut = false)
        where TText : struct, IPgText
    {
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            TText.Print(column, value, ref text);
            if (mayBeCut)
                WriteText<TText>(column, value, text.Written, ref writer);
            else
                WriteWhole<TText>(column, value, text.Written, ref writer);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>What <typeparamref name="TText"/> prints, as a C# value.</summary>
    public static string ReadPrinted<TText>(ColumnInfo column, scoped ColumnValue value)
        where TText : struct, IPgText
    {
        Wire.Present(column, value);
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            TText.Print(column, value, ref text);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    public static bool Exceeds(ColumnInfo column, int bytes) => column.MaxBytes > 0 && bytes > column.MaxBytes;

    public static string TooLong(ColumnInfo column, int bytes) => $"has {bytes} bytes, more than the {column.MaxBytes} of the target column";

    /// <summary>As many whole UTF-8 characters as fit.</summary>
    private static ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> utf8, int length)
    {
        while (length > 0 && (utf8[length] & 0xC0) == 0x80)
            length--;
        return utf8[..length];
    }
}
