using System.Globalization;

namespace PipelineGen.Postgres;

/// <summary>A position in the write-ahead log, printed as Postgres prints pg_lsn: <c>16/B374D848</c>.</summary>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    /// <summary>No position: Postgres' InvalidXLogRecPtr.</summary>
    public static Lsn Zero => default;

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    public static Lsn Max(Lsn left, Lsn right) => left > right ? left : right;

    /// <summary>Bytes of WAL from <paramref name="from"/> to here; 0 when it is not behind.</summary>
    public long BytesSince(Lsn from) => Value > from.Value ? (long)(Value - from.Value) : 0;

    /// <exception cref="FormatException">Not two hexadecimal numbers separated by a slash.</exception>
    public static Lsn Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 &&
            uint.TryParse(text.AsSpan(0, slash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint high) &&
            uint.TryParse(text.AsSpan(slash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint low)
            ? new Lsn(((ulong)high << 32) | low)
            : throw new FormatException($"'{text}' is not an LSN");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value >> 32:X}/{Value & 0xFFFFFFFF:X}");
}
