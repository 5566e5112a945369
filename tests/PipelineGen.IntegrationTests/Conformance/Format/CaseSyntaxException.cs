namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>A case file that can't be read: where, and why.</summary>
internal sealed class CaseSyntaxException(string file, int line, string reason) : Exception($"{file}:{line}: {reason}");
