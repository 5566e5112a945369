using System.Net.Security;
using System.Text;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>TLS and prepared statements of the test's client.</summary>
internal sealed partial class SqlWire
{
    private bool _tls;

    /// <summary>A statement's id, how many columns it answers with and how many parameters it has.</summary>
    public async Task<(int Id, int Columns, int Parameters)> PrepareAsync(string sql)
    {
        _sequence = 0;
        await WriteAsync([22, .. Encoding.UTF8.GetBytes(sql)]);
        byte[] reply = await ReadAsync();
        ThrowIfError(reply);
        (int columns, int parameters) = (BitConverter.ToUInt16(reply, 5), BitConverter.ToUInt16(reply, 7));
        for (int i = 0; i < columns + parameters + (columns > 0 ? 1 : 0) + (parameters > 0 ? 1 : 0); i++)
        {
            await ReadAsync();
        }

        return (BitConverter.ToInt32(reply, 1), columns, parameters);
    }

    /// <summary>Parameters as long, double, string or null; rows as texts of the binary values.</summary>
    public async Task<List<string?[]>> ExecuteAsync(int id, params object?[] parameters)
    {
        _sequence = 0;
        await WriteAsync([23, .. BitConverter.GetBytes(id), 0, 1, 0, 0, 0, .. Parameters(parameters)]);
        byte[] first = await ReadAsync();
        ThrowIfError(first);
        var rows = new List<string?[]>();
        if (first[0] == 0)
        {
            ReadOk(first);
            return rows;
        }

        var types = new byte[first[0]];
        for (int i = 0; i < types.Length; i++)
        {
            byte[] column = await ReadAsync();
            types[i] = column[^6];
        }

        Assert.Equal(0xFE, (await ReadAsync())[0]);
        while (true)
        {
            byte[] packet = await ReadAsync();
            ThrowIfError(packet);
            if (packet[0] == 0xFE && packet.Length < 9)
            {
                return rows;
            }

            rows.Add(BinaryRow(packet, types));
        }
    }

    public async Task CloseAsync(int id)
    {
        _sequence = 0;
        await WriteAsync([25, .. BitConverter.GetBytes(id)]);
    }

    private static byte[] Parameters(object?[] parameters)
    {
        if (parameters.Length == 0)
        {
            return [];
        }

        var nulls = new byte[(parameters.Length + 7) / 8];
        List<byte> types = [], values = [];
        for (int i = 0; i < parameters.Length; i++)
        {
            switch (parameters[i])
            {
                case null:
                    nulls[i / 8] |= (byte)(1 << (i % 8));
                    types.AddRange([6, 0]);
                    break;
                case long number:
                    types.AddRange([8, 0]);
                    values.AddRange(BitConverter.GetBytes(number));
                    break;
                case double number:
                    types.AddRange([5, 0]);
                    values.AddRange(BitConverter.GetBytes(number));
                    break;
                case DateTime time:
                    types.AddRange([12, 0]);
                    values.AddRange([11, (byte)time.Year, (byte)(time.Year >> 8), (byte)time.Month, (byte)time.Day, (byte)time.Hour, (byte)time.Minute, (byte)time.Second]);
                    values.AddRange(BitConverter.GetBytes((int)(time.Ticks % TimeSpan.TicksPerSecond / 10)));
                    break;
                default:
                    byte[] text = Encoding.UTF8.GetBytes(parameters[i]!.ToString()!);
                    types.AddRange([0xFD, 0]);
                    values.AddRange([0xFC, (byte)text.Length, (byte)(text.Length >> 8), .. text]);
                    break;
            }
        }

        return [.. nulls, 1, .. types, .. values];
    }

    private static string?[] BinaryRow(byte[] packet, byte[] types)
    {
        Assert.Equal(0, packet[0]);
        int at = 1 + (types.Length + 9) / 8;
        var row = new string?[types.Length];
        for (int i = 0; i < types.Length; i++)
        {
            if ((packet[1 + (i + 2) / 8] >> ((i + 2) % 8) & 1) == 1)
            {
                continue;
            }

            (row[i], int length) = types[i] switch
            {
                0x01 => (((sbyte)packet[at]).ToString(), 1),
                0x02 => (BitConverter.ToInt16(packet, at).ToString(), 2),
                0x03 => (BitConverter.ToInt32(packet, at).ToString(), 4),
                0x08 => (BitConverter.ToInt64(packet, at).ToString(), 8),
                0x04 => (BitConverter.ToSingle(packet, at).ToString("R"), 4),
                0x05 => (BitConverter.ToDouble(packet, at).ToString("R"), 8),
                0x0A or 0x0C => (Convert.ToHexString(packet, at, packet[at] + 1), packet[at] + 1),
                _ => (Encoding.UTF8.GetString(packet, at + 1, packet[at]), packet[at] + 1),
            };
            at += length;
        }

        Assert.Equal(packet.Length, at);
        return row;
    }

    private async Task SecureAsync(byte[] request)
    {
        await WriteAsync(request);
        var secure = new SslStream(_stream, false, (_, _, _, _) => true);
        await secure.AuthenticateAsClientAsync("localhost");
        _stream = secure;
    }

    private void ReadOk(byte[] packet)
    {
        AffectedRows = packet[1];
        Info = packet.Length > 7 ? Encoding.UTF8.GetString(packet, 8, packet[7]) : "";
    }
}
