using System.Text;

namespace PipelineGen.Rows;

/// <summary>A json or jsonb document as the UTF-8 text that Postgres keeps; equal when the texts are.</summary>
public readonly struct PgJson(ReadOnlyMemory<byte> utf8) : IEquatable<PgJson>
{
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    public bool Equals(PgJson other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    public override bool Equals(object? obj) => obj is PgJson other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    public static bool operator ==(PgJson left, PgJson right) => left.Equals(right);

    public static bool operator !=(PgJson left, PgJson right) => !left.Equals(right);
}
