using PipelineGen.Schema;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Model;

/// <summary>What the project's MSBuild properties choose for all row types.</summary>
/// <param name="Problems">Properties that can't be read, each as a message.</param>
internal sealed record ProjectOptions(ContractDefaults Defaults, EquatableArray<string> Problems);
