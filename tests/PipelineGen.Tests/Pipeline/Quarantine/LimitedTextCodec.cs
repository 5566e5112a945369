using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>text under a policy for what is longer than the column.</summary>
internal readonly struct LimitedTextCodec : IColumnEncoder, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (value.Bytes.Length > column.MaxBytes)
            OutsideDomain.Write<LimitedTextCodec>(column, value, $"is longer than {column.MaxBytes} bytes", ref writer);
        else
            writer.String(value.Bytes);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(value.Bytes);
}
