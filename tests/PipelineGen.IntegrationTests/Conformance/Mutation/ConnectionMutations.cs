using System.Net.Sockets;
using System.Text;
using PipelineGen.IntegrationTests.Conformance.Running;

namespace PipelineGen.IntegrationTests.Conformance.Mutation;

/// <summary>What breaks a connection, on one each: garbage for a request or a handshake, lengths that lie, limits that are passed.</summary>
internal sealed class ConnectionMutations(StarRocksAddress address, (string Host, int Port) backend, string database, MutationCount count)
{
    private static readonly byte[] Login = [0x3A, 0, 0, 1, 0x85, 0xA2, 0x08, 0, 0, 0, 0, 1, 33, .. new byte[23], .. "root"u8, 0, 0, .. "mysql_native_password"u8, 0];

    /// <summary>Labels of loads whose body never came whole.</summary>
    public List<string> Labels { get; } = [];

    public void Run(int seed, int messages)
    {
        var mutator = new Mutator(seed);
        for (int i = 0; i < messages; i++)
        {
            switch (i % 5)
            {
                case 0: Send("frontend requests", address.Host, address.HttpPort, mutator.Break(Request(Pick(mutator, i))), waits: false); break;
                case 1: Send("handshakes", address.SqlHost, address.SqlPort, Handshake(mutator), waits: true); break;
                case 2: Send("packets after the login", address.SqlHost, address.SqlPort, [.. Login, .. Packets(mutator)], waits: true); break;
                case 3: Send("bodies of wrong length", backend.Host, backend.Port, WrongLength(mutator, i, seed), waits: false); break;
                default: Send("requests over the limits", backend.Host, backend.Port, OverTheLimit(mutator), waits: false); break;
            }
        }
    }

    private void Send(string kind, string host, int port, byte[] bytes, bool waits)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
        socket.Connect(host, port);
        var buffer = new byte[4096];
        try
        {
            if (waits)
                socket.Receive(buffer); // the greeting
            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
            // The server must come to an end by itself: an answer, then the end of the connection.
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected)
        {
            // It hung up on garbage.
        }
        catch (SocketException e)
        {
            throw new InvalidOperationException($"{kind}: {e.SocketErrorCode} after {Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 600)))}", e);
        }

        count.Add(kind);
    }

    private string Pick(Mutator mutator, int i) => mutator.Any<string>(
    [
        $"PUT /api/{database}/t/_stream_load", $"GET /api/{database}/get_load_state?label=c-{i}", "POST /api/transaction/begin", "POST /api/transaction/commit", $"POST /api/{database}/t/_cancel?label=c-{i}",
    ]);

    private static byte[] Request(string line) =>
        Encoding.Latin1.GetBytes($"{line} HTTP/1.1\r\nHost: fe\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nContent-Length: 3\r\ndb: m\r\ntable: t\r\nlabel: c\r\nformat: json\r\n\r\nabc");

    private static byte[] Handshake(Mutator mutator)
    {
        switch (mutator.Random.Next(4))
        {
            case 0:
                var noise = new byte[mutator.Random.Next(200)];
                mutator.Random.NextBytes(noise);
                return noise;
            case 1: return Login[..mutator.Random.Next(Login.Length)];
            case 2: return [0xFF, 0xFF, 0xFF, 1, .. Login[4..]];
            default: return mutator.Break(Login);
        }
    }

    private static byte[] Packets(Mutator mutator)
    {
        byte[] query = [3, .. "SELECT 1"u8];
        return mutator.Random.Next(6) switch
        {
            0 => [9, 0, 0, 77, .. query],                            // out of turn
            1 => [200, 0, 0, 0, .. query],                           // longer than what follows
            2 => [0, 0, 0, 0],                                       // no command at all
            3 => [0xFF, 0xFF, 0xFF, 0, .. query],                    // 16 MB that never come
            4 => [3, 0, 0, 0, .. query],                             // shorter than what follows
            _ => mutator.Break([9, 0, 0, 0, .. query, 5, 0, 0, 0, 22, .. "SELE"u8, 9, 0, 0, 0, 23, 1, 0, 0, 0, 0, 1, 0, 0]),
        };
    }

    private byte[] WrongLength(Mutator mutator, int i, int seed)
    {
        string label = $"m-cut-{seed}-{i}";
        Labels.Add(label);
        string head = $"PUT /api/{database}/t/_stream_load HTTP/1.1\r\nHost: be\r\nAuthorization: Basic cm9vdDo=\r\nlabel: {label}\r\nformat: json\r\n";
        byte[] body = "{\"id\":1,\"v\":\"a\"}"u8.ToArray();
        return mutator.Random.Next(4) switch
        {
            0 => [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {body.Length + mutator.Random.Next(1, 1000)}\r\n\r\n"), .. body],
            1 => [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {mutator.Random.Next(body.Length)}\r\n\r\n"), .. body],
            2 => [.. Encoding.Latin1.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\n"), .. mutator.Break("10\r\n{\"id\":1,\"v\":\"a\"}\r\n0\r\n\r\n"u8.ToArray())],
            _ => Encoding.Latin1.GetBytes($"{head}Content-Length: {mutator.Any((string[])["-1", "x", "99999999999999999999", "1, 2", ""])}\r\n\r\nabc"),
        };
    }

    private byte[] OverTheLimit(Mutator mutator) => mutator.Random.Next(3) switch
    {
        0 => Encoding.Latin1.GetBytes($"PUT /api/{database}/t/_stream_load?{new string('a', 5000)} HTTP/1.1\r\nHost: be\r\n\r\n"),
        1 => Encoding.Latin1.GetBytes($"PUT /api/{database}/t/_stream_load HTTP/1.1\r\nHost: be\r\ncolumns: {new string('a', 40_000)}\r\n\r\n"),
        _ => Encoding.Latin1.GetBytes($"PUT /api/{database}/t/_stream_load HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 2000).Select(static n => $"x{n}: 1\r\n"))}\r\n"),
    };
}
