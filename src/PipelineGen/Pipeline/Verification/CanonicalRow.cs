using System.Globalization;
using System.Numerics;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>One row's canonical texts, in the order of the compiled columns; null is NULL.</summary>
/// <param name="IsQuarantined">Whether a policy keeps the source's row out of the table.</param>
internal sealed record CanonicalRow(string?[] Values, bool IsQuarantined = false)
{
    /// <summary>The key's values in key order as the side itself prints them, to be given back to it; empty without a key.</summary>
    public string[] KeyTexts { get; init; } = [];

    /// <summary>Which version of the row this is, where the source was asked for it.</summary>
    public string? Version { get; init; }
}

/// <summary>A row's key: what tells the rows of both sides apart and finds them again.</summary>
/// <param name="Values">Canonical texts in key order.</param>
/// <param name="Hash">128 bits of their hash: no two keys share it.</param>
internal sealed record CanonicalKey(string[] Values, UInt128 Hash)
{
    /// <summary>The texts as StarRocks has them, where the key was read there: the same as the canonical ones, unless somebody else wrote the row.</summary>
    public string[]? Stored { get; init; }

    /// <exception cref="InvalidDataException">A part of the key is NULL, which neither side allows.</exception>
    public static CanonicalKey Of(TableLayout layout, CanonicalRow row, RowChecksum hash)
    {
        var values = new string[layout.Key.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = row.Values[layout.Key[i]] ?? throw new InvalidDataException($"{layout}: the key column {layout.Columns[layout.Key[i]].Name} is NULL");
        return new CanonicalKey(values, hash.Of(values));
    }

    public bool Equals(CanonicalKey? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}

/// <summary>The order of a table's rows by key, as both sides are asked for it and as it is checked here.</summary>
internal sealed class KeyOrder(TableLayout layout) : IComparer<CanonicalKey>
{
    private readonly bool[] _isInteger = [.. layout.Key.Select(index => layout.Columns[index].StarRocksType is "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "BOOLEAN")];

    public int Compare(CanonicalKey? x, CanonicalKey? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        for (int part = 0; part < _isInteger.Length; part++)
        {
            int order = CompareValues(x.Values[part], y.Values[part], _isInteger[part]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    /// <summary>The key as a person reads it: <c>order_id=7, line=2</c>.</summary>
    public string Describe(CanonicalKey key) => string.Join(", ", layout.Key.Select((index, part) => $"{layout.Columns[index].Name}={key.Values[part]}"));

    private static int CompareValues(string left, string right, bool asInteger)
    {
        if (!asInteger)
            return CompareBytes(left, right);
        if (long.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long small) && long.TryParse(right, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long other))
            return small.CompareTo(other);
        return BigInteger.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger leftNumber) &&
            BigInteger.TryParse(right, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger rightNumber)
            ? leftNumber.CompareTo(rightNumber)
            : CompareBytes(left, right);
    }

    /// <summary>Bytes of UTF-8, as "C" on the one side and StarRocks on the other; UTF-16 has another order beyond the BMP.</summary>
    private static int CompareBytes(string left, string right)
    {
        int at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length)
            return left.Length.CompareTo(right.Length);
        if (!char.IsSurrogate(left[at]) && !char.IsSurrogate(right[at]))
            return left[at].CompareTo(right[at]);
        return Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
    }
}
