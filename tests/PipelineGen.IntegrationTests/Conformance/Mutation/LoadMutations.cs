using System.Globalization;
using System.Text;
using PipelineGen.IntegrationTests.Conformance.Running;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>Broken loads and transaction calls at the backend, over a connection that is kept while the server keeps it.</summary>
internal sealed class LoadMutations(StarRocksAddress address, (string Host, int Port) backend, string database, MutationCount count)
{
    private const int Depth = 16;
    private static readonly string[] Statuses = ["Success", "Fail", "Label Already Exists", "Publish Timeout"];
    private static readonly string[] Calls = ["begin", "load", "prepare", "commit", "rollback"];

    private static readonly (string[] Headers, byte[][] Bodies)[] Samples =
    [
        (["format: json"], [Json("""{"id":1,"v":"a","d":1.5,"b":true,"j":{"x":[1,2]},"a":[1,null]}"""), Json("""{"id":2,"v":"\u00e4","__op":1}{"id":3,"d":"12.345","t":"2024-01-02 03:04:05"}""")]),
        (["format: json", "strip_outer_array: true"], [Json("""[{"id":1,"v":null},{"id":2,"d":-1e3,"b":0}]""")]),
        (["format: json", "jsonpaths: [\"$.a\",\"$.b.c\"]", "columns: id,v"], [Json("""{"a":1,"b":{"c":"x"}}""")]),
        (["format: json", "json_root: $.r", "strict_mode: true"], [Json("""{"r":{"id":7,"v":"seven"}}""")]),
        (["format: json", "columns: id,x,v=concat(x,'y')", "where: id > 0"], [Json("""{"id":1,"x":"z"}""")]),
        (["format: json", "partial_update: true", "columns: id,v"], [Json("""{"id":1,"v":"p"}""")]),
        (["column_separator: ,"], [Json("1,a,1.5,true,{},[1],2024-01-02\n2,\\N,\\N,\\N,\\N,\\N,\\N\n")]),
        (["column_separator: ,", "enclose: \"", "escape: \\"], [Json("1,\"a,\"\"b\",1,1,\"{\"\"x\"\":1}\",\"[1,2]\",\"2024-01-02\"\n")]),
        (["column_separator: |", "row_delimiter: ;", "columns: id,v,__op", "trim_space: true"], [Json("1| a |0;2|b|1;")]),
        (["column_separator: \\x01", "skip_header: 1", "columns: id,v", "max_filter_ratio: 0.5"], [Json("id\u0001v\n1\u0001a\nx\u0001y\n")]),
    ];

    private static readonly byte[][] Deep =
    [
        Json($"{{\"id\":1,\"j\":{new string('[', 100_000)}{new string(']', 100_000)}}}"),
        Json($"{{\"id\":1,\"j\":{string.Concat(Enumerable.Repeat("{\"a\":", 50_000))}1{new string('}', 50_000)}}}"),
        Json($"{{\"id\":1,\"ignored\":{new string('[', 100_000)}"),
        Json(new string('[', 200_000)),
    ];

    /// <summary>Labels of transaction calls: few, so that the calls meet each other.</summary>
    public static IEnumerable<string> Labels => Enumerable.Range(0, 50).Select(static i => $"m-txn-{i}");

    public void Run(int seed, int messages)
    {
        var mutator = new Mutator(seed);
        RawHttp? http = null;
        try
        {
            for (int done = 0; done < messages;)
            {
                http ??= RawHttp.Connect(backend.Host, backend.Port);
                List<(string Kind, byte[] Bytes)> batch = [.. Enumerable.Range(0, Math.Min(Depth, messages - done)).Select(_ => mutator.Random.Next(4) == 0 ? Call(mutator) : Load(mutator))];
                done += Exchange(http, batch, seed, done, out bool isKept);
                if (!isKept)
                {
                    http.Dispose();
                    http = null;
                }
            }

            foreach (byte[] body in Deep)
            {
                using RawHttp alone = RawHttp.Connect(backend.Host, backend.Port);
                Exchange(alone, [("loads", Request("PUT", $"/api/{database}/t/_stream_load", ["format: json"], body))], seed, messages, out _);
            }
        }
        finally
        {
            http?.Dispose();
        }
    }

    /// <summary>How many were answered. What follows a message that ended the connection was never seen by the server and does not count.</summary>
    private int Exchange(RawHttp http, List<(string Kind, byte[] Bytes)> batch, int seed, int at, out bool isKept)
    {
        http.Write([.. batch.SelectMany(static m => m.Bytes)]);
        int answered = 0;
        isKept = true;
        foreach ((string kind, byte[] bytes) in batch)
        {
            RawReply reply;
            try
            {
                do
                    reply = http.Read();
                while (reply.Status == 100);
            }
            catch (IOException e)
            {
                throw new InvalidOperationException($"seed {seed}, message {at + answered}, {e.Message}: {Shown(bytes)}", e);
            }

            answered++;
            count.Add(kind);
            if (!IsAnswer(kind, reply))
                throw new InvalidOperationException($"seed {seed}, message {at + answered}: {Shown(bytes)}\nwas answered\n{reply}");
            if (string.Equals(reply.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase))
            {
                isKept = false;
                break;
            }
        }

        return answered;
    }

    private static bool IsAnswer(string kind, RawReply reply) =>
        reply.Status is >= 400 and < 500 || (reply.Status == 200 && reply.Find("Status") is { } status && (kind != "loads" || Statuses.Contains(status.Text)));

    private (string Kind, byte[] Bytes) Load(Mutator mutator)
    {
        (string[] headers, byte[][] bodies) = mutator.Any(Samples);
        byte[] body = mutator.Break(mutator.Any(bodies));
        string[] sent = [.. headers.Select(h => mutator.Random.Next(6) == 0 ? BrokenHeader(mutator, h) : h)];
        if (mutator.Random.Next(10) == 0)
            sent = [.. sent, "label: " + mutator.BreakHeader("m-label-1")];
        return ("loads", Request("PUT", $"/api/{database}/t/_stream_load", sent, body));
    }

    private (string Kind, byte[] Bytes) Call(Mutator mutator)
    {
        string call = mutator.Any(Calls);
        string label = $"m-txn-{mutator.Random.Next(50)}";
        string[] headers = [$"db: {database}", "table: t", $"label: {label}", "format: json", "timeout: 600"];
        if (mutator.Random.Next(3) > 0)
        {
            int broken = mutator.Random.Next(headers.Length);
            headers[broken] = BrokenHeader(mutator, headers[broken]);
        }

        byte[] body = call == "load" ? mutator.Break(Samples[0].Bodies[0]) : [];
        return ("transaction calls", Request(call == "load" ? "PUT" : "POST", $"/api/transaction/{call}", headers, body));
    }

    private static string BrokenHeader(Mutator mutator, string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        return $"{header[..colon]}: {mutator.BreakHeader(header[(colon + 2)..])}";
    }

    private byte[] Request(string method, string path, string[] headers, byte[] body)
    {
        string account = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.User}:{address.Password}"));
        string head = string.Create(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: {backend.Host}\r\nAuthorization: Basic {account}\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(static h => h + "\r\n"))}\r\n");
        return [.. Encoding.Latin1.GetBytes(head), .. body];
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static string Shown(byte[] bytes) => Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 1500)));
}
