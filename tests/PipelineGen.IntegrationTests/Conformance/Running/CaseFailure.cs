using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>The server does not do what a case says: file and line, section, expected, actual.</summary>
internal sealed class CaseFailure(ConformanceCase from, int line, string what, string? reply = null) : Exception(
    $"{from.File}:{line} {from.Name} (STARROCKS.md, {from.Section}{(from.IsInferred ? ", inferred" : "")})\n{what}{(reply is null ? "" : "\n--- reply\n" + reply)}");
