namespace PipelineGen.Pipeline;

/// <summary>The source changed or deleted a row of a table that StarRocks can only append to. A person decides.</summary>
public sealed class AppendOnlyException(string message) : Exception(message);
