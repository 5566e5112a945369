using System.Text;
using PipelineGen.Postgres;
using PipelineGen.Tests.Rows;

namespace PipelineGen.Tests;

/// <summary>pgoutput messages, written by hand from the documentation ("Logical Replication Message Formats").</summary>
internal static class Wal
{
    /// <summary>In a tuple: a TOASTed value that did not change.</summary>
    public static readonly object Unchanged = new();

    public static byte[] Begin(long commitLsn, uint xid) => [(byte)'B', .. PgBinary.Int64(commitLsn), .. PgBinary.Int64(0), .. PgBinary.Int32(xid)];

    public static byte[] Commit(long commitLsn, long endLsn) => [(byte)'C', 0, .. PgBinary.Int64(commitLsn), .. PgBinary.Int64(endLsn), .. PgBinary.Int64(0)];

    public static byte[] Relation(uint oid, string schema, string name, char identity, params (string Name, uint Type, bool Key)[] columns) =>
    [
        (byte)'R', .. PgBinary.Int32(oid), .. Zero(schema), .. Zero(name), (byte)identity, .. PgBinary.Int16(columns.Length),
        .. columns.SelectMany(static c => (byte[])[(byte)(c.Key ? 1 : 0), .. Zero(c.Name), .. PgBinary.Int32(c.Type), .. PgBinary.Int32(-1)]),
    ];

    public static byte[] Insert(uint oid, params object?[] row) => [(byte)'I', .. PgBinary.Int32(oid), (byte)'N', .. Tuple(row)];

    public static byte[] Update(uint oid, params object?[] row) => [(byte)'U', .. PgBinary.Int32(oid), (byte)'N', .. Tuple(row)];

    /// <param name="kind">'K': the replica identity's columns; 'O': the whole old row.</param>
    public static byte[] Update(uint oid, char kind, object?[] old, object?[] row) =>
        [(byte)'U', .. PgBinary.Int32(oid), (byte)kind, .. Tuple(old), (byte)'N', .. Tuple(row)];

    public static byte[] Delete(uint oid, char kind, params object?[] old) => [(byte)'D', .. PgBinary.Int32(oid), (byte)kind, .. Tuple(old)];

    public static byte[] Truncate(params uint[] oids) => [(byte)'T', .. PgBinary.Int32(oids.Length), 0, .. oids.SelectMany(static o => PgBinary.Int32(o))];

    public static WalBatch Batch(params byte[][] messages)
    {
        var batch = new WalBatch();
        Add(batch, messages);
        return batch;
    }

    public static void Add(WalBatch batch, params byte[][] messages)
    {
        foreach (byte[] message in messages)
        {
            message.CopyTo(batch.Reserve(message.Length));
            batch.Add(message.Length);
        }
    }

    /// <summary>A string goes as text, a long as int8 and an int as int4 in binary format, bytes as they are, binary.</summary>
    private static byte[] Tuple(object?[] values) => [.. PgBinary.Int16(values.Length), .. values.SelectMany(Column)];

    private static byte[] Column(object? value) => value switch
    {
        null => [(byte)'n'],
        string text => [(byte)'t', .. Sized(Encoding.UTF8.GetBytes(text))],
        long number => [(byte)'b', .. Sized(PgBinary.Int64(number))],
        int number => [(byte)'b', .. Sized(PgBinary.Int32(number))],
        byte[] bytes => [(byte)'b', .. Sized(bytes)],
        _ when value == Unchanged => [(byte)'u'],
        _ => throw new ArgumentException($"no column of {value.GetType()}", nameof(value)),
    };

    private static byte[] Sized(byte[] bytes) => [.. PgBinary.Int32(bytes.Length), .. bytes];

    private static byte[] Zero(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
