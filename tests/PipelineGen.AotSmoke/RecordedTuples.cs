using PipelineGen.Rows;

namespace PipelineGen.AotSmoke;

/// <summary>
/// Decodes and encodes the recordings. A body is compared with the committed one, whatever format the tuples had: both
/// give the same value.
/// </summary>
internal static class RecordedTuples
{
    public static int Check()
    {
        var expectations = new Expectations();
        Recording binary = Recording.Read("binary.hex", BinaryPipeline.Definition);
        Recording text = Recording.Read("text.hex", TextPipeline.Definition);
        TableCodec binaryTable = TableCodec.For<EveryBinaryType>();
        TableCodec textTable = TableCodec.For<EveryTextType>();

        CheckBody(expectations, "every_binary_type.json", binary, binaryTable);
        CheckBody(expectations, "every_binary_type.json", text, binaryTable);
        CheckBody(expectations, "every_text_type.json", text, textTable);
        foreach (Recording recording in new[] { binary, text })
            MaterialisedRows.Check(expectations, recording.Name, recording.Materialise<EveryBinaryType>());
        MaterialisedRows.Check(expectations, text.Name, text.Materialise<EveryTextType>());

        if (expectations.Failed > 0)
        {
            Console.Error.WriteLine($"{expectations.Failed} of {expectations.Failed + expectations.Met} expectations failed.");
            return 1;
        }

        Console.WriteLine($"{expectations.Met} expectations met.");
        return 0;
    }

    private static void CheckBody(Expectations expectations, string expected, Recording recording, TableCodec table)
    {
        string[] lines = Embedded.Lines(expected);
        string[] actual = recording.Encode(table).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        expectations.Equal($"{recording.Name}, lines of {table.Layout}", lines.Length, actual.Length);
        for (int i = 0; i < Math.Max(lines.Length, actual.Length); i++)
            expectations.Equal($"{recording.Name}, {expected}, line {i + 1}", i < lines.Length ? lines[i] : "", i < actual.Length ? actual[i] : "");
    }
}
