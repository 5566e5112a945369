using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>A row's key as the server sends it, and its place among the keys in the order of <see cref="SourceKey"/>.</summary>
/// <param name="Rank">Equal for keys that the server calls equal.</param>
/// <param name="Binary">The encoded key of a binary tuple.</param>
/// <param name="Text">The encoded key of a text tuple.</param>
/// <param name="Values">The key's values as Postgres prints them.</param>
internal sealed record KeyRow(long Rank, byte[] Binary, byte[] Text, string[] Values)
{
    /// <summary>All rows of the table, in the server's order.</summary>
    public static async Task<List<KeyRow>> ReadAsync(NpgsqlConnection connection, KeyTable table, SourceKey key)
    {
        int count = table.ColumnTypes.Count;
        string texts = string.Join(", ", Enumerable.Range(0, count).Select(static i => SourceNames.TextOutput($"k{i}")));
        var bytes = new MemoryStream();
        await using (NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT dense_rank() OVER (ORDER BY {key.Order}), {table.Names}, {texts} FROM t ORDER BY {key.Order}) TO STDOUT (FORMAT BINARY)"))
            await copy.CopyToAsync(bytes);
        KeyEncoding encoding = KeyEncoding.Of(table.Layout);
        var rows = new List<KeyRow>();
        byte[] all = bytes.ToArray();
        // The signature, flags and an empty extension.
        for (int at = 19; BinaryPrimitives.ReadInt16BigEndian(all.AsSpan(at)) != -1;)
        {
            at += 2;
            (int Offset, int Length)[] fields = new (int, int)[1 + (count * 2)];
            for (int i = 0; i < fields.Length; i++)
            {
                fields[i] = (at + 4, BinaryPrimitives.ReadInt32BigEndian(all.AsSpan(at)));
                at += 4 + fields[i].Length;
            }

            rows.Add(new KeyRow(
                BinaryPrimitives.ReadInt64BigEndian(all.AsSpan(fields[0].Offset)),
                Encode(encoding, all, fields.AsSpan(1, count), ColumnFormat.Binary),
                Encode(encoding, all, fields.AsSpan(1 + count), ColumnFormat.Text),
                [.. fields.Skip(1 + count).Select(f => Encoding.UTF8.GetString(all, f.Offset, f.Length))]));
        }

        return rows;
    }

    private static byte[] Encode(KeyEncoding encoding, byte[] message, ReadOnlySpan<(int Offset, int Length)> fields, ColumnFormat format)
    {
        var slots = new ColumnSlot[fields.Length + 1];
        for (int i = 0; i < fields.Length; i++)
            slots[i + 1] = new ColumnSlot { Offset = fields[i].Offset, Length = fields[i].Length, Format = format };
        var into = new ArrayBufferWriter<byte>();
        encoding.Append(new TupleReader(message, slots), into);
        return into.WrittenSpan.ToArray();
    }
}
