namespace PipelineGen.Rows;

/// <summary>Values that are carried whole as the text Postgres prints, into a VARCHAR column: a part of the text would be another value.</summary>
internal static class PrintedText
{
    public static void Write<TText>(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            TText.Print(column, value, ref text);
            TextWire.WriteWhole<TText>(column, value, text.Written, ref writer);
        }
        finally
        {
            text.Dispose();
        }
    }
}
