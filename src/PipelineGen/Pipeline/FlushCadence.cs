using Microsoft.Extensions.Logging;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// How often and how much is loaded at a time. While StarRocks is short of versions or transactions, less often and more;
/// while it is short of memory, less at a time; and step by step back when it is not any more (STARROCKS.md, 8 and 9).
/// </summary>
internal sealed class FlushCadence
{
    /// <summary>Compaction takes a minute or so to make room; a longer interval would only add to the delay.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const long FewestBytes = 1024 * 1024;

    /// <summary>Flushes in a row without a complaint before the next step back.</summary>
    private const int Patience = 5;

    private readonly Lock _gate = new();
    private readonly TimeSpan _setInterval;
    private readonly long _setBytes;
    private readonly ILogger _logger;
    private TimeSpan _interval;
    private long _bytes;
    private Shortage? _complaint;
    private int _untroubled;

    public FlushCadence(TimeSpan interval, long bytes, ILogger logger)
    {
        _setInterval = _interval = interval;
        _setBytes = _bytes = bytes;
        _logger = logger;
    }

    /// <summary>A flush at least this often while there is something to load.</summary>
    public TimeSpan Interval
    {
        get
        {
            lock (_gate)
                return _interval;
        }
    }

    /// <summary>Encoded bytes after which the next transaction end flushes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    public bool IsSlowed => Interval > _setInterval;

    /// <summary>StarRocks has refused a load for want of something. From any thread.</summary>
    public void Complain(Shortage shortage)
    {
        lock (_gate)
            _complaint = shortage;
    }

    /// <summary>A flush has ended; the complaints about it count once.</summary>
    public void FlushEnded()
    {
        lock (_gate)
        {
            (TimeSpan, long) before = (_interval, _bytes);
            if (_complaint is { } shortage)
            {
                _complaint = null;
                _untroubled = 0;
                if (shortage == Shortage.Memory)
                    _bytes = Math.Max(Math.Min(_setBytes, FewestBytes), _bytes / 2);
                else
                    Slow();
            }
            else if (before != (_setInterval, _setBytes) && ++_untroubled >= Patience)
            {
                _untroubled = 0;
                _interval = _interval / 2 > _setInterval ? _interval / 2 : _setInterval;
                _bytes = _bytes < _setBytes ? Math.Min(_bytes * 2, _setBytes) : _setBytes;
            }

            if (before != (_interval, _bytes))
                Log.CadenceChanged(_logger, _interval.TotalSeconds, _bytes, _setInterval.TotalSeconds, _setBytes);
        }
    }

    private void Slow()
    {
        TimeSpan longest = Longest > _setInterval ? Longest : _setInterval;
        _interval = _interval * 2 < longest ? _interval * 2 : longest;
        // What comes meanwhile goes into the same load, as far as memory allows.
        _bytes = _setBytes * 2;
    }
}
