using System.Globalization;

namespace PipelineGen.Benchmarks;

/// <summary>The benchmarks without BenchmarkDotNet's processes: a Markdown table within half a minute.</summary>
internal static class QuickRun
{
    private const int Rounds = 15;

    public static int Run()
    {
        using var rows = new RowOperations();
        SameValues.Require(rows);
        IReadOnlyList<Measurement> measurements = Measurement.Of(
            [
                ("decode to slots", () => rows.DecodeToSlots()),
                ("decode and encode", () => rows.DecodeAndEncode()),
                ("decode and encode, text format", () => rows.DecodeAndEncodeText()),
                ("decode and encode, COPY row", () => rows.DecodeAndEncodeCopyRow()),
                ("materialise the row", () => rows.MaterialiseRow()),
                ("row object + source-generated JsonSerializer", () => rows.RowObjectAndSourceGeneratedJson()),
                ("row object by reflection + JsonSerializer", () => rows.RowObjectByReflection()),
                ("dictionary of boxed values + JsonSerializer", () => rows.DictionaryOfBoxedValues()),
            ],
            Rounds,
            roundLength: TimeSpan.FromMilliseconds(60),
            warmUp: TimeSpan.FromMilliseconds(600));

        Console.WriteLine($"One orders row of {rows.ColumnBytes} column bytes; {ThreadTime.Kind}, medians of {Rounds} rounds.");
        Console.WriteLine();
        Console.WriteLine("| operation | ns/row | B/row | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (Measurement m in measurements)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {m.Name} | {m.NanosecondsPerRow:N0} | {m.BytesPerRow:N0} | {m.NanosecondsPerRow / measurements[0].NanosecondsPerRow:F2} |"));
        return 0;
    }
}
