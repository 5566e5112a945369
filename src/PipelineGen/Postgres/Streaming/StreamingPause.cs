using Microsoft.Extensions.Logging;
using PipelineGen.Telemetry;

namespace PipelineGen.Postgres.Streaming;

/// <summary>
/// After a spill file failed (a full disk, most often), or the server could not decode a transaction while it runs, sessions that are opened within some minutes don't ask for streaming:
/// Postgres then keeps large transactions on its own disk until they commit. A session that runs without streaming goes on
/// without it, for it lacks nothing; the next one that is opened later asks again.
/// </summary>
internal sealed class StreamingPause(TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private long? _since;

    public bool IsOver => _since is not { } since || time.GetElapsedTime(since) >= Length;

    public void Begin(string reason)
    {
        _since = time.GetTimestamp();
        Log.SpillFailed(logger, reason, Length.TotalMinutes);
    }
}
