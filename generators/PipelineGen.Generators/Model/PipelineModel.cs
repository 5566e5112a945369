using PipelineGen.Schema;

namespace PipelineGen.Generators.Model;

/// <summary>A [Pipeline] class: its name and its row types, in the order of the attribute.</summary>
/// <param name="Rows">Fully qualified names.</param>
internal sealed record PipelineModel(TypeIdentity Type, string Name, EquatableArray<string> Rows);
