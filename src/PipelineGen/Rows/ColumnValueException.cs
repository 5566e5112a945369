using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// A value that can't be carried faithfully, or bytes that are not what their type promises. It is never retried: a
/// person decides, by the attribute that the message names.
/// </summary>
public sealed class ColumnValueException : Exception
{
    private ColumnValueException(ColumnInfo column, string message, Exception? inner = null)
        : base(message, inner) => Column = column;

    public ColumnInfo Column { get; }

    /// <summary>
    /// Whether the value is valid in Postgres and outside the domain of its target or its C# type, so that a policy could
    /// decide it; otherwise bytes or value are not what the compiled layout expects.
    /// </summary>
    public bool IsOutOfDomain { get; private init; }

    /// <summary>The value is valid in Postgres and outside the target's domain; the message names the attributes to choose from.</summary>
    /// <param name="value">The value as Postgres prints it.</param>
    /// <param name="reason">Continues a sentence that begins with the value.</param>
    public static ColumnValueException OutOfDomain(ColumnInfo column, string value, string reason)
    {
        // A key can't become NULL (PGEN checks it at build time).
        string policies = column.IsKey ? "Text | Quarantine" : "Null | Clamp | Text | Quarantine";
        return new ColumnValueException(column, $"{column.Table}, column {column.Name} ({column.PostgresType} -> {column.StarRocksType}): value {Shorten(value)} {reason}. " +
            $"Decide it with a policy, [Column(\"{column.DecidedBy}\", Policy = ValuePolicy.{policies})], with another target type, such as " +
            $"[Column(\"{column.DecidedBy}\", StarRocksType = \"VARCHAR(1048576)\")], or leave the column out, [Column(\"{column.DecidedBy}\", Ignore = true)]")
        {
            IsOutOfDomain = true,
        };
    }

    /// <summary>The bytes are not a value of the type that the compiled layout expects.</summary>
    public static ColumnValueException Malformed(ColumnInfo column, ColumnValue value, string reason) =>
        new(column, $"{column.Table}, column {column.Name} ({column.PostgresType}, type OID {column.TypeOid}): {reason}; " +
            $"{value.Format} format, {value.Bytes.Length} bytes: {Convert.ToHexString(value.Bytes[..Math.Min(value.Bytes.Length, 64)])}{(value.Bytes.Length > 64 ? "..." : "")}");

    /// <summary>The value is absent where it is needed.</summary>
    public static ColumnValueException Missing(ColumnInfo column, string reason) =>
        new(column, $"{column.Table}, column {column.Name} ({column.PostgresType}): {reason}");

    /// <summary>The same error with the row and transaction that it was met in.</summary>
    public ColumnValueException At(string place) => new(Column, $"{Message} [{place}]", this) { IsOutOfDomain = IsOutOfDomain };

    internal static string TextOf(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 256)]);

    private static string Shorten(string text) => text.Length <= 128 ? text : string.Concat(text.AsSpan(0, 128), "...");
}
