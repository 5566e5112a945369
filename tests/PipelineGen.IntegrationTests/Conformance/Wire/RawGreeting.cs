using System.Buffers.Binary;
using System.Text;
using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>The server's first packet.</summary>
internal sealed record RawGreeting(int Protocol, string Version, byte Charset, uint Capabilities, byte[] Salt, string Plugin)
{
    private static readonly Dictionary<string, uint> Flags = new(StringComparer.Ordinal)
    {
        ["LONG_FLAG"] = 0x4, ["CONNECT_WITH_DB"] = 0x8, ["LOCAL_FILES"] = 0x80, ["PROTOCOL_41"] = 0x200, ["SSL"] = 0x800, ["TRANSACTIONS"] = 0x2000,
        ["SECURE_CONNECTION"] = 0x8000, ["MULTI_STATEMENTS"] = 0x10000, ["PLUGIN_AUTH"] = 0x80000, ["CONNECT_ATTRS"] = 0x100000,
        ["PLUGIN_AUTH_LENENC"] = 0x200000, ["SESSION_TRACK"] = 0x800000, ["DEPRECATE_EOF"] = 0x1000000,
    };

    /// <exception cref="IOException">It is none.</exception>
    public static RawGreeting Parse(byte[] packet)
    {
        int end = Array.IndexOf(packet, (byte)0, 1);
        if (end < 0 || packet.Length < end + 45)
            throw new IOException("the greeting is too short");
        int at = end + 5;
        int saltRest = Math.Max(12, packet[at + 16] - 9);
        uint capabilities = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(at + 9)) | (uint)BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(at + 14)) << 16;
        int pluginAt = at + 27 + saltRest;
        while (pluginAt < packet.Length && packet[pluginAt] == 0)
            pluginAt++;
        string plugin = Encoding.ASCII.GetString(packet.AsSpan(pluginAt)).TrimEnd('\0');
        return new RawGreeting(packet[0], Encoding.ASCII.GetString(packet, 1, end - 1), packet[at + 11], capabilities, [.. packet[at..(at + 8)], .. packet[(at + 27)..(at + 39)]], plugin);
    }

    public Fact? Find(string key) => key switch
    {
        "protocol" => new Fact($"{Protocol}", "int"),
        "version" => new Fact(Version),
        "charset" => new Fact($"{Charset}", "int"),
        "plugin" => new Fact(Plugin),
        "salt" => new Fact($"{Salt.Length}", "int"),
        _ => Flags.TryGetValue(key, out uint flag) ? new Fact((Capabilities & flag) != 0 ? "yes" : "no") : null,
    };
}
