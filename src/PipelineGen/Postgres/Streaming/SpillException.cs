namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// A spill file can't be written, or can't be read back as it was written. An <see cref="IOException"/>: a new session, which
/// lets Postgres keep large transactions for a while, can go on (<see cref="StreamingPause"/>).
/// </summary>
internal sealed class SpillException(string message, Exception? inner = null) : IOException(message, inner);
