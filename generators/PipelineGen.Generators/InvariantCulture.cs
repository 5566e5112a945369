using System.Globalization;

namespace PipelineGen.Generators;

/// <summary>
/// Parse and emit run under it, as System.Text.Json's generator does: numbers and letter cases must not depend on the
/// machine that builds.
/// </summary>
internal readonly struct InvariantCulture : IDisposable
{
#pragma warning disable RS1035 // The rule keeps messages translatable; here the culture is taken away, not read.
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public InvariantCulture() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    public void Dispose() => CultureInfo.CurrentCulture = _before;
#pragma warning restore RS1035
}
