namespace PipelineGen.AotSmoke;

/// <summary>Compares, and prints every difference to stderr: one run shows all of them.</summary>
internal sealed class Expectations
{
    public int Met { get; private set; }

    public int Failed { get; private set; }

    public void Equal<T>(string what, T expected, T actual)
    {
        if (EqualityComparer<T>.Default.Equals(expected, actual))
            Met++;
        else
            Fail(what, expected, actual);
    }

    public void Values<T>(string what, T?[]? actual, params T?[] expected)
        where T : struct => Elements(what, expected, actual);

    public void Texts(string what, string?[]? actual, params string?[] expected) => Elements(what, expected, actual);

    private void Elements<T>(string what, T[] expected, T[]? actual) =>
        Equal(what, $"[{string.Join(", ", expected)}]", actual is null ? "null" : $"[{string.Join(", ", actual)}]");

    private void Fail<T>(string what, T expected, T actual)
    {
        Failed++;
        Console.Error.WriteLine($"{what}{Environment.NewLine}  expected: {expected}{Environment.NewLine}  actual:   {actual}");
    }
}
