using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>One row's canonical texts, in the order of the compiled columns; null is NULL.</summary>
/// <param name="IsQuarantined">Whether a policy keeps the source's row out of the table.</param>
internal sealed record CanonicalRow(string?[] Values, bool IsQuarantined = false);

/// <summary>The order of a table's rows by key, as both sides are asked for it and as it is checked here.</summary>
internal sealed class KeyOrder(TableLayout layout)
{
    private readonly bool[] _isInteger = [.. layout.Key.Select(index => IsInteger(layout.Columns[index]))];

    public int Compare(CanonicalRow left, CanonicalRow right)
    {
        for (int part = 0; part < layout.Key.Count; part++)
        {
            int column = layout.Key[part];
            int order = CompareValues(left.Values[column], right.Values[column], _isInteger[part]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    /// <summary>The key as a person reads it: <c>order_id=7, line=2</c>.</summary>
    public string Describe(CanonicalRow row) =>
        string.Join(", ", layout.Key.Select(index => $"{layout.Columns[index].Name}={row.Values[index] ?? "NULL"}"));

    private static bool IsInteger(ColumnInfo column) => column.StarRocksType is "TINYINT" or "SMALLINT" or "INT" or "BIGINT" or "LARGEINT" or "BOOLEAN";

    private static int CompareValues(string? left, string? right, bool asInteger)
    {
        if (left is null || right is null)
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        if (asInteger &&
            BigInteger.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger leftNumber) &&
            BigInteger.TryParse(right, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger rightNumber))
        {
            return leftNumber.CompareTo(rightNumber);
        }

        // Bytes of UTF-8, as "C" on the one side and StarRocks on the other; UTF-16 has another order beyond the BMP.
        return Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
    }
}

/// <summary>SHA-256 over the canonical rows in key order. Lengths stand before the values, so that no two rows read alike.</summary>
internal sealed class RowChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(CanonicalRow row)
    {
        Span<byte> length = stackalloc byte[4];
        foreach (string? value in row.Values)
        {
            byte[] bytes = value is null ? [] : Encoding.UTF8.GetBytes(value);
            BinaryPrimitives.WriteInt32BigEndian(length, value is null ? -1 : bytes.Length);
            _hash.AppendData(length);
            _hash.AppendData(bytes);
        }
    }

    /// <summary>The hash of one row alone.</summary>
    public UInt128 Of(CanonicalRow row)
    {
        Add(row);
        return BinaryPrimitives.ReadUInt128BigEndian(_hash.GetHashAndReset());
    }

    /// <summary>Sixteen hex digits of it: enough to tell two tables apart and to read.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset().AsSpan(0, 8));

    public void Dispose() => _hash.Dispose();
}
