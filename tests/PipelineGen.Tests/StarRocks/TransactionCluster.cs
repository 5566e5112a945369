using System.Collections.Concurrent;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>What a call meets in place of the model's answer.</summary>
/// <param name="Reply">The reply, or null for a reset.</param>
/// <param name="Acts">Whether the server carries the call out all the same.</param>
/// <param name="TakesBody">Whether a load's body is read first.</param>
internal sealed record Trouble(string? Reply, bool Acts = false, bool TakesBody = false)
{
    public static Trouble LostReply { get; } = new(null, Acts: true, TakesBody: true);

    public static Trouble LostRequest { get; } = new((string?)null);

    public static Trouble Busy { get; } = Status("TXN_IN_PROCESSING", "Transaction in processing, please retry later");

    public static Trouble Status(string status, string message, string extra = "") => new($$"""{"Status":"{{status}}","Message":"{{message}}"{{extra}}}""");
}

/// <summary>
/// A follower that sends on to the leader, and the leader to a backend: a model of STARROCKS.md sections 2.3 and 2.4 with
/// scripted troubles, one for each next call of an operation.
/// </summary>
internal sealed class TransactionCluster : IAsyncDisposable
{
    private readonly FakeHttpServer _follower;
    private readonly FakeHttpServer _leader;
    private readonly FakeHttpServer _backend;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<string> _calls = [];
    private readonly ConcurrentQueue<RetryNotice> _notices = [];

    public TransactionCluster()
    {
        _backend = new FakeHttpServer(ServeAsync);
        _leader = new FakeHttpServer(request => request.Path.StartsWith("/api/transaction/", StringComparison.Ordinal) ? request.RedirectAsync(_backend.Url) : ServeAsync(request));
        _follower = new FakeHttpServer(request => request.RedirectAsync(_leader.Url));
        Client = new TransactionClient(Options, Time, jitterSeed: 7) { OnRetry = _notices.Enqueue };
    }

    public StarRocksOptions Options => Unhurried(_follower.Url) with { MaxLoadAttempts = 4 };

    public TransactionClient Client { get; }

    public ImpatientTime Time { get; } = new();

    /// <summary>State of the one label: UNKNOWN, PREPARE, PREPARED, VISIBLE, ABORTED.</summary>
    public string State { get; set; } = "UNKNOWN";

    public ConcurrentQueue<string> Rows { get; } = [];

    public ConcurrentDictionary<string, ConcurrentQueue<Trouble>> Troubles { get; } = new();

    /// <summary>Operations as the backend or the leader got them.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public IReadOnlyList<RetryNotice> Notices => [.. _notices];

    public IEnumerable<FakeHttpRequest> AllRequests => [.. _follower.Requests, .. _leader.Requests, .. _backend.Requests];

    public IReadOnlyList<FakeHttpRequest> BackendRequests => [.. _backend.Requests];

    public TransactionCluster Meets(string operation, params Trouble[] troubles)
    {
        foreach (Trouble trouble in troubles)
        {
            Troubles.GetOrAdd(operation, _ => []).Enqueue(trouble);
        }

        return this;
    }

    public Task<LoadTransaction> BeginAsync(string? table = "orders") =>
        Client.BeginAsync(new TransactionRequest { Label = "shop-1", Table = table, Timeout = TimeSpan.FromSeconds(77) }, default).WaitAsync(Patience);

    public async Task<LoadTransaction> BegunAndLoadedAsync(string? table = "orders")
    {
        LoadTransaction transaction = await BeginAsync(table);
        await transaction.LoadAsync(Part(), default).WaitAsync(Patience);
        return transaction;
    }

    public static TransactionPart Part(string table = "orders", string rows = """{"id":1}""") => new() { Table = table, Body = Body(rows) };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _follower.DisposeAsync();
        await _leader.DisposeAsync();
        await _backend.DisposeAsync();
    }

    private async Task ServeAsync(FakeHttpRequest request)
    {
        string operation = request.Path[(request.Path.LastIndexOf('/') + 1)..].Split('?')[0];
        _calls.Enqueue(operation);
        Trouble? trouble = Troubles.TryGetValue(operation, out ConcurrentQueue<Trouble>? script) && script.TryDequeue(out Trouble? next) ? next : null;
        if (operation == "load" && (trouble?.TakesBody ?? true))
        {
            await request.ContinueAsync();
        }

        string reply = trouble is null or { Acts: true } ? Act(operation, request) : "";
        reply = trouble is null ? reply : trouble.Reply ?? "";
        if (reply.Length == 0)
        {
            request.Reset();
            return;
        }

        await request.ReplyAsync(200, reply);
    }

    private string Act(string operation, FakeHttpRequest request)
    {
        lock (_gate)
        {
            switch (operation)
            {
                case "get_load_state":
                    return LoadFixtures.State(State);
                case "_cancel":
                    State = State == "PREPARE" ? "ABORTED" : State;
                    return """{"status":"OK"}""";
                case "begin" when State is "UNKNOWN" or "ABORTED":
                    State = "PREPARE";
                    return Ok;
                case "begin":
                    return """{"Status":"LABEL_ALREADY_EXISTS","ExistingJobStatus":"RUNNING","Message":"Label [shop-1] has already been used."}""";
                case "load" when State == "PREPARE":
                    Rows.Enqueue(request.Body);
                    return Ok;
                case "prepare" when State == "PREPARE":
                    State = "PREPARED";
                    return Ok;
                case "commit" when State is "PREPARE" or "PREPARED":
                    State = "VISIBLE";
                    return Ok;
                case "commit" when State == "VISIBLE":
                    return """{"Status":"OK","Message":"Transaction 7 has already committed, label is shop-1"}""";
                case "rollback" when State is "PREPARE" or "PREPARED" or "ABORTED":
                    State = "ABORTED";
                    return Ok;
                case "rollback" when State == "VISIBLE":
                    return """{"Status":"FAILED","Message":"class com.starrocks.common.StarRocksException: Can not abort VISIBLE transaction 7, label is shop-1"}""";
                default:
                    return """{"Status":"TXN_NOT_EXISTS","Message":"Transaction with label shop-1 not exists"}""";
            }
        }
    }

    private static string Ok => """{"Status":"OK","Message":"","Label":"shop-1","TxnId":7,"NumberTotalRows":2,"NumberLoadedRows":2,"LoadBytes":16,"ReceivedDataTimeMs":5}""";
}
