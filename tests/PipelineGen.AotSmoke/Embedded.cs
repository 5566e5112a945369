namespace PipelineGen.AotSmoke;

/// <summary>The files of Recorded/, which the program carries with it.</summary>
internal static class Embedded
{
    public static string Text(string name)
    {
        using Stream stream = typeof(Embedded).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"the program has no resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
