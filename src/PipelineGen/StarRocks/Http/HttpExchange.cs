using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>How one request to one server ended.</summary>
/// <param name="Reply">The final reply, or <see langword="null"/>.</param>
/// <param name="BodyBegan">Whether any byte of the body may have left us.</param>
/// <param name="Failure">Why there is no reply.</param>
/// <param name="IsFinal">The failure will repeat itself: an untrusted certificate.</param>
/// <param name="MaybeReceived">A server to which the request had been written gave no answer: it may have acted on it.</param>
internal sealed record ExchangeResult(HttpReply? Reply, bool BodyBegan, string Failure = "", bool IsFinal = false, bool MaybeReceived = false);

/// <summary>One request on one connection of its own.</summary>
/// <remarks>
/// Written out on the socket, not on SocketsHttpHandler, because crash recovery depends on a body leaving us only after
/// <c>100 Continue</c>, which is when the label is registered. SocketsHttpHandler sends the body also after a final answer
/// (any status below 300, and any at all when the body is 1 KiB or smaller), consuming a body that can't be replayed, and
/// then loses that answer when the server closes the connection on the unwanted bytes. StarRocks answers refusals with 200
/// before reading the body (STARROCKS.md 1.1, 1.2). The frontend closes every load connection, so pooling would gain nothing.
/// </remarks>
internal sealed class HttpExchange(StarRocksOptions options, TimeProvider time)
{
    // After the last byte the backend has its whole timeout for committing; silence beyond it means that it is gone.
    internal static readonly TimeSpan ReplyGrace = TimeSpan.FromSeconds(30);

    // A server that refuses mid-body closes; its answer is already in our receive buffer or never comes.
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(2);

    private const int MaxReplyBytes = 256 * 1024;

    /// <summary>Where buffers of bodies come from and go back to.</summary>
    public ArrayPool<byte> Pool { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>Sends the request; a body goes out only after <c>100 Continue</c>.</summary>
    /// <param name="url">The target.</param>
    /// <param name="method">GET, POST or PUT.</param>
    /// <param name="headers">Header lines without line ends; Host, Expect and the body's framing are added here.</param>
    /// <param name="body">The body, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <param name="loadTimeout">What the server was told; the options' when absent.</param>
    /// <param name="answerTimeout">How long the answer to the headers may take; the options' when absent.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <remarks>Exceptions of the body itself pass through.</remarks>
    public async Task<ExchangeResult> SendAsync(Uri url, string method, IReadOnlyList<string> headers, LoadBody? body, CancellationToken cancellationToken, TimeSpan? loadTimeout = null, TimeSpan? answerTimeout = null)
    {
        Stream network;
        TimeSpan answerLimit = answerTimeout ?? options.AnswerTimeout;
        using (Deadline connecting = Deadline.Start(options.ConnectTimeout, time, cancellationToken))
        {
            try
            {
                network = await TcpOpener.OpenAsync(url, connecting.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string reason = failure is OperationCanceledException ? $"no connection within {options.ConnectTimeout.TotalSeconds} s" : failure.Message;
                return new ExchangeResult(null, BodyBegan: false, $"{url.Authority}: {reason}", IsFinal: failure is AuthenticationException);
            }
        }

        await using (network.ConfigureAwait(false))
        {
            var reader = new HttpReplyReader(network);
            HttpReply answer;
            using (Deadline answering = Deadline.Start(answerLimit, time, cancellationToken))
            {
                try
                {
                    await network.WriteAsync(Head(url, method, headers, body), answering.Token).ConfigureAwait(false);
                    do
                    {
                        answer = await reader.ReadAsync(MaxReplyBytes, answering.Token).ConfigureAwait(false);
                    }
                    while (answer.Status < 200 && (answer.Status != 100 || body is null));
                }
                catch (Exception failure) when (failure is IOException or OperationCanceledException)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    string reason = failure is OperationCanceledException ? $"no answer within {answerLimit.TotalSeconds} s" : failure.Message;
                    return new ExchangeResult(null, BodyBegan: false, $"{url.Authority}: {reason}", MaybeReceived: true);
                }
            }

            return answer.Status == 100
                ? await SendBodyAsync(url, network, reader, body!, loadTimeout ?? options.LoadTimeout, cancellationToken).ConfigureAwait(false)
                : new ExchangeResult(answer, BodyBegan: false);
        }
    }

    private async Task<ExchangeResult> SendBodyAsync(Uri url, Stream network, HttpReplyReader reader, LoadBody body, TimeSpan loadTimeout, CancellationToken cancellationToken)
    {
        TimeSpan limit = loadTimeout + ReplyGrace;
        using Deadline whole = Deadline.Start(limit, time, cancellationToken);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(whole.Token);
        Task<HttpReply> reply = ReadFinalAsync(reader, whole.Token);
        Exception? writeFailure = null;
        Exception? networkFailure;
        using (var stream = new BodyStream(network, body.Length, Pool))
        {
            Task write = WriteAsync(body, stream, writing.Token);
            if (await Task.WhenAny(reply, write).ConfigureAwait(false) == reply && !write.IsCompleted)
            {
                // Answered before the end: the server wants no more. The rest of the body would only reset the connection.
                await writing.CancelAsync().ConfigureAwait(false);
            }

            try
            {
                await write.ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                writeFailure = failure;
            }

            networkFailure = stream.NetworkFailure;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            Forget(reply);
            cancellationToken.ThrowIfCancellationRequested();
        }

        bool ownFailure = writeFailure is not null && networkFailure is null && !writing.IsCancellationRequested;
        if (ownFailure)
        {
            // Breaking the connection off before the end mark is what tells the server to abort.
            Forget(reply);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(writeFailure!);
        }

        try
        {
            Task<HttpReply> awaited = writeFailure is null ? reply : reply.WaitAsync(LastWordsLimit, time, cancellationToken);
            return new ExchangeResult(await awaited.ConfigureAwait(false), BodyBegan: true);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            Forget(reply);
            cancellationToken.ThrowIfCancellationRequested();
            string reason = failure is OperationCanceledException ? $"no answer within {limit.TotalSeconds} s" : (networkFailure ?? failure).Message;
            return new ExchangeResult(null, BodyBegan: true, $"{url.Authority}: {reason}", MaybeReceived: true);
        }
    }

    private static async Task WriteAsync(LoadBody body, BodyStream stream, CancellationToken cancellationToken)
    {
        await body.WriteToAsync(stream, cancellationToken).ConfigureAwait(false);
        await stream.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<HttpReply> ReadFinalAsync(HttpReplyReader reader, CancellationToken cancellationToken)
    {
        HttpReply reply;
        do
        {
            reply = await reader.ReadAsync(MaxReplyBytes, cancellationToken).ConfigureAwait(false);
        }
        while (reply.Status < 200);
        return reply;
    }

    // The reply is of no more use; its failure must not surface as an unobserved one.
    private static void Forget(Task reply) =>
        _ = reply.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static byte[] Head(Uri url, string method, IReadOnlyList<string> headers, LoadBody? body)
    {
        var head = new StringBuilder(512);
        head.Append(method).Append(' ').Append(url.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(url.Authority).Append("\r\nConnection: close\r\n");
        foreach (string header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            head.Append("Expect: 100-continue\r\n");
            head.Append(body.Length is { } length ? $"Content-Length: {length}\r\n" : "Transfer-Encoding: chunked\r\n");
        }
        else if (method != "GET")
        {
            head.Append("Content-Length: 0\r\n");
        }

        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }
}
