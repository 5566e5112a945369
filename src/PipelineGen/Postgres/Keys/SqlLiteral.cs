using System.Globalization;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>Constants in SQL text: COPY takes no parameters.</summary>
internal static class SqlLiteral
{
    /// <summary>A text, the same whatever standard_conforming_strings is: a backslash is only ever written as an escape.</summary>
    public static string OfText(string text)
    {
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal) ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{quoted}'";
    }

    /// <summary>A text's bytes in UTF-8, as bytea.</summary>
    public static string OfUtf8(string text) => $"E'\\\\x{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))}'::pg_catalog.bytea";

    /// <summary>A "char", by its number: its text has no one form in all versions (charin, charout).</summary>
    /// <exception cref="ColumnValueException">It is no "char".</exception>
    public static string OfChar(ColumnInfo column, string text)
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>(1);
        KeyBytes.AppendChar(column, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text)), into);
        return $"({((sbyte)into.WrittenSpan[0]).ToString(CultureInfo.InvariantCulture)})::pg_catalog.int4::pg_catalog.\"char\"";
    }
}
