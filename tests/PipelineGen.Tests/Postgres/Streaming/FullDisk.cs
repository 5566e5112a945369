namespace PipelineGen.Tests.Postgres.Streaming;

/// <summary>A file on a disk with room for so many bytes.</summary>
internal sealed class FullDisk(string path, FileStreamOptions options, long room) : FileStream(path, options)
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Position + buffer.Length <= room)
        {
            base.Write(buffer);
            return;
        }

        // As a disk does: what fits is written.
        base.Write(buffer[..(int)Math.Max(0, room - Position)]);
        throw new IOException("No space left on device");
    }
}
