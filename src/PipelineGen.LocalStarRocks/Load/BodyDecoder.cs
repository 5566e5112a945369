using System.Buffers.Binary;
using System.IO.Compression;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Unpacks a body (STARROCKS.md, 1.3): CSV says it in <c>format</c>, JSON in <c>compression</c> or <c>Content-Encoding</c>.
/// Only what .NET has a decoder for in the box.
/// </summary>
internal static class BodyDecoder
{
    private static readonly byte[] End = Guid.NewGuid().ToByteArray();

    /// <exception cref="LoadFailure">An unknown format, or one that the stand-in can't unpack.</exception>
    public static BodyCompression CsvCompression(string format) => format switch
    {
        "csv" => BodyCompression.None,
        "gzip" => BodyCompression.Gzip,
        "deflate" => BodyCompression.Deflate,
        "bzip2" or "lz4" or "zstd" => throw LoadFailure.NotInStandIn($"format {format}: gzip and deflate are unpacked"),
        _ => throw new LoadFailure($"unknown data format, format={format}"),
    };

    /// <exception cref="LoadFailure">Both headers, an unknown type, or one that the stand-in can't unpack.</exception>
    public static BodyCompression JsonCompression(HeaderText headers)
    {
        string? compression = headers.Find("compression");
        string? encoding = headers.Find("Content-Encoding");
        if (compression is not null && encoding is not null)
        {
            throw new LoadFailure("Only one of http header content-encoding and compression can be set");
        }

        string? type = compression ?? encoding;
        return type?.ToUpperInvariant() switch
        {
            null => BodyCompression.None,
            "GZIP" => BodyCompression.Gzip,
            "DEFLATE" => BodyCompression.Deflate,
            "BZIP2" or "LZ4_FRAME" or "LZ4" or "ZSTD" => throw LoadFailure.NotInStandIn($"compression {type}: GZIP and DEFLATE are unpacked"),
            _ => throw new LoadFailure($"Unsupported compression type: {type}"),
        };
    }

    /// <exception cref="LoadFailure">The body is not what its headers say.</exception>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, LoadHeaders headers)
    {
        if (headers.Compression == BodyCompression.None || raw.IsEmpty)
        {
            return raw;
        }

        try
        {
            // The BE hands zlib 15 window bits for deflate, which is zlib's frame and not the bare stream, and lets gzip find out itself.
            return headers.Compression == BodyCompression.Deflate || raw[0] != 0x1F ? Zlib(raw) : Gzip(raw);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LoadFailure($"Failed to decompress the body, it is no {headers.Compression.ToString().ToUpperInvariant()} stream: {e.Message}");
        }
    }

    // .NET takes a stream's end for its last byte: that a stream is whole is seen by a further member, which a torn one swallows.
    private static ReadOnlySpan<byte> Gzip(ReadOnlySpan<byte> raw)
    {
        using var packed = new MemoryStream(raw.Length + 64);
        packed.Write(raw);
        using (var packing = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            packing.Write(End);
        }

        packed.Position = 0;
        using var unpacking = new GZipStream(packed, CompressionMode.Decompress);
        Span<byte> unpacked = Unpack(unpacking, raw.Length);
        return unpacked.EndsWith(End) ? unpacked[..^End.Length] : throw new InvalidDataException("it ends early.");
    }

    // One stream, whose checksum is its end.
    private static ReadOnlySpan<byte> Zlib(ReadOnlySpan<byte> raw)
    {
        using var packed = new MemoryStream(raw.ToArray(), writable: false);
        using var unpacking = new ZLibStream(packed, CompressionMode.Decompress);
        Span<byte> unpacked = Unpack(unpacking, raw.Length);
        return raw.Length > 4 && BinaryPrimitives.ReadUInt32BigEndian(raw[^4..]) == Adler32(unpacked) ? unpacked : throw new InvalidDataException("it ends early.");
    }

    private static Span<byte> Unpack(Stream unpacking, int capacity)
    {
        using var unpacked = new MemoryStream(capacity);
        unpacking.CopyTo(unpacked);
        return unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length);
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        // As many as fit into 32 bits before the remainder has to be taken.
        const int Run = 5552;
        uint a = 1;
        uint b = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> run = bytes[..Math.Min(Run, bytes.Length)];
            foreach (byte next in run)
            {
                a += next;
                b += a;
            }

            a %= 65521;
            b %= 65521;
            bytes = bytes[run.Length..];
        }

        return (b << 16) | a;
    }
}
