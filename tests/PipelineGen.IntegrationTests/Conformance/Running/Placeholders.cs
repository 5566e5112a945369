using System.Text;
using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>What stands for <c>{db}</c>, <c>{label}</c> and the like in a case's texts. Braces around anything else are left as they are.</summary>
internal sealed class Placeholders
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal)
    {
        ["sp"] = " ", ["empty"] = "", ["tab"] = "\t", ["crlf"] = "\r\n", ["x01"] = "\u0001", ["x02"] = "\u0002",
        ["long128"] = new('a', 128), ["long129"] = new('a', 129), ["long3500"] = new('a', 3500), ["long8000"] = new('a', 8000),
        ["one-node"] = "PROPERTIES (\"replication_num\" = \"1\")",
        ["pk"] = "PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")",
        ["dup"] = "DUPLICATE KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")",
        ["unique"] = "UNIQUE KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")",
    };

    public string this[string name]
    {
        get => _values[name];
        set => _values[name] = value;
    }

    public string Fill(string text)
    {
        if (!text.Contains('{', StringComparison.Ordinal))
            return text;
        var filled = new StringBuilder();
        int at = 0;
        while (text.IndexOf('{', at) is >= 0 and var open)
        {
            int close = text.IndexOf('}', open);
            if (close > open && _values.TryGetValue(text[(open + 1)..close], out string? value))
            {
                filled.Append(text, at, open - at).Append(value);
                at = close + 1;
                continue;
            }

            filled.Append(text, at, open + 1 - at);
            at = open + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    public byte[] Fill(IReadOnlyList<BodyPiece> body)
    {
        var bytes = new List<byte>();
        foreach (BodyPiece piece in body)
        {
            bytes.AddRange(piece switch
            {
                BodyPiece.OfText text => Encoding.UTF8.GetBytes(Fill(text.Value)),
                BodyPiece.OfBytes raw => raw.Value,
                BodyPiece.Repeated many => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(many.Value, many.Times))),
                _ => throw new InvalidOperationException(),
            });
        }

        return [.. bytes];
    }
}
