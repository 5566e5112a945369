using System.Security.Cryptography;
using System.Text;

namespace PipelineGen.LocalStarRocks.Sql.Protocol;

/// <summary>StarRocks' capabilities (STARROCKS.md, 7). Not among them: TRANSACTIONS, MULTI_STATEMENTS, DEPRECATE_EOF, SESSION_TRACK, LOCAL_FILES; SSL only with a certificate.</summary>
[Flags]
internal enum Capabilities : uint
{
    LongPassword = 1,
    FoundRows = 2,
    LongFlag = 4,
    ConnectWithDatabase = 8,
    Protocol41 = 0x200,
    Ssl = 0x800,
    SecureConnection = 0x8000,
    PluginAuth = 0x80000,
    ConnectAttributes = 0x100000,
    PluginAuthLengthEncoded = 0x200000,
}

/// <summary>Protocol 10's greeting and the client's answer.</summary>
internal static class Handshake
{
    public const string Plugin = "mysql_native_password";

    public const Capabilities Offered = Capabilities.LongFlag | Capabilities.ConnectWithDatabase | Capabilities.Protocol41 |
        Capabilities.SecureConnection | Capabilities.PluginAuth | Capabilities.ConnectAttributes | Capabilities.PluginAuthLengthEncoded;

    public static byte[] NewSalt()
    {
        // No zero bytes: the salt is sent as NUL-terminated text.
        byte[] salt = RandomNumberGenerator.GetBytes(20);
        for (int i = 0; i < salt.Length; i++)
        {
            salt[i] = (byte)(salt[i] % 94 + 33);
        }

        return salt;
    }

    /// <summary>HandshakeResponse41 cut off before the user's name: the client goes over to TLS.</summary>
    public static bool IsSslRequest(ReadOnlySpan<byte> packet) =>
        packet.Length == 32 && ((Capabilities)BitConverter.ToUInt32(packet)).HasFlag(Capabilities.Ssl);

    public static PacketWriter Greeting(ServerVersion version, uint connectionId, byte[] salt, bool tls)
    {
        uint offered = (uint)(tls ? Offered | Capabilities.Ssl : Offered);
        return new PacketWriter()
            .Byte(10)
            .Terminated(version.MySqlVersion)
            .Int32(connectionId)
            .Bytes(salt.AsSpan(0, 8)).Byte(0)
            .Int16((int)(offered & 0xFFFF))
            .Byte(33)
            .Int16(0)
            .Int16((int)(offered >> 16))
            .Byte((byte)(salt.Length + 1))
            .Zeroes(10)
            .Bytes(salt.AsSpan(8)).Byte(0)
            .Terminated(Plugin);
    }

    public static PacketWriter AuthSwitch(byte[] salt) => new PacketWriter().Byte(0xFE).Terminated(Plugin).Bytes(salt).Byte(0);

    /// <summary>SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))); nothing for no password.</summary>
    public static bool Matches(ReadOnlySpan<byte> answer, string password, byte[] salt)
    {
        if (password.Length == 0)
        {
            return answer.IsEmpty;
        }

        byte[] once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] expected = SHA1.HashData([.. salt, .. SHA1.HashData(once)]);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] ^= once[i];
        }

        return CryptographicOperations.FixedTimeEquals(expected, answer);
    }
}

/// <summary>HandshakeResponse41, or the same fields of COM_CHANGE_USER.</summary>
internal sealed record LoginRequest(string User, byte[] Answer, string? Database, string? Plugin)
{
    public static LoginRequest Read(ReadOnlySpan<byte> packet)
    {
        Capabilities flags = packet.Length < 33 ? throw BadHandshake() : (Capabilities)BitConverter.ToUInt32(packet);
        if (!flags.HasFlag(Capabilities.Protocol41))
        {
            throw BadHandshake();
        }

        packet = packet[32..];
        string user = Terminated(ref packet);
        byte[] answer;
        if (flags.HasFlag(Capabilities.PluginAuthLengthEncoded) || flags.HasFlag(Capabilities.SecureConnection))
        {
            answer = Proof(ref packet);
        }
        else
        {
            answer = Encoding.Latin1.GetBytes(Terminated(ref packet));
        }

        string? database = flags.HasFlag(Capabilities.ConnectWithDatabase) && packet.Length > 0 ? Terminated(ref packet) : null;
        string? plugin = flags.HasFlag(Capabilities.PluginAuth) && packet.Length > 0 ? Terminated(ref packet) : null;
        return new LoginRequest(user, answer, database, plugin);
    }

    public static LoginRequest ReadChangeUser(ReadOnlySpan<byte> packet)
    {
        string user = Terminated(ref packet);
        byte[] answer = Proof(ref packet);
        string database = Terminated(ref packet);
        string? plugin = null;
        if (packet.Length > 2)
        {
            packet = packet[2..];
            plugin = Terminated(ref packet);
        }

        return new LoginRequest(user, answer, database, plugin);
    }

    private static StarRocksError BadHandshake() => new(1043, "08S01", "Bad handshake");

    // Native answers have at most 20 bytes, so both forms of length are one byte.
    private static byte[] Proof(ref ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty || packet.Length <= packet[0])
        {
            throw BadHandshake();
        }

        byte[] answer = packet.Slice(1, packet[0]).ToArray();
        packet = packet[(1 + packet[0])..];
        return answer;
    }

    private static string Terminated(ref ReadOnlySpan<byte> packet)
    {
        int end = packet.IndexOf((byte)0);
        end = end < 0 ? packet.Length : end;
        string text = Encoding.UTF8.GetString(packet[..end]);
        packet = packet[Math.Min(end + 1, packet.Length)..];
        return text;
    }
}
