using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>The opening of a connection: greeting v10, our response, mysql_native_password. STARROCKS.md section 7.</summary>
internal static class Handshake
{
    private const string NativePassword = "mysql_native_password";
    private const byte Utf8Mb4 = 45;

    // Only what the text protocol needs. Not DEPRECATE_EOF, MULTI_STATEMENTS, TRANSACTIONS, LOCAL_FILES: StarRocks lacks them.
    private const uint LongPassword = 0x1, LongFlag = 0x4, ConnectWithDb = 0x8, Protocol41 = 0x200, SecureConnection = 0x8000, PluginAuth = 0x80000, Ssl = 0x800;

    /// <summary>Logs in on a fresh connection.</summary>
    /// <returns>The server's version text.</returns>
    /// <exception cref="StarRocksSqlException">Access was denied, or the server wants a way of authentication that isn't supported.</exception>
    public static async Task<string> RunAsync(PacketStream packets, SqlTlsUpgrade tls, string user, string password, string? database, CancellationToken cancellationToken)
    {
        Greeting greeting = Greeting.Parse(await packets.ReadAsync(cancellationToken).ConfigureAwait(false));
        if (tls.IsWanted(greeting.OffersTls))
        {
            // The response's first 32 bytes, alone: no word of the account before TLS stands.
            await packets.WriteAsync(ResponseHead(Ssl | (database is null ? 0 : ConnectWithDb)), cancellationToken).ConfigureAwait(false);
            await packets.UpgradeAsync(tls.Options(), cancellationToken).ConfigureAwait(false);
        }

        await packets.WriteAsync(Response(packets.IsEncrypted, greeting, user, password, database), cancellationToken).ConfigureAwait(false);
        bool switched = false;
        while (true)
        {
            byte[] answer = await packets.ReadAsync(cancellationToken).ConfigureAwait(false);
            switch (answer.Length == 0 ? throw new InvalidDataException("malformed packet: empty answer to the login") : answer[0])
            {
                case 0x00:
                    return greeting.Version;

                case 0xFF:
                    throw ServerError.Read(answer);

                case 0xFE when !switched:
                    switched = true;
                    await packets.WriteAsync(SwitchAnswer(answer, password), cancellationToken).ConfigureAwait(false);
                    break;

                default:
                    throw Unsupported($"an exchange other than {NativePassword}");
            }
        }
    }

    /// <summary>SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))); empty for no password. The protocol leaves no choice of hash.</summary>
    internal static byte[] Scramble(string password, ReadOnlySpan<byte> salt)
    {
        if (password.Length == 0)
        {
            return [];
        }

        byte[] first = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] salted = new byte[salt.Length + SHA1.HashSizeInBytes];
        salt.CopyTo(salted);
        SHA1.HashData(first).CopyTo(salted, salt.Length);
        byte[] scramble = SHA1.HashData(salted);
        for (int i = 0; i < scramble.Length; i++)
        {
            scramble[i] ^= first[i];
        }

        return scramble;
    }

    private static byte[] ResponseHead(uint more)
    {
        byte[] head = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(head, LongPassword | LongFlag | Protocol41 | SecureConnection | PluginAuth | more);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), 1 << 30);
        head[8] = Utf8Mb4;
        return head;
    }

    private static byte[] Response(bool encrypted, Greeting greeting, string user, string password, string? database)
    {
        using var response = new MemoryStream();
        response.Write(ResponseHead((encrypted ? Ssl : 0) | (database is null ? 0 : ConnectWithDb)));
        WriteText(response, user);
        byte[] scramble = Scramble(password, greeting.Salt);
        response.WriteByte((byte)scramble.Length);
        response.Write(scramble);
        if (database is not null)
        {
            WriteText(response, database);
        }

        WriteText(response, NativePassword);
        return response.ToArray();
    }

    private static byte[] SwitchAnswer(byte[] request, string password)
    {
        var reader = new PacketReader(request);
        reader.Byte();
        string plugin = reader.Remaining == 0 ? "mysql_old_password" : reader.NulTerminatedText();
        return plugin == NativePassword ? Scramble(password, WithoutNul(reader.Rest())) : throw Unsupported($"'{plugin}'");
    }

    private static StarRocksSqlException Unsupported(string wanted) =>
        new(ErrorClass.Final, $"The SQL endpoint wants authentication by {wanted}; only {NativePassword} is supported. Create the user with IDENTIFIED WITH {NativePassword}.");

    private static ReadOnlySpan<byte> WithoutNul(ReadOnlySpan<byte> salt) => salt.Length > 0 && salt[^1] == 0 ? salt[..^1] : salt;

    private static void WriteText(MemoryStream target, string text)
    {
        target.Write(Encoding.UTF8.GetBytes(text));
        target.WriteByte(0);
    }

    private sealed record Greeting(string Version, byte[] Salt, bool OffersTls)
    {
        public static Greeting Parse(byte[] payload)
        {
            var reader = new PacketReader(payload);
            byte protocol = reader.Byte();
            if (protocol == 0xFF)
            {
                throw ServerError.Read(payload);
            }

            if (protocol != 10)
            {
                throw new InvalidDataException($"not a MySQL endpoint: protocol version {protocol}");
            }

            string version = reader.NulTerminatedText();
            reader.Take(4); // connection id
            byte[] salt = new byte[20];
            reader.Take(8).CopyTo(salt);
            reader.Take(1);
            uint capabilities = reader.UInt16();
            reader.Take(3); // charset, status
            capabilities |= (uint)reader.UInt16() << 16;
            reader.Take(11); // length of the salt, reserved
            if ((capabilities & Protocol41) == 0 || (capabilities & SecureConnection) == 0)
            {
                throw new InvalidDataException("the server speaks a MySQL protocol older than 4.1");
            }

            reader.Take(12).CopyTo(salt.AsSpan(8));
            return new Greeting(version, salt, (capabilities & Ssl) != 0);
        }
    }
}
