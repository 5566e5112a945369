using System.Collections.Concurrent;
using System.Text;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The reasons of one load's filtered rows: fifty at most (STARROCKS.md, 1.7).</summary>
internal sealed class RejectedRows
{
    private const int MaxLines = 50;
    private const int MaxRowBytes = 1024;
    private readonly List<string> _lines = [];

    public bool IsEmpty => _lines.Count == 0;

    public void Add(string reason, ReadOnlySpan<byte> row)
    {
        if (_lines.Count < MaxLines)
        {
            _lines.Add($"Error: {reason}. Row: {Encoding.UTF8.GetString(row[..Math.Min(row.Length, MaxRowBytes)])}");
        }
    }

    public override string ToString() => string.Join('\n', _lines) + "\n";
}

/// <summary>What <c>/api/_load_error_log?file=</c> serves.</summary>
internal sealed class ErrorLogs
{
    // StarRocks keeps them 48 hours, on disk; these are in memory.
    private const int MaxLogs = 1000;

    private readonly ConcurrentDictionary<string, string> _logs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _oldest = [];

    public string Keep(LoadTransaction transaction, RejectedRows rows)
    {
        string file = $"error_log_{Guid.NewGuid():N}_{transaction.Id}";
        _logs[file] = rows.ToString();
        _oldest.Enqueue(file);
        while (_oldest.Count > MaxLogs && _oldest.TryDequeue(out string? old))
        {
            _logs.TryRemove(old, out _);
        }

        return file;
    }

    public string? Find(string file) => _logs.GetValueOrDefault(file);
}
