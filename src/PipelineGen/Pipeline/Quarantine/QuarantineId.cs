using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>
/// The key of a row in <see cref="QuarantineTable"/>: 128 bits of a SHA-256, so that a hundred thousand of them are a few
/// megabytes, and no two rows share one. A function of what the row is, so that writing it again writes the same row.
/// </summary>
internal readonly record struct QuarantineId(UInt128 Bits)
{
    private const int MostOnStack = 1024;

    /// <summary>Of a row with a key.</summary>
    /// <param name="key">Its canonical text: <see cref="RowKey.Read"/>. Only the values count: a key column that gets another name keeps its rows' ids.</param>
    public static QuarantineId OfKey(string pipeline, string table, ReadOnlySpan<byte> key)
    {
        // A value's length takes four bytes, and its member's quotes, colon and comma or brace take as many at least.
        byte[]? rented = key.Length > MostOnStack ? ArrayPool<byte>.Shared.Rent(key.Length) : null;
        Span<byte> values = rented ?? stackalloc byte[MostOnStack];
        int length = 0;
        var reader = new Utf8JsonReader(key, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> value = key[start..(int)reader.BytesConsumed];
            BinaryPrimitives.WriteInt32LittleEndian(values[length..], value.Length);
            value.CopyTo(values[(length + sizeof(int))..]);
            length += sizeof(int) + value.Length;
        }

        QuarantineId id = Of(pipeline, table, "key", values[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return id;
    }

    /// <summary>Of an append table's event: the same when its transaction comes again.</summary>
    public static QuarantineId OfEvent(string pipeline, string table, AppendMark mark) => Of(pipeline, table, "event", Encoding.ASCII.GetBytes(mark.ToString()));

    /// <summary>Of an append table's row in its copy.</summary>
    /// <param name="label">The chunk's load.</param>
    /// <param name="number">Counts the rows of one reading.</param>
    public static QuarantineId OfCopy(string pipeline, string table, string label, long number) =>
        Of(pipeline, table, "copy", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{label}#{number}")));

    /// <exception cref="FormatException">Not 32 hexadecimal digits.</exception>
    public static QuarantineId Parse(string text) => new(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);

    private static QuarantineId Of(string pipeline, string table, string kind, ReadOnlySpan<byte> rest)
    {
        int length = Encoding.UTF8.GetByteCount(pipeline) + Encoding.UTF8.GetByteCount(table) + kind.Length + 3 + rest.Length;
        byte[]? rented = length > MostOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented ?? stackalloc byte[MostOnStack];
        // A zero byte is in no name of Postgres: the parts can't run into each other.
        int at = Add(bytes, 0, pipeline);
        at = Add(bytes, at, table);
        at = Add(bytes, at, kind);
        rest.CopyTo(bytes[at..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return new QuarantineId(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    private static int Add(Span<byte> bytes, int at, string part)
    {
        at += Encoding.UTF8.GetBytes(part, bytes[at..]);
        bytes[at] = 0;
        return at + 1;
    }
}
