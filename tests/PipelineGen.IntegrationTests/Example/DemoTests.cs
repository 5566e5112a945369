using System.Diagnostics;
using System.Text;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Example;

/// <summary>The example as its user starts it: a process of its own.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_demo_verifies_every_table_and_cleans_up()
    {
        using DemoProcess demo = DemoProcess.Start("--rows", "1000", "--seconds", "2", "--seed", "7");

        int status = await demo.EndAsync();

        Assert.True(status == 0, demo.Text);
        Assert.Equal(5, demo.Text.Split('\n').Count(static line => line.EndsWith("  verified", StringComparison.Ordinal)));
        Assert.Contains("seed 7", demo.Text, StringComparison.Ordinal);
        await demo.ServerIsGoneAsync();
    }

    [Fact]
    public async Task A_killed_demo_leaves_no_server()
    {
        using DemoProcess demo = DemoProcess.Start("--rows", "100", "--seconds", "60");
        await demo.PrintedAsync("PostgreSQL on 127.0.0.1:");

        demo.Kill();

        await demo.ServerIsGoneAsync();
    }

    [Fact]
    public async Task What_it_does_not_understand_is_a_usage_error()
    {
        using DemoProcess demo = DemoProcess.Start("--rows", "many");

        Assert.Equal(2, await demo.EndAsync());
        Assert.Contains("--rows needs a number", demo.Text, StringComparison.Ordinal);
    }

    private sealed class DemoProcess : IDisposable
    {
        private readonly StringBuilder _text = new();
        private readonly Process _process;
        private TaskCompletionSource _printed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private DemoProcess(string[] arguments)
        {
            string program = typeof(ThrowawayPostgres).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            _process = new Process { StartInfo = start };
            _process.OutputDataReceived += (_, line) => Append(line.Data);
            _process.ErrorDataReceived += (_, line) => Append(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }

        public static DemoProcess Start(params string[] arguments) => new(arguments);

        public async Task<int> EndAsync()
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
            return _process.ExitCode;
        }

        public async Task PrintedAsync(string text)
        {
            while (true)
            {
                Task more;
                lock (_text)
                {
                    if (_text.ToString().Contains(text, StringComparison.Ordinal))
                        return;
                    more = _printed.Task;
                }

                await more.WaitAsync(Patience);
            }
        }

        public void Kill() => _process.Kill();

        /// <summary>Waits until nobody listens on the port that the demo named.</summary>
        public async Task ServerIsGoneAsync()
        {
            const string mark = "PostgreSQL on 127.0.0.1:";
            string rest = Text[(Text.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
            int port = int.Parse(rest[..rest.IndexOf(' ', StringComparison.Ordinal)]);
            using var limit = new CancellationTokenSource(Patience);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await IsListeningAsync(port))
                await timer.WaitForNextTickAsync(limit.Token);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }

        private static async Task<bool> IsListeningAsync(int port)
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }

        private void Append(string? line)
        {
            lock (_text)
            {
                _text.AppendLine(line);
                _printed.TrySetResult();
                _printed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
