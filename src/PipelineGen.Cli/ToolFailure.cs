namespace PipelineGen.Cli;

/// <summary>A failure that one line explains: what was expected, what was found, what to do. Its text holds no secret.</summary>
internal sealed class ToolFailure(string message, int exitStatus = ExitStatus.Failed, Exception? cause = null) : Exception(message, cause)
{
    public int ExitStatus { get; } = exitStatus;
}
