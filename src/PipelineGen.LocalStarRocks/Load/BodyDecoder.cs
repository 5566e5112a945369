using System.IO.Compression;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Unpacks a body (STARROCKS.md, 1.3): CSV says it in <c>format</c>, JSON in <c>compression</c> or <c>Content-Encoding</c>.
/// Only what .NET has a decoder for in the box.
/// </summary>
internal static class BodyDecoder
{
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
            using var packed = new MemoryStream(raw.ToArray(), writable: false);
            // The BE hands zlib 15 window bits for deflate, which is zlib's frame and not the bare stream, and lets gzip find out itself.
            using Stream unpacking = headers.Compression == BodyCompression.Deflate || raw[0] != 0x1F
                ? new ZLibStream(packed, CompressionMode.Decompress)
                : new GZipStream(packed, CompressionMode.Decompress);
            using var unpacked = new MemoryStream(raw.Length);
            unpacking.CopyTo(unpacked);
            return unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LoadFailure($"Failed to decompress the body, it is no {headers.Compression.ToString().ToUpperInvariant()} stream: {e.Message}");
        }
    }
}
