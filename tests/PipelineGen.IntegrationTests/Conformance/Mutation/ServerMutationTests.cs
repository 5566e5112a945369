using System.Text;
using PipelineGen.IntegrationTests.Conformance.Running;
using PipelineGen.IntegrationTests.Conformance.Wire;
using Xunit.Abstractions;

namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>The stand-in under broken messages: it answers, keeps serving, leaves no load open and holds on to nothing.</summary>
public sealed class ServerMutationTests(ITestOutputHelper output)
{
    private const int Seed = 20261122;
    private const string Database = "m";

    private const int SqlMessages = 66_000;
    private const int LoadMessages = 30_000;
    private const int ConnectionMessages = 5_000;

    /// <summary>What the server may grow by over all messages: labels are remembered for days, so it does grow.</summary>
    private const long MemoryBound = 300L << 20;
    private const int HandleBound = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Broken_messages_neither_stop_nor_bloat_the_server()
    {
        using StandInProcess server = await StandInProcess.StartAsync("4.1");
        Prepare(server);
        (string Host, int Port) backend = Backend(server.Address);
        var warmUp = new MutationCount();
        new SqlMutations(server.Address, Database, warmUp).Run(Seed + 1, 1000);
        new LoadMutations(server.Address, backend, Database, warmUp).Run(Seed + 2, 500);
        new ConnectionMutations(server.Address, backend, Database, warmUp).Run(Seed + 3, 100);
        Serves(server);
        long memory = server.Memory;
        int? handles = server.Handles;

        var count = new MutationCount();
        var connections = new ConnectionMutations(server.Address, backend, Database, count);
        await Task.WhenAll(
            Alone(() => new SqlMutations(server.Address, Database, count).Run(Seed + 4, SqlMessages)),
            Alone(() => new LoadMutations(server.Address, backend, Database, count).Run(Seed + 5, LoadMessages)),
            Alone(() => connections.Run(Seed + 6, ConnectionMessages)));

        output.WriteLine($"seed {Seed}; {count}; memory {memory >> 20} -> {server.Memory >> 20} MB; handles {handles} -> {server.Handles}");
        Assert.True(count.Total >= 100_000, count.ToString());
        Assert.Equal(ConnectionMessages, count["frontend requests"] + count["handshakes"] + count["packets after the login"] + count["bodies of wrong length"] + count["requests over the limits"]);
        Assert.True(server.IsAlive, "the server's process has ended");
        Serves(server);
        NothingStaysOpen(server.Address, connections.Labels);
        Assert.True(Waiting.Until(Patience, () => server.Handles is null || server.Handles <= handles + HandleBound), $"{handles} open files before, {server.Handles} after");
        Assert.InRange(server.Memory - memory, long.MinValue, MemoryBound);
    }

    private static void Prepare(StandInProcess server)
    {
        using RawSql sql = RawSql.Connect(server.Address.SqlHost, server.Address.SqlPort, server.Address.User, server.Address.Password);
        sql.Query($"CREATE DATABASE {Database}");
        string columns = "(id INT NOT NULL, v VARCHAR(20), d DECIMAL(10,2), b BOOLEAN, j JSON, a ARRAY<INT>, t DATETIME)";
        foreach (string table in (string[])["t", "good"])
            sql.Query($"CREATE TABLE {Database}.{table} {columns} PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")");
    }

    /// <summary>A good load and a good query are answered as ever.</summary>
    private static void Serves(StandInProcess server)
    {
        StarRocksAddress address = server.Address;
        (string host, int port) = Backend(address);
        RawReply reply = RawHttp.Exchange(host, port, new RawRequest("PUT", $"/api/{Database}/good/_stream_load",
            [("Host", host), ("Authorization", Basic(address)), ("Expect", "100-continue"), ("format", "json"), ("Content-Length", "17")], "{\"id\":1,\"v\":\"ok\"}"u8.ToArray()) { ExpectsContinue = true });
        Assert.True(reply.Find("Status")?.Text == "Success", reply.ToString());
        using RawSql sql = RawSql.Connect(address.SqlHost, address.SqlPort, address.User, address.Password);
        Assert.Equal("ok", Encoding.UTF8.GetString(Assert.Single(sql.Query($"SELECT v FROM {Database}.good").Rows)[0]!));
    }

    /// <summary>A load whose body broke off is aborted by itself; a transaction that was begun can still be rolled back.</summary>
    private static void NothingStaysOpen(StarRocksAddress address, List<string> cut)
    {
        string? open = null;
        Assert.True(
            Waiting.Until(Patience, () => (open = cut.Find(label => State(address, label) is not ("ABORTED" or "VISIBLE" or "UNKNOWN"))) is null),
            $"the load {open} is still {(open is null ? "" : State(address, open))}");
        foreach (string label in LoadMutations.Labels)
        {
            string state = State(address, label);
            if (state is not ("PREPARE" or "PREPARED"))
                continue;
            string rollback = Call(address, "POST", "/api/transaction/rollback", ("db", Database), ("label", label));
            Assert.True(State(address, label) == "ABORTED", $"{label} was {state}, its rollback was answered {rollback}");
        }
    }

    private static string State(StarRocksAddress address, string label)
    {
        string reply = Call(address, "GET", $"/api/{Database}/get_load_state?label={label}");
        return new RawReply(200, [], Encoding.UTF8.GetBytes(reply), Continued: false, Closed: false).Find("state")?.Text ?? reply;
    }

    private static string Call(StarRocksAddress address, string method, string path, params (string, string)[] headers)
    {
        (string host, int port) = (address.Host, address.HttpPort);
        while (true)
        {
            RawReply reply = RawHttp.Exchange(host, port, new RawRequest(method, path, [("Host", host), ("Authorization", Basic(address)), ("Content-Length", "0"), .. headers], []));
            if (reply.Status != 307)
                return reply.Text;
            var target = new Uri(reply.Header("Location")!);
            (host, port, path) = (target.Host, target.Port, target.PathAndQuery);
        }
    }

    private static (string Host, int Port) Backend(StarRocksAddress address)
    {
        RawReply reply = RawHttp.Exchange(address.Host, address.HttpPort, new RawRequest("PUT", $"/api/{Database}/t/_stream_load",
            [("Host", address.Host), ("Authorization", Basic(address)), ("Expect", "100-continue"), ("Content-Length", "0")], []) { ExpectsContinue = true });
        var url = new Uri(reply.Header("Location") ?? throw new InvalidOperationException(reply.ToString()));
        return (url.Host, url.Port);
    }

    private static string Basic(StarRocksAddress address) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.User}:{address.Password}"));

    /// <summary>A thread of its own: the wire is read without async here.</summary>
    private static Task Alone(Action run) => Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
