using System.Collections.Concurrent;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>The open connections: what SHOW PROCESSLIST lists and KILL ends.</summary>
internal sealed class SqlConnections
{
    private readonly ConcurrentDictionary<uint, SqlSession> _sessions = new();

    public IEnumerable<SqlSession> All => _sessions.Values.OrderBy(s => s.ConnectionId);

    public void Add(SqlSession session) => _sessions[session.ConnectionId] = session;

    public void Remove(SqlSession session) => _sessions.TryRemove(session.ConnectionId, out SqlSession? gone);

    public SqlSession Find(long id) =>
        id is >= 0 and <= uint.MaxValue && _sessions.TryGetValue((uint)id, out SqlSession? found) ? found : throw new StarRocksError(1094, "HY000", $"Unknown thread id: {id}");
}
