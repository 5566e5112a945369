using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>One row in text form. Values are decoded when asked for.</summary>
public sealed class SqlRow
{
    private readonly byte[] _payload;
    private readonly int[] _ends;   // value i ends here
    private readonly int[] _starts; // and starts here; -1 = NULL

    private SqlRow(IReadOnlyList<SqlColumn> columns, byte[] payload, int[] starts, int[] ends)
    {
        Columns = columns;
        _payload = payload;
        _starts = starts;
        _ends = ends;
    }

    /// <summary>The result set's columns.</summary>
    public IReadOnlyList<SqlColumn> Columns { get; }

    /// <summary>A value as text (UTF-8), <see langword="null"/> for NULL.</summary>
    public string? this[int ordinal] => _starts[ordinal] < 0 ? null : Encoding.UTF8.GetString(_payload, _starts[ordinal], _ends[ordinal] - _starts[ordinal]);

    /// <summary>A value by column name, in any case.</summary>
    /// <exception cref="ArgumentException">No such column.</exception>
    public string? this[string name] => this[Ordinal(name)];

    /// <summary>Whether a value is NULL.</summary>
    public bool IsNull(int ordinal) => _starts[ordinal] < 0;

    /// <summary>A value's bytes as they came, for VARBINARY; empty for NULL, which <see cref="IsNull"/> tells apart.</summary>
    public ReadOnlyMemory<byte> GetBytes(int ordinal) =>
        _starts[ordinal] < 0 ? ReadOnlyMemory<byte>.Empty : _payload.AsMemory(_starts[ordinal], _ends[ordinal] - _starts[ordinal]);

    /// <summary>All values as text.</summary>
    public string?[] ToArray()
    {
        var values = new string?[Columns.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = this[i];
        }

        return values;
    }

    /// <exception cref="InvalidDataException">The packet does not hold exactly the columns' values.</exception>
    internal static SqlRow Parse(IReadOnlyList<SqlColumn> columns, byte[] payload)
    {
        int[] starts = new int[columns.Count];
        int[] ends = new int[columns.Count];
        var reader = new PacketReader(payload);
        for (int i = 0; i < starts.Length; i++)
        {
            if (reader.Remaining > 0 && payload[reader.Position] == 0xFB)
            {
                reader.Byte();
                starts[i] = -1;
                continue;
            }

            int length = reader.LengthEncodedBytes().Length;
            ends[i] = reader.Position;
            starts[i] = reader.Position - length;
        }

        return reader.Remaining == 0
            ? new SqlRow(columns, payload, starts, ends)
            : throw new InvalidDataException($"malformed row: {reader.Remaining} bytes after the last of {columns.Count} columns");
    }

    private int Ordinal(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ArgumentException($"The result has no column '{name}'.", nameof(name));
    }
}
