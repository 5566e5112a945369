using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace PipelineGen.StarRocks;

/// <summary>Opens TCP connections with the settings that every conversation with StarRocks wants.</summary>
internal static class TcpOpener
{
    /// <exception cref="SocketException">Nobody listens, or the name doesn't resolve.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the caller knows whether as a time limit.</exception>
    public static async Task<NetworkStream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A load may wait minutes for its answer; without probes a dead peer would look like a slow one.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            EndPoint endpoint = IPAddress.TryParse(host, out IPAddress? address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a URL, with TLS with the platform's certificate checks when <paramref name="url"/> is https.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not trusted.</exception>
    public static async Task<Stream> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        NetworkStream plain = await OpenAsync(url.IdnHost, url.Port, cancellationToken).ConfigureAwait(false);
        if (url.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
