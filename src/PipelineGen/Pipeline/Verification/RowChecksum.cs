using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>128 bits of a SHA-256 over one row's texts. Lengths stand before the values, so that no two rows read alike.</summary>
internal sealed class RowChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _bytes = new byte[1024];

    public UInt128 Of(CanonicalRow row) => Of(row.Values);

    public UInt128 Of(ReadOnlySpan<string?> values)
    {
        foreach (string? value in values)
        {
            int most = sizeof(int) + (value is null ? 0 : Encoding.UTF8.GetMaxByteCount(value.Length));
            if (_bytes.Length < most)
                _bytes = new byte[Math.Max(most, _bytes.Length * 2)];
            int length = value is null ? -1 : Encoding.UTF8.GetBytes(value, _bytes.AsSpan(sizeof(int)));
            BinaryPrimitives.WriteInt32BigEndian(_bytes, length);
            _hash.AppendData(_bytes.AsSpan(0, sizeof(int) + Math.Max(length, 0)));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public void Dispose() => _hash.Dispose();
}

/// <summary>Count and checksum of a set of rows, in whatever order they come: the sum of the rows' hashes.</summary>
internal record struct RowSum(long Rows, UInt128 Hashes)
{
    public void Add(UInt128 row)
    {
        Rows++;
        Hashes = unchecked(Hashes + row);
    }

    /// <summary>Sixteen hex digits of it: enough to tell two tables apart and to read.</summary>
    public readonly string Print() => Hashes.ToString("x32", CultureInfo.InvariantCulture)[..16];
}
