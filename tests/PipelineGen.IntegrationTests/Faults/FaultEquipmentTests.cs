using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>That what the oracle strikes with does strike: a proxy that passes everything on would make every seed pass.</summary>
public sealed class FaultEquipmentTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_proxy_passes_on_what_comes_and_cuts_when_told()
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port);
        using TcpClient client = await ConnectAsync(proxy);
        Assert.Equal("hello", await EchoAsync(client, "hello"));

        proxy.Cut();

        await Assert.ThrowsAnyAsync<IOException>(() => EchoAsync(client, "again"));
        Assert.Equal(1, proxy.Cuts);
        using TcpClient next = await ConnectAsync(proxy);
        Assert.Equal("new", await EchoAsync(next, "new"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_comes_after_so_many_bytes_and_once(bool toServer)
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port);
        using TcpClient client = await ConnectAsync(proxy);

        proxy.CutAfter(toServer ? ProxyDirection.ToServer : ProxyDirection.ToClient, 7);

        Assert.Equal("12345", await EchoAsync(client, "12345"));
        await Assert.ThrowsAnyAsync<IOException>(() => EchoAsync(client, "6789"));
        if (toServer)
            Assert.Equal(7, server.Received);
        using TcpClient next = await ConnectAsync(proxy);
        Assert.Equal("1234567890", await EchoAsync(next, "1234567890"));
    }

    [Fact]
    public async Task A_stalled_proxy_goes_on_where_it_was()
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port);
        using TcpClient client = await ConnectAsync(proxy);

        Task stall = proxy.StallAsync(Moment);
        string answer = await EchoAsync(client, "slow");

        Assert.True(stall.IsCompleted, "the answer came while the proxy was stalled");
        Assert.Equal("slow", answer);
    }

    [Fact]
    public async Task In_a_blackhole_nothing_arrives_and_at_its_end_connections_are_cut()
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port);
        using TcpClient client = await ConnectAsync(proxy);
        await EchoAsync(client, "before");

        Task blackhole = proxy.BlackholeAsync(Moment);

        await Assert.ThrowsAnyAsync<IOException>(() => EchoAsync(client, "swallowed"));
        await blackhole;
        Assert.Equal("before".Length, server.Received);
    }

    [Fact]
    public async Task Half_open_the_client_is_cut_and_the_server_learns_of_it_later()
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port);
        using TcpClient client = await ConnectAsync(proxy);
        await EchoAsync(client, "before");

        Task half = proxy.HalfOpenAsync(Moment);

        await Assert.ThrowsAnyAsync<IOException>(() => EchoAsync(client, "gone"));
        Assert.Equal(0, server.Ended);
        await half;
        await Eventually.TrueAsync(() => Task.FromResult(server.Ended == 1), "the server's side is cut");
    }

    [Fact]
    public async Task A_redirect_to_the_backend_leads_to_the_backends_proxy()
    {
        using var server = new EchoServer();
        await using var proxy = new FaultyProxy(server.Port, (12345, 54321));
        using TcpClient client = await ConnectAsync(proxy);
        Assert.Equal("Location: http://127.0.0.1:54321/api", await EchoAsync(client, "Location: http://127.0.0.1:12345/api"));
        Assert.Throws<ArgumentException>(() => new FaultyProxy(server.Port, (12345, 999)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_disk_takes_nothing_for_a_while(bool small)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pipelinegen-oracle-");
        await using (SpillDisk disk = await SpillDisk.CreateAsync(Path.Combine(folder.FullName, "spill"), small))
        {
            string file = Path.Combine(disk.Folder, "spilled");
            await File.WriteAllTextAsync(file, "before");
            Task filling = disk.FillAsync(Moment);
            // Filling takes its time, and so may the write be refused late.
            int refused = 0;
            int written = 0;
            while (!filling.IsCompleted)
            {
                try
                {
                    // Another one each time: a file that is written anew gives back what it had.
                    await File.WriteAllTextAsync(Path.Combine(disk.Folder, $"more-{written++}"), new string('x', 10_000));
                }
                catch (IOException)
                {
                    refused++;
                }

                await Task.Delay(5);
            }

            await filling;
            Assert.True(refused > 0, "everything could be written");
            await File.WriteAllTextAsync(Path.Combine(disk.Folder, "after"), "after");
            Assert.Equal("before", await File.ReadAllTextAsync(file));
            Assert.Contains("spilled", disk.Files);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_clock_of_a_process_jumps()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pipelinegen-oracle-");
        using (SkewedClock? clock = await SkewedClock.CreateAsync(folder.FullName))
        {
            // Without a compiler there are no clock jumps, and nothing to be shown.
            if (clock is not null)
            {
                clock.Set(TimeSpan.FromDays(-3));
                var start = new ProcessStartInfo("date", "+%s") { RedirectStandardOutput = true };
                foreach ((string key, string value) in clock.Environment)
                    start.Environment[key] = value;
                using Process date = Process.Start(start)!;
                long seconds = long.Parse(await date.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
                Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds, (3 * 86_400) - 1, (3 * 86_400) + 600);
            }
        }

        folder.Delete(recursive: true);
    }

    private static async Task<TcpClient> ConnectAsync(FaultyProxy proxy)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        return client;
    }

    /// <exception cref="IOException">The connection was cut, or the answer doesn't come.</exception>
    private static async Task<string> EchoAsync(TcpClient client, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.GetStream().WriteAsync(bytes, limit.Token);
        byte[] answer = new byte[bytes.Length];
        await client.GetStream().ReadExactlyAsync(answer, limit.Token);
        return Encoding.ASCII.GetString(answer);
    }

    /// <summary>Sends back what it gets.</summary>
    private sealed class EchoServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;
        private int _received;
        private int _ended;

        public EchoServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Received => Volatile.Read(ref _received);

        /// <summary>Connections that are no more.</summary>
        public int Ended => Volatile.Read(ref _ended);

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                Socket socket;
                try
                {
                    socket = await _listener.AcceptSocketAsync();
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException)
                {
                    return;
                }

                _ = EchoAsync(socket);
            }
        }

        private async Task EchoAsync(Socket socket)
        {
            await Task.Yield();
            byte[] buffer = new byte[100];
            try
            {
                while (await socket.ReceiveAsync(buffer) is > 0 and var read)
                {
                    Interlocked.Add(ref _received, read);
                    await socket.SendAsync(buffer.AsMemory(0, read));
                }
            }
            catch (SocketException)
            {
                // Cut.
            }

            socket.Dispose();
            Interlocked.Increment(ref _ended);
        }
    }
}
