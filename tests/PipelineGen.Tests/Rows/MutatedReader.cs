using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>One reader of foreign bytes, and samples that it understands.</summary>
/// <param name="Read">Reads an input; true for a value, false for its own error; any other exception is a fault.</param>
internal sealed record MutatedReader(string Name, byte[][] Samples, Func<byte[], bool> Read)
{
    public MutatedReader(string name, byte[][] samples, Action<byte[]> read)
        : this(name, samples, input =>
        {
            read(input);
            return true;
        })
    {
    }

    /// <summary>A codec: encodes under one of the policies, decodes and prints. The first byte tells format and policy, so both are mutated as well.</summary>
    public static MutatedReader Of<TCodec, T>(ColumnInfo column, byte[] binary, params string[] texts)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    {
        ColumnInfo[] columns = [.. new[] { ValuePolicy.Error, ValuePolicy.Null, ValuePolicy.Clamp, ValuePolicy.Quarantine }.Select(policy => With(column, policy))];
        byte[][] samples =
        [
            .. Enumerable.Range(0, columns.Length).Select(policy => (byte[])[(byte)((policy << 1) | 1), .. binary]),
            .. texts.SelectMany(text => Enumerable.Range(0, columns.Length).Select(policy => (byte[])[(byte)(policy << 1), .. Encoding.UTF8.GetBytes(text)])),
        ];
        return new MutatedReader(typeof(TCodec).Name, samples, input =>
        {
            byte mode = input.Length > 0 ? input[0] : (byte)0;
            ColumnInfo chosen = columns[(mode >> 1) & 3];
            ColumnFormat format = (mode & 1) == 1 ? ColumnFormat.Binary : ColumnFormat.Text;
            byte[] bytes = input.Length > 0 ? input[1..] : input;
            // Each by itself: what one refuses the others may not trip over.
            bool encoded = Try(() =>
            {
                using var buffer = new LoadBuffer();
                var writer = new LoadWriter(buffer);
                TCodec.Encode(chosen, new ColumnValue(format, bytes), ref writer);
                if (writer.Rejection is null)
                    writer.Commit();
            });
            bool decoded = Try(() => TCodec.Decode(chosen, new ColumnValue(format, bytes)));
            bool printed = Try(() =>
            {
                var text = new PgTextWriter(stackalloc byte[64]);
                try
                {
                    TCodec.Print(chosen, new ColumnValue(format, bytes), ref text);
                }
                finally
                {
                    text.Dispose();
                }
            });
            return encoded && decoded && printed;
        });
    }

    private static bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ColumnValueException)
        {
            return false;
        }
    }

    private static ColumnInfo With(ColumnInfo column, ValuePolicy policy) => new()
    {
        Table = column.Table, Name = column.Name, TargetName = column.TargetName, LoadName = column.LoadName, PostgresType = column.PostgresType, StarRocksType = column.StarRocksType,
        TypeOid = column.TypeOid, MaxBytes = column.MaxBytes, Precision = column.Precision, Scale = column.Scale, ReadsBinary = column.ReadsBinary, Delimiter = column.Delimiter,
        Policy = policy, Element = column.Element is null ? null : With(column.Element, policy), Fields = [.. column.Fields.Select(field => With(field, policy))],
    };
}
